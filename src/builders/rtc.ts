/** The builders of RTC tokens. */
import { type BuildOptions, type Project, type UnsignedToken, parseProject } from '../build-options.js';
import { throwArgument } from '../errors.js';
import type { Privileges } from '../privileges.js';
import { type RtcService, formatUid } from '../services.js';
import { type IntegerRange, UINT32_MAX, parseInteger } from '../validate.js';

/** The roles of AccessToken2: a publisher may publish, a subscriber may only join and listen. */
export const Role = { Publisher: 1, Subscriber: 2 } as const;
export type Role = (typeof Role)[keyof typeof Role];

/** A role, as a number or a name. Exported as the type of an argument. */
export type RoleArgument = Role | 'publisher' | 'subscriber';

/**
 * Mints an RTC token for a user with a numeric uid.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param uid - 0…4294967295; 0: any user. For a string use {@link buildTokenWithUserAccount}.
 * @param role - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen.
 * @param tokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param privilegeExpire - The lifetime of its privileges, 0…86400 seconds; 0: as long as the token. Default:
 * `tokenExpire`.
 * @param options - Issue time, salt, wildcards, limits.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_UID`, `ERR_ROLE`,
 * `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`
 * @example
 * ```ts
 * import { Role, buildTokenWithUid } from 'accesstoken2';
 * const token = buildTokenWithUid(appId, appCertificate, 'lobby', 42, Role.Publisher, 3600);
 * ```
 */
export function buildTokenWithUid(
  appId: string,
  appCertificate: string,
  channelName: string,
  uid: number,
  role: RoleArgument,
  tokenExpire: number,
  privilegeExpire?: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const channel = parseChannelName(project, channelName);
  const user = parseUid(uid, 'buildTokenWithUserAccount');
  const { expire, privileges } = parseRoleAndLifetimes(project, role, tokenExpire, privilegeExpire);
  return { project, expire, services: [rtcService(channel, user, privileges)] };
}

/**
 * Mints an RTC token for a user with a user account.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param account - 1–255 bytes, of the characters of a channel name.
 * @param role - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen.
 * @param tokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param privilegeExpire - The lifetime of its privileges, 0…86400 seconds; 0: as long as the token. Default:
 * `tokenExpire`.
 * @param options - Issue time, salt, wildcards, limits.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_ACCOUNT`, `ERR_ROLE`,
 * `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`
 * @example
 * ```ts
 * import { Role, buildTokenWithUserAccount } from 'accesstoken2';
 * const token = buildTokenWithUserAccount(appId, appCertificate, 'lobby', 'alice', Role.Subscriber, 3600);
 * ```
 */
export function buildTokenWithUserAccount(
  appId: string,
  appCertificate: string,
  channelName: string,
  account: string,
  role: RoleArgument,
  tokenExpire: number,
  privilegeExpire?: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const channel = parseChannelName(project, channelName);
  const user = parseAccount(project, account, 'account');
  const { expire, privileges } = parseRoleAndLifetimes(project, role, tokenExpire, privilegeExpire);
  return { project, expire, services: [rtcService(channel, user, privileges)] };
}

/**
 * Mints an RTC token for a user with a numeric uid, with a lifetime for each privilege.
 *
 * All four privileges are granted; to omit one, use {@link buildToken}.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param uid - 0…4294967295; 0: any user. For a string use {@link buildTokenWithUserAccountAndPrivilege}.
 * @param tokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param joinChannelPrivilegeExpire - How long the user may join, 0…86400 seconds; 0: as long as the token.
 * @param pubAudioPrivilegeExpire - The same for publishing audio.
 * @param pubVideoPrivilegeExpire - The same for publishing video.
 * @param pubDataStreamPrivilegeExpire - The same for publishing data streams.
 * @param options - Issue time, salt, wildcards, limits.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_UID`, `ERR_EXPIRE`,
 * `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`
 * @example
 * ```ts
 * import { buildTokenWithUidAndPrivilege } from 'accesstoken2';
 * const token = buildTokenWithUidAndPrivilege(appId, appCertificate, 'lobby', 42, 3600, 3600, 600, 600, 600);
 * ```
 */
