/**
 * The arguments of the builders. The build copies each line below to the builders that take the argument.
 * @param appId - 32 hex digits; otherwise throws `ERR_APP_ID`.
 * @param appCertificate - 32 hex digits, the primary or secondary certificate; otherwise throws `ERR_APP_CERTIFICATE`.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``, or `ERR_CHANNEL_NAME`.
 * @param account - 1–255 bytes of channel-name characters; otherwise throws `ERR_ACCOUNT`.
 * @param rtcAccount - 1–255 bytes of channel-name characters; otherwise throws `ERR_ACCOUNT`.
 * @param role - `Role.Publisher` to publish, `Role.Subscriber` only to join and listen; otherwise throws `ERR_ROLE`.
 * @param rtcRole - `Role.Publisher` to publish, `Role.Subscriber` only to join and listen; otherwise throws `ERR_ROLE`.
 * @param userId - 1–64 bytes of channel-name characters, no leading space; otherwise throws `ERR_USER_ID`.
 * @param rtmUserId - 1–64 bytes of channel-name characters, no leading space; otherwise throws `ERR_USER_ID`.
 * @param userUuid - 1–64 bytes of channel-name characters, no leading space; otherwise throws `ERR_USER_ID`.
 * @param roomUuid - A non-empty string; otherwise throws `ERR_STRING`.
 * @param permissions - `{ [resourceType]: { [permissionType]: names } }`, keyed by `Rtm2Resource` and `Rtm2Permission`.
 * Throws `ERR_PERMISSIONS` if the form is wrong, or `ERR_SERVICE` if the permissions do not fit into a token.
 * @param expire - The lifetime of the token and its privileges, 1…86400 seconds. Any invalid lifetime throws
 * `ERR_EXPIRE` or, above 10⁹, `ERR_EXPIRE_LOOKS_ABSOLUTE`.
 * @param tokenExpire - The lifetime of the token, 1…86400 seconds. Any invalid lifetime throws `ERR_EXPIRE` or, above
 * 10⁹, `ERR_EXPIRE_LOOKS_ABSOLUTE`.
 * @param rtcTokenExpire - The lifetime of the token, 1…86400 seconds. Any invalid lifetime throws `ERR_EXPIRE` or,
 * above 10⁹, `ERR_EXPIRE_LOOKS_ABSOLUTE`.
 * @param privilegeExpire - The lifetime of the RTC privileges, 0…86400 seconds; 0 means as long as the token. Default:
 * `tokenExpire`.
 * @param joinChannelPrivilegeExpire - How long the user may join, 0…86400 seconds; 0 means as long as the token.
 * @param pubAudioPrivilegeExpire - How long the user may publish audio, in the same range.
 * @param pubVideoPrivilegeExpire - How long the user may publish video, in the same range.
 * @param pubDataStreamPrivilegeExpire - How long the user may publish data streams, in the same range.
 * @param rtmTokenExpire - How long the user may log in to RTM, 0…86400 seconds; 0 means as long as the token.
 * @param options - Time of issue, salt, wildcards and limits. Throws `ERR_ISSUE_TS`, `ERR_SALT` or `ERR_OPTIONS`.
 * @returns The token.
 * @throws {@link AccessTokenError} with the code of the first invalid argument.
 */
import type { Project } from '../build-options.js';
import { throwArgument } from '../errors.js';
import type { Privileges } from '../privileges.js';
import { formatUid } from '../services.js';
import { parseInteger, parseUint32 } from '../validate.js';

/** The AccessToken2 roles: a publisher may publish, a subscriber may only join and listen. */
export const Role = { Publisher: 1, Subscriber: 2 } as const;
export type Role = (typeof Role)[keyof typeof Role];

/** A role, as a number or a name. Exported as the type of an argument. */
export type RoleArgument = Role | 'publisher' | 'subscriber';

export function parseChannelName({ limits }: Project, value: unknown): string {
  return limits.channelName(value, 'channelName', 'ERR_CHANNEL_NAME');
}

export function parseAccount({ limits }: Project, value: unknown, argument: string): string {
  return limits.account(value, argument, 'ERR_ACCOUNT');
}

export function parseRtmUserId({ limits }: Project, value: unknown, argument: string): string {
  return limits.rtmUserId(value, argument, 'ERR_USER_ID');
}

export function parseUid(value: unknown, builderForStrings: string): string {
  if (typeof value === 'string') {
    throwArgument('ERR_UID', 'uid', 'a number', value, `for a text use ${builderForStrings}`);
  }
  if (typeof value === 'number' && value < 0 && value === (value | 0)) {
    throwArgument('ERR_UID', 'uid', 'an unsigned integer', value, 'make a signed one unsigned with uid >>> 0');
  }
  return formatUid(parseUint32(value, 'uid', 'ERR_UID', '0 stands for any user'));
}

export function parseRole(value: unknown, argument: string): Role {
  if (value === Role.Publisher || value === 'publisher') return Role.Publisher;
  if (value === Role.Subscriber || value === 'subscriber') return Role.Subscriber;
  const isOlder = value === 0 || value === 101;
  const hint = isOlder
    ? '0 and 101 belong to the older AccessToken; Publisher has the same privileges'
    : 'use Role.Publisher or Role.Subscriber';
  throwArgument('ERR_ROLE', argument, "1, 2, 'publisher' or 'subscriber'", value, hint);
}

/** Parses a role, the lifetime of the token, and the lifetime that all its privileges share. */
export function parseRoleAndLifetimes(
  { limits }: Project,
  role: unknown,
  tokenExpire: unknown,
  privilegeExpire: unknown,
): { readonly expire: number; readonly privileges: Privileges } {
  const parsedRole = parseRole(role, 'role');
  const expire = limits.tokenExpire(tokenExpire, 'tokenExpire');
  const seconds = privilegeExpire === undefined ? expire : limits.privilegeExpire(privilegeExpire, 'privilegeExpire');
  return { expire, privileges: privilegesOf(parsedRole, seconds, seconds, seconds, seconds) };
}

/** Returns the privileges of a role: all four for a publisher, only joining for a subscriber. */
export function privilegesOf(role: Role, join: number, audio: number, video: number, data: number): Privileges {
  // Literal ids instead of RtcPrivilege: computed keys would take as long as hashing the whole token.
  return role === Role.Subscriber ? { 1: join } : { 1: join, 2: audio, 3: video, 4: data };
}

export function parseApaasRole(value: unknown, argument: string): number {
  const hint = 'use the role that the room defines, -1 for none';
  return parseInteger(value, argument, { code: 'ERR_ROLE', min: -0x8000, max: 0x7fff, hint });
}
