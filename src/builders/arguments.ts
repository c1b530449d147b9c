/**
 * The arguments of the builders. The build adds the lines below to the doc comments of the builders that have them.
 * @param appId - 32 hex digits. Else `ERR_APP_ID`.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate. Else `ERR_APP_CERTIFICATE`.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``. Else `ERR_CHANNEL_NAME`.
 * @param account - 1–255 bytes, of the characters of a channel name. Else `ERR_ACCOUNT`.
 * @param rtcAccount - 1–255 bytes, of the characters of a channel name. Else `ERR_ACCOUNT`.
 * @param role - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen. Else `ERR_ROLE`.
 * @param rtcRole - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen. Else `ERR_ROLE`.
 * @param userId - 1–64 bytes, of the characters of a channel name, no leading space. Else `ERR_USER_ID`.
 * @param rtmUserId - 1–64 bytes, of the characters of a channel name, no leading space. Else `ERR_USER_ID`.
 * @param userUuid - 1–64 bytes, of the characters of a channel name, no leading space. Else `ERR_USER_ID`.
 * @param roomUuid - A non-empty string. Else `ERR_STRING`.
 * @param permissions - `{ [resourceType]: { [permissionType]: names } }`, keyed by `Rtm2Resource` and `Rtm2Permission`.
 * Else `ERR_PERMISSIONS`, or `ERR_SERVICE` if they do not fit into a token.
 * @param expire - The lifetime of the token and of its privileges, 1…86400 seconds. Else `ERR_EXPIRE`, or above 10⁹
 * `ERR_EXPIRE_LOOKS_ABSOLUTE`; likewise for the other lifetimes.
 * @param tokenExpire - The lifetime of the token, 1…86400 seconds. Else `ERR_EXPIRE`, or above 10⁹
 * `ERR_EXPIRE_LOOKS_ABSOLUTE`; likewise for the other lifetimes.
 * @param rtcTokenExpire - The lifetime of the token, 1…86400 seconds. Else `ERR_EXPIRE`, or above 10⁹
 * `ERR_EXPIRE_LOOKS_ABSOLUTE`; likewise for the other lifetimes.
 * @param privilegeExpire - The lifetime of the RTC privileges, 0…86400 seconds; 0: as long as the token. Default:
 * `tokenExpire`.
 * @param joinChannelPrivilegeExpire - How long the user may join, 0…86400 seconds; 0: as long as the token.
 * @param pubAudioPrivilegeExpire - How long the user may publish audio, likewise.
 * @param pubVideoPrivilegeExpire - How long the user may publish video, likewise.
 * @param pubDataStreamPrivilegeExpire - How long the user may publish data streams, likewise.
 * @param rtmTokenExpire - How long the user may log in to RTM, 0…86400 seconds; 0: as long as the token.
 * @param options - Issue time, salt, wildcards, limits. Else `ERR_ISSUE_TS`, `ERR_SALT` or `ERR_OPTIONS`.
 * @returns The token.
 * @throws {@link AccessTokenError} with the code of the first invalid argument.
 */
import type { Project } from '../build-options.js';
import { throwArgument } from '../errors.js';
import type { Privileges } from '../privileges.js';
import { formatUid } from '../services.js';
import { type IntegerRange, UINT32_MAX, parseInteger } from '../validate.js';

/** The roles of AccessToken2: a publisher may publish, a subscriber may only join and listen. */
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

const UID: IntegerRange = { code: 'ERR_UID', min: 0, max: UINT32_MAX, hint: '0 stands for any user' };

export function parseUid(value: unknown, builderForStrings: string): string {
  if (typeof value === 'string') {
    throwArgument('ERR_UID', 'uid', 'a number', value, `for a text use ${builderForStrings}`);
  }
  if (typeof value === 'number' && value < 0 && value === (value | 0)) {
    throwArgument('ERR_UID', 'uid', 'an unsigned integer', value, 'make a signed one unsigned with uid >>> 0');
  }
  return formatUid(parseInteger(value, 'uid', UID));
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

/** Parses a role, and the lifetimes of the token and of all its privileges. */
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

/** The privileges of a role: a publisher has all four, a subscriber only that to join. */
export function privilegesOf(role: Role, join: number, audio: number, video: number, data: number): Privileges {
  // The ids of RtcPrivilege, as literals: computed keys take as long as hashing the whole token.
  return role === Role.Subscriber ? { 1: join } : { 1: join, 2: audio, 3: video, 4: data };
}

export function parseApaasRole(value: unknown, argument: string): number {
  const hint = 'use the role that the room defines, -1 for none';
  return parseInteger(value, argument, { code: 'ERR_ROLE', min: -0x8000, max: 0x7fff, hint });
}