export function buildTokenWithUidAndPrivilege(
  appId: string,
  appCertificate: string,
  channelName: string,
  uid: number,
  tokenExpire: number,
  joinChannelPrivilegeExpire: number,
  pubAudioPrivilegeExpire: number,
  pubVideoPrivilegeExpire: number,
  pubDataStreamPrivilegeExpire: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const channel = parseChannelName(project, channelName);
  const user = parseUid(uid, 'buildTokenWithUserAccountAndPrivilege');
  const expire = project.limits.tokenExpire(tokenExpire, 'tokenExpire');
  const join = project.limits.privilegeExpire(joinChannelPrivilegeExpire, 'joinChannelPrivilegeExpire');
  const audio = project.limits.privilegeExpire(pubAudioPrivilegeExpire, 'pubAudioPrivilegeExpire');
  const video = project.limits.privilegeExpire(pubVideoPrivilegeExpire, 'pubVideoPrivilegeExpire');
  const data = project.limits.privilegeExpire(pubDataStreamPrivilegeExpire, 'pubDataStreamPrivilegeExpire');
  const privileges = privilegesOf(Role.Publisher, join, audio, video, data);
  return { project, expire, services: [rtcService(channel, user, privileges)] };
}

/**
 * Mints an RTC token for a user with a user account, with a lifetime for each privilege.
 *
 * All four privileges are granted; to omit one, use {@link buildToken}.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param account - 1–255 bytes, of the characters of a channel name.
 * @param tokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param joinChannelPrivilegeExpire - How long the user may join, 0…86400 seconds; 0: as long as the token.
 * @param pubAudioPrivilegeExpire - The same for publishing audio.
 * @param pubVideoPrivilegeExpire - The same for publishing video.
 * @param pubDataStreamPrivilegeExpire - The same for publishing data streams.
 * @param options - Issue time, salt, wildcards, limits.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_ACCOUNT`,
 * `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`
 * @example
 * ```ts
 * import { buildTokenWithUserAccountAndPrivilege } from 'accesstoken2';
 * const token = buildTokenWithUserAccountAndPrivilege(appId, appCertificate, 'lobby', 'alice', 3600, 3600, 60, 60, 60);
 * ```
 */
export function buildTokenWithUserAccountAndPrivilege(
  appId: string,
  appCertificate: string,
  channelName: string,
  account: string,
  tokenExpire: number,
  joinChannelPrivilegeExpire: number,
  pubAudioPrivilegeExpire: number,
  pubVideoPrivilegeExpire: number,
  pubDataStreamPrivilegeExpire: number,
  options?: BuildOptions,
): UnsignedToken {
  const project = parseProject(appId, appCertificate, options);
  const channel = parseChannelName(project, channelName);
  const user = parseAccount(project, account, 'account');
  const expire = project.limits.tokenExpire(tokenExpire, 'tokenExpire');
  const join = project.limits.privilegeExpire(joinChannelPrivilegeExpire, 'joinChannelPrivilegeExpire');
  const audio = project.limits.privilegeExpire(pubAudioPrivilegeExpire, 'pubAudioPrivilegeExpire');
  const video = project.limits.privilegeExpire(pubVideoPrivilegeExpire, 'pubVideoPrivilegeExpire');
  const data = project.limits.privilegeExpire(pubDataStreamPrivilegeExpire, 'pubDataStreamPrivilegeExpire');
  const privileges = privilegesOf(Role.Publisher, join, audio, video, data);
  return { project, expire, services: [rtcService(channel, user, privileges)] };
}

export function rtcService(channelName: string, uid: string, privileges: Privileges): RtcService {
  return { type: 'rtc', channelName, uid, privileges };
}

export function parseChannelName({ limits }: Project, value: unknown): string {
  return limits.channelName(value, 'channelName', 'ERR_CHANNEL_NAME');
}

export function parseAccount({ limits }: Project, value: unknown, argument: string): string {
  return limits.account(value, argument, 'ERR_ACCOUNT');
}

const UID: IntegerRange = { code: 'ERR_UID', min: 0, max: UINT32_MAX, hint: '0 stands for any user' };

function parseUid(value: unknown, builderForStrings: string): string {
  if (typeof value === 'string') {
    throwArgument('ERR_UID', 'uid', 'a number', value, `for a text use ${builderForStrings}`);
  }
  if (typeof value === 'number' && value < 0 && value === (value | 0)) {
    const hint = 'make a signed one unsigned with uid >>> 0';
    throwArgument('ERR_UID', 'uid', 'an unsigned integer', value, hint);
  }
  return formatUid(parseInteger(value, 'uid', UID));
}

export function parseRole(value: unknown, argument: string): Role {
  if (value === Role.Publisher || value === 'publisher') return Role.Publisher;
  if (value === Role.Subscriber || value === 'subscriber') return Role.Subscriber;
  const hint =
    value === 0 || value === 101
      ? '0 and 101 belong to the older AccessToken; Publisher has the same privileges'
      : 'use Role.Publisher or Role.Subscriber';
  throwArgument('ERR_ROLE', argument, "1, 2, 'publisher' or 'subscriber'", value, hint);
}

/** Parses a role and the lifetimes of the token and of all its privileges. */
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
