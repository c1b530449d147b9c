/**
 * Agora AccessToken2 on Node.js: synchronous, with node:crypto.
 *
 * Every function throws an {@link AccessTokenError} and nothing else. All times are Unix time in whole seconds, all
 * lifetimes whole seconds after `issueTs`.
 *
 * @packageDocumentation
 */
import * as builders from './builders.js';
import { isLong } from './codec/zlib.js';
import type { BuildTokenOptions, RoleArgument } from './face.js';
import { type Attempt, type InspectExpected, type Inspection, planInspection } from './inspect.js';
import { type BuildOptions, type MintRequest, takeIssueTs } from './mint.js';
import {
  decodeCanonical,
  decodeUtf8,
  deflate,
  encodeBase64,
  equal,
  randomSalt,
  sign,
  sign006,
} from './platform/node.js';
import type { Permissions } from './privileges.js';
import { takeMintRequest } from './service-arguments.js';
import {
  type DecodeOptions,
  type DecodedToken,
  type Decoders,
  packContent,
  packToken,
  putSignature,
  signingInfoOf,
  takeDecodeOptions,
  unpackToken,
} from './token.js';
import {
  type BuildToken006Options,
  type Expected006,
  type VerifiedToken006,
  assertVerified006,
  message006,
  packContent006,
  packToken006,
  takeExpected006,
  takeMintRequest006,
  unpackToken006,
} from './token006.js';
import {
  type Expected,
  type VerifiedToken,
  assertVerified,
  takeCertificates,
  takeExpected,
} from './verify.js';

export * from './face.js';

const DECODERS: Decoders = { decodeCanonical, decodeUtf8 };

/** Signs a request, with the clock and a random salt where it leaves them open. */
function mint({ project, expire, services, sizeArgument }: MintRequest): string {
  const { appId, appCertificate, issueTs = takeIssueTs(now()), salt = randomSalt() } = project;
  const content = packContent({ appId, issueTs, expire, salt, services }, sizeArgument);
  putSignature(content, sign(appCertificate, issueTs, salt, signingInfoOf(content)));
  return packToken(content, isLong(content) ? deflate(content) : undefined, encodeBase64);
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

/**
 * Mints an RTC token for a user with a numeric uid.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param uid - 0…4294967295; 0: any user. For a text use {@link buildTokenWithUserAccount}.
 * @param role - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen.
 * @param tokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param privilegeExpire - The lifetime of its privileges, 0…86400 seconds; 0: as long as the token. Left out:
 * `tokenExpire`.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_UID`, `ERR_ROLE`,
 * `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { Role, buildTokenWithUid } from 'accesstoken2';
 *
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
): string {
  return mint(
    builders.buildTokenWithUid(
      appId,
      appCertificate,
      channelName,
      uid,
      role,
      tokenExpire,
      privilegeExpire,
      options,
    ),
  );
}

/**
 * Mints an RTC token for a user with a user account.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param account - 1–255 bytes, of the characters of a channel name.
 * @param role - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen.
 * @param tokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param privilegeExpire - The lifetime of its privileges, 0…86400 seconds; 0: as long as the token. Left out:
 * `tokenExpire`.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_ACCOUNT`,
 * `ERR_ROLE`, `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { Role, buildTokenWithUserAccount } from 'accesstoken2';
 *
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
): string {
  return mint(
    builders.buildTokenWithUserAccount(
      appId,
      appCertificate,
      channelName,
      account,
      role,
      tokenExpire,
      privilegeExpire,
      options,
    ),
  );
}

/**
 * Mints an RTC token for a user with a numeric uid, with a lifetime for each privilege.
 *
 * All four privileges are granted; to leave one out, use {@link buildToken}.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param uid - 0…4294967295; 0: any user. For a text use {@link buildTokenWithUserAccountAndPrivilege}.
 * @param tokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param joinChannelPrivilegeExpire - How long the user may join, 0…86400 seconds; 0: as long as the token.
 * @param pubAudioPrivilegeExpire - The same for publishing audio.
 * @param pubVideoPrivilegeExpire - The same for publishing video.
 * @param pubDataStreamPrivilegeExpire - The same for publishing data streams.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_UID`,
 * `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { buildTokenWithUidAndPrivilege } from 'accesstoken2';
 *
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
): string {
  return mint(
    builders.buildTokenWithUidAndPrivilege(
      appId,
      appCertificate,
      channelName,
      uid,
      tokenExpire,
      joinChannelPrivilegeExpire,
      pubAudioPrivilegeExpire,
      pubVideoPrivilegeExpire,
      pubDataStreamPrivilegeExpire,
      options,
    ),
  );
}

/**
 * Mints an RTC token for a user with a user account, with a lifetime for each privilege.
 *
 * All four privileges are granted; to leave one out, use {@link buildToken}.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`.
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
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_ACCOUNT`,
 * `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { buildTokenWithUserAccountAndPrivilege } from 'accesstoken2';
 *
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
): string {
  return mint(
    builders.buildTokenWithUserAccountAndPrivilege(
      appId,
      appCertificate,
      channelName,
      account,
      tokenExpire,
      joinChannelPrivilegeExpire,
      pubAudioPrivilegeExpire,
      pubVideoPrivilegeExpire,
      pubDataStreamPrivilegeExpire,
      options,
    ),
  );
}

/**
 * Mints a token for RTC and RTM under one user account. The RTM login lasts `tokenExpire`.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param account - 1–64 bytes, of the characters of a channel name, no leading space: the limits of an RTM user
 * id.
 * @param role - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen.
 * @param tokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param privilegeExpire - The lifetime of its RTC privileges, 0…86400 seconds; 0: as long as the token. Left out:
 * `tokenExpire`.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_ACCOUNT`,
 * `ERR_ROLE`, `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { Role, buildTokenWithRtm } from 'accesstoken2';
 *
 * const token = buildTokenWithRtm(appId, appCertificate, 'lobby', 'alice', Role.Publisher, 3600);
 * ```
 */
export function buildTokenWithRtm(
  appId: string,
  appCertificate: string,
  channelName: string,
  account: string,
  role: RoleArgument,
  tokenExpire: number,
  privilegeExpire?: number,
  options?: BuildOptions,
): string {
  return mint(
    builders.buildTokenWithRtm(
      appId,
      appCertificate,
      channelName,
      account,
      role,
      tokenExpire,
      privilegeExpire,
      options,
    ),
  );
}

/**
 * Mints a token for RTC and RTM, each with a user and lifetimes of its own.
 *
 * The lifetimes of publishing count only for a publisher.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtctokenbuilder2/RtcTokenBuilder2.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param rtcAccount - 1–255 bytes, of the characters of a channel name.
 * @param rtcRole - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen.
 * @param rtcTokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param joinChannelPrivilegeExpire - How long the user may join, 0…86400 seconds; 0: as long as the token.
 * @param pubAudioPrivilegeExpire - The same for publishing audio.
 * @param pubVideoPrivilegeExpire - The same for publishing video.
 * @param pubDataStreamPrivilegeExpire - The same for publishing data streams.
 * @param rtmUserId - 1–64 bytes, of the characters of a channel name, no leading space.
 * @param rtmTokenExpire - How long the user may log in to RTM, 0…86400 seconds; 0: as long as the token.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_ACCOUNT`,
 * `ERR_ROLE`, `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_USER_ID`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { Role, buildTokenWithRtm2 } from 'accesstoken2';
 *
 * const token = buildTokenWithRtm2(appId, appCertificate, 'lobby', '42', Role.Publisher, 3600, 3600, 3600, 3600, 3600, 'alice', 3600);
 * ```
 */
export function buildTokenWithRtm2(
  appId: string,
  appCertificate: string,
  channelName: string,
  rtcAccount: string,
  rtcRole: RoleArgument,
  rtcTokenExpire: number,
  joinChannelPrivilegeExpire: number,
  pubAudioPrivilegeExpire: number,
  pubVideoPrivilegeExpire: number,
  pubDataStreamPrivilegeExpire: number,
  rtmUserId: string,
  rtmTokenExpire: number,
  options?: BuildOptions,
): string {
  return mint(
    builders.buildTokenWithRtm2(
      appId,
      appCertificate,
      channelName,
      rtcAccount,
      rtcRole,
      rtcTokenExpire,
      joinChannelPrivilegeExpire,
      pubAudioPrivilegeExpire,
      pubVideoPrivilegeExpire,
      pubDataStreamPrivilegeExpire,
      rtmUserId,
      rtmTokenExpire,
      options,
    ),
  );
}

/**
 * Mints a token for RTM (Signaling).
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtmtokenbuilder2/RtmTokenBuilder.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param userId - 1–64 bytes, of the characters of a channel name, no leading space.
 * @param expire - The lifetime of the token and of its privilege, 1…86400 seconds.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_USER_ID`, `ERR_EXPIRE`,
 * `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { buildRtmToken } from 'accesstoken2';
 *
 * const token = buildRtmToken(appId, appCertificate, 'alice', 3600);
 * ```
 */
export function buildRtmToken(
  appId: string,
  appCertificate: string,
  userId: string,
  expire: number,
  options?: BuildOptions,
): string {
  return mint(builders.buildRtmToken(appId, appCertificate, userId, expire, options));
}

/**
 * Mints a token for RTM2, with the names that the user may read and write.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/rtmtokenbuilder2/RtmTokenBuilder.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param userId - 1–64 bytes, of the characters of a channel name, no leading space.
 * @param permissions - `{ [resourceType]: { [permissionType]: names } }`, keyed by `Rtm2Resource` and
 * `Rtm2Permission`.
 * @param expire - The lifetime of the token and of its privilege, 1…86400 seconds.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_USER_ID`, `ERR_PERMISSIONS`, `ERR_SERVICE`,
 * `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { Rtm2Permission, Rtm2Resource, buildRtmTokenWithPermissions } from 'accesstoken2';
 *
 * const permissions = { [Rtm2Resource.MessageChannels]: { [Rtm2Permission.Read]: ['news'] } };
 * const token = buildRtmTokenWithPermissions(appId, appCertificate, 'alice', permissions, 3600);
 * ```
 */
export function buildRtmTokenWithPermissions(
  appId: string,
  appCertificate: string,
  userId: string,
  permissions: Permissions,
  expire: number,
  options?: BuildOptions,
): string {
  return mint(
    builders.buildRtmTokenWithPermissions(appId, appCertificate, userId, permissions, expire, options),
  );
}

/**
 * Mints a token for a user of Chat.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/chatTokenBuilder/ChatTokenBuilder.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param userUuid - 1–64 characters.
 * @param expire - The lifetime of the token and of its privilege, 1…86400 seconds.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_USER_ID`, `ERR_EXPIRE`,
 * `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { buildChatUserToken } from 'accesstoken2';
 *
 * const token = buildChatUserToken(appId, appCertificate, 'alice', 3600);
 * ```
 */
export function buildChatUserToken(
  appId: string,
  appCertificate: string,
  userUuid: string,
  expire: number,
  options?: BuildOptions,
): string {
  return mint(builders.buildChatUserToken(appId, appCertificate, userUuid, expire, options));
}

/**
 * Mints a token with which an app server calls Chat's REST API: it may act for every user, so keep it there.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/chatTokenBuilder/ChatTokenBuilder.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param expire - The lifetime of the token and of its privilege, 1…86400 seconds.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`,
 * `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { buildChatAppToken } from 'accesstoken2';
 *
 * const token = buildChatAppToken(appId, appCertificate, 3600);
 * ```
 */
export function buildChatAppToken(
  appId: string,
  appCertificate: string,
  expire: number,
  options?: BuildOptions,
): string {
  return mint(builders.buildChatAppToken(appId, appCertificate, expire, options));
}

/**
 * Mints a token for FPA. It lasts 24 hours; its login privilege, 0, lasts as long.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/fpatokenbuilder/FpaTokenBuilder.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { buildFpaToken } from 'accesstoken2';
 *
 * const token = buildFpaToken(appId, appCertificate);
 * ```
 */
export function buildFpaToken(appId: string, appCertificate: string, options?: BuildOptions): string {
  return mint(builders.buildFpaToken(appId, appCertificate, options));
}

/**
 * Mints a token for a user in a room of APaaS (Education), with RTM and Chat.
 *
 * The RTM user is `userUuid`, the Chat user the 32 hex digits of its MD5.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/apaastokenbuilder/ApaasTokenBuilder.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param roomUuid - A text that is not empty.
 * @param userUuid - 1–64 bytes, of the characters of a channel name, no leading space.
 * @param role - The role in the room, −32768…32767.
 * @param expire - The lifetime of the token and of its privileges, 1…86400 seconds.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_STRING`, `ERR_USER_ID`, `ERR_ROLE`,
 * `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { buildApaasRoomUserToken } from 'accesstoken2';
 *
 * const token = buildApaasRoomUserToken(appId, appCertificate, 'math-101', 'alice', 1, 3600);
 * ```
 */
export function buildApaasRoomUserToken(
  appId: string,
  appCertificate: string,
  roomUuid: string,
  userUuid: string,
  role: number,
  expire: number,
  options?: BuildOptions,
): string {
  return mint(
    builders.buildApaasRoomUserToken(appId, appCertificate, roomUuid, userUuid, role, expire, options),
  );
}

/**
 * Mints a token for a user of APaaS (Education), in no room.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/apaastokenbuilder/ApaasTokenBuilder.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param userUuid - 1–64 bytes, of the characters of a channel name, no leading space.
 * @param expire - The lifetime of the token and of its privilege, 1…86400 seconds.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_USER_ID`, `ERR_EXPIRE`,
 * `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { buildApaasUserToken } from 'accesstoken2';
 *
 * const token = buildApaasUserToken(appId, appCertificate, 'alice', 3600);
 * ```
 */
export function buildApaasUserToken(
  appId: string,
  appCertificate: string,
  userUuid: string,
  expire: number,
  options?: BuildOptions,
): string {
  return mint(builders.buildApaasUserToken(appId, appCertificate, userUuid, expire, options));
}

/**
 * Mints a token with which an app server calls the REST API of APaaS (Education).
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/apaastokenbuilder/ApaasTokenBuilder.go`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param expire - The lifetime of the token and of its privilege, 1…86400 seconds.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`,
 * `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { buildApaasAppToken } from 'accesstoken2';
 *
 * const token = buildApaasAppToken(appId, appCertificate, 3600);
 * ```
 */
export function buildApaasAppToken(
  appId: string,
  appCertificate: string,
  expire: number,
  options?: BuildOptions,
): string {
  return mint(builders.buildApaasAppToken(appId, appCertificate, expire, options));
}

/**
 * Mints a token for Conversational AI, with RTC and RTM.
 *
 * The arguments are those of {@link buildTokenWithRtm2}.
 *
 * Source: npm `agora-token` 2.0.6, `src/ConvoAITokenBuilder.js`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param rtcAccount - 1–255 bytes, of the characters of a channel name.
 * @param rtcRole - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen.
 * @param rtcTokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param joinChannelPrivilegeExpire - How long the user may join, 0…86400 seconds; 0: as long as the token.
 * @param pubAudioPrivilegeExpire - The same for publishing audio.
 * @param pubVideoPrivilegeExpire - The same for publishing video.
 * @param pubDataStreamPrivilegeExpire - The same for publishing data streams.
 * @param rtmUserId - 1–64 bytes, of the characters of a channel name, no leading space.
 * @param rtmTokenExpire - How long the user may log in to RTM, 0…86400 seconds; 0: as long as the token.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_ACCOUNT`,
 * `ERR_ROLE`, `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_USER_ID`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { Role, buildConvoAiToken } from 'accesstoken2';
 *
 * const token = buildConvoAiToken(appId, appCertificate, 'lobby', '42', Role.Publisher, 3600, 3600, 3600, 3600, 3600, 'alice', 3600);
 * ```
 */
export function buildConvoAiToken(
  appId: string,
  appCertificate: string,
  channelName: string,
  rtcAccount: string,
  rtcRole: RoleArgument,
  rtcTokenExpire: number,
  joinChannelPrivilegeExpire: number,
  pubAudioPrivilegeExpire: number,
  pubVideoPrivilegeExpire: number,
  pubDataStreamPrivilegeExpire: number,
  rtmUserId: string,
  rtmTokenExpire: number,
  options?: BuildOptions,
): string {
  return mint(
    builders.buildConvoAiToken(
      appId,
      appCertificate,
      channelName,
      rtcAccount,
      rtcRole,
      rtcTokenExpire,
      joinChannelPrivilegeExpire,
      pubAudioPrivilegeExpire,
      pubVideoPrivilegeExpire,
      pubDataStreamPrivilegeExpire,
      rtmUserId,
      rtmTokenExpire,
      options,
    ),
  );
}

/**
 * Mints a token for speech to text, with RTC and RTM.
 *
 * The arguments are those of {@link buildTokenWithRtm2}.
 *
 * Source: npm `agora-token` 2.0.6, `src/SttTokenBuilder.js`.
 *
 * @param appId - 32 hex digits.
 * @param appCertificate - 32 hex digits, the primary or the secondary certificate.
 * @param channelName - 1–64 bytes: letters, digits, space and ``!#$%&()+-:;<=.>?@[]^_{}|~,``.
 * @param rtcAccount - 1–255 bytes, of the characters of a channel name.
 * @param rtcRole - `Role.Publisher` may publish, `Role.Subscriber` may only join and listen.
 * @param rtcTokenExpire - The lifetime of the token, 1…86400 seconds.
 * @param joinChannelPrivilegeExpire - How long the user may join, 0…86400 seconds; 0: as long as the token.
 * @param pubAudioPrivilegeExpire - The same for publishing audio.
 * @param pubVideoPrivilegeExpire - The same for publishing video.
 * @param pubDataStreamPrivilegeExpire - The same for publishing data streams.
 * @param rtmUserId - 1–64 bytes, of the characters of a channel name, no leading space.
 * @param rtmTokenExpire - How long the user may log in to RTM, 0…86400 seconds; 0: as long as the token.
 * @param options - Issue time, salt, wildcards, limits.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_ACCOUNT`,
 * `ERR_ROLE`, `ERR_EXPIRE`, `ERR_EXPIRE_LOOKS_ABSOLUTE`, `ERR_USER_ID`, `ERR_ISSUE_TS`, `ERR_SALT`, `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { Role, buildSttToken } from 'accesstoken2';
 *
 * const token = buildSttToken(appId, appCertificate, 'lobby', '42', Role.Publisher, 3600, 3600, 3600, 3600, 3600, 'alice', 3600);
 * ```
 */
export function buildSttToken(
  appId: string,
  appCertificate: string,
  channelName: string,
  rtcAccount: string,
  rtcRole: RoleArgument,
  rtcTokenExpire: number,
  joinChannelPrivilegeExpire: number,
  pubAudioPrivilegeExpire: number,
  pubVideoPrivilegeExpire: number,
  pubDataStreamPrivilegeExpire: number,
  rtmUserId: string,
  rtmTokenExpire: number,
  options?: BuildOptions,
): string {
  return mint(
    builders.buildSttToken(
      appId,
      appCertificate,
      channelName,
      rtcAccount,
      rtcRole,
      rtcTokenExpire,
      joinChannelPrivilegeExpire,
      pubAudioPrivilegeExpire,
      pubVideoPrivilegeExpire,
      pubDataStreamPrivilegeExpire,
      rtmUserId,
      rtmTokenExpire,
      options,
    ),
  );
}

/**
 * Mints a token for any mix of services.
 *
 * Services are written ascending by type; those of one type keep their order.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/accesstoken2/AccessToken.go`.
 *
 * @returns The token.
 * @throws {@link AccessTokenError} Any {@link ArgumentErrorCode}; `argument` is the path, such as `services[0].uid`.
 *
 * @example
 * ```ts
 * import { RtcPrivilege, RtmPrivilege, buildToken } from 'accesstoken2';
 *
 * const token = buildToken({
 *   appId,
 *   appCertificate,
 *   expire: 3600,
 *   services: [
 *     { type: 'rtc', channelName: 'lobby', uid: '42', privileges: { [RtcPrivilege.JoinChannel]: 3600 } },
 *     { type: 'rtm', userId: 'alice', privileges: { [RtmPrivilege.Login]: 3600 } },
 *   ],
 * });
 * ```
 */
export function buildToken(options: BuildTokenOptions): string {
  return mint(takeMintRequest(options));
}

/**
 * Reads a token, without verifying it: whoever wrote it may have written anything.
 *
 * Reading is strict. The base64 has to be canonical, the zlib stream used up exactly and its checksum right, every
 * text UTF-8; no id stands twice in a map, nothing follows the last service. A text of over 1.5 Mi characters is
 * refused unread, and inflating stops at `maxContentLength`.
 *
 * @param token - The token, version 007.
 * @param options - How much content is read.
 * @returns What it says. Building its services again gives the same content if it was written in canonical order.
 * @throws {@link AccessTokenError} Any {@link TokenFormErrorCode}; `ERR_OPTIONS`.
 *
 * @example
 * ```ts
 * import { Role, buildTokenWithUid, decodeToken } from 'accesstoken2';
 *
 * const token = buildTokenWithUid(appId, appCertificate, 'lobby', 42, Role.Subscriber, 3600);
 * const { services } = decodeToken(token);
 * // [{ type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: 3600 } }]
 * ```
 */
export function decodeToken(token: string, options?: DecodeOptions): DecodedToken {
  const maxContentLength = takeDecodeOptions(options);
  return unpackToken(token, maxContentLength, 'token', DECODERS);
}

/**
 * Verifies a token, or throws: its form, then its signature over the raw bytes, then its App ID, its time, and that
 * one of its services meets all that is expected of one.
 *
 * A token is valid while now is before its end, which is `issueTs` plus the smaller of `expire` and `maxLifetime`; so
 * is a privilege, and one of 0 ends with the token. An `issueTs` up to 30 seconds ahead, or `clockTolerance` if
 * that is longer, is tolerated.
 *
 * @param token - The token, version 007.
 * @param appCertificate - 32 hex digits, or the primary and the secondary certificate, if both may be live.
 * @param expected - What the token has to be for. Without it, any token that the certificate signed will do.
 * @returns What it says.
 * @throws {@link AccessTokenError} Any {@link TokenFormErrorCode} or {@link TokenClaimErrorCode}; for wrong
 * expectations `ERR_OPTIONS` or the code of the argument; `ERR_APP_CERTIFICATE`.
 *
 * @example
 * ```ts
 * import { Role, buildTokenWithUid, verifyToken } from 'accesstoken2';
 *
 * const token = buildTokenWithUid(appId, appCertificate, 'lobby', 42, Role.Publisher, 3600);
 * verifyToken(token, appCertificate, { appId, channelName: 'lobby', uid: 42 });
 * ```
 */
export function verifyToken(
  token: string,
  appCertificate: string | readonly [primary: string, secondary: string],
  expected?: Expected,
): VerifiedToken {
  const certificates = takeCertificates(appCertificate);
  const requirements = takeExpected(expected, now);
  const decoded = unpackToken(token, requirements.maxContentLength, 'token', DECODERS);
  assertVerified(decoded, isSigned(decoded, certificates), requirements);
  return decoded;
}

function isSigned(token: DecodedToken, certificates: readonly string[]): boolean {
  return certificates.some((certificate) => isSignedWith(token, certificate));
}

function isSignedWith({ issueTs, salt, signature, content }: DecodedToken, certificate: string): boolean {
  return equal(sign(certificate, issueTs, salt, signingInfoOf(content, signature.length)), signature);
}

/**
 * Says what is wrong with a token, and what to do about it.
 *
 * It repairs what transit does to a token, reads what is left of one that was cut, and reads both versions. It never
 * throws: what is wrong with `expected` is a finding, too. No certificate is shown.
 *
 * Source of the mistakes that it knows: public issue threads, and public code that calls the official builders, as of
 * November 2026.
 *
 * @param token - The token, version 007 or 006, or whatever came in its place.
 * @param expected - What the token has to be for, as for {@link verifyToken}, and in `appCertificate` what it has to be
 * signed with.
 * @returns What was found: `ok` is true exactly when {@link verifyToken} would accept the token.
 *
 * @example
 * ```ts
 * import { buildTokenWithUid, inspectToken } from 'accesstoken2';
 *
 * const token = buildTokenWithUid(appId, appCertificate, 'lobby', 42, 'publisher', 3600);
 * const { ok, findings } = inspectToken(token, { appCertificate, channelName: 'Lobby', uid: 42 });
 * console.log(ok, findings[0]?.code, findings[0]?.message);
 * // false CHANNEL_MISMATCH it is for the channel "lobby", expected "Lobby"
 * ```
 */
export function inspectToken(token: unknown, expected?: InspectExpected): Inspection {
  const plan = planInspection(token, expected, now);
  return plan.report(plan.attempts.find(holds));
}

function holds(attempt: Attempt): boolean {
  return attempt.message !== undefined
    ? equal(sign006(attempt.certificate, attempt.message), attempt.token.signature)
    : isSignedWith(attempt.token, attempt.certificate);
}

/**
 * Mints an older AccessToken, version 006, for clients that read no AccessToken2.
 *
 * Its times are points in time, not lifetimes. Agora's limits of names are not checked, only what the format holds.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/AccessToken/AccessToken.go`.
 *
 * @param options - App ID and certificate, 32 hex digits each; the channel and the uid, 0…4294967295, or user account;
 * `ts` and the privileges, Unix times in seconds, 0…4294967295, 0 for no end; the salt, 0…4294967295, random if left
 * out. For a token to log in to RTM the user stands in the channel's place, uid is `''`, and the privilege is 1000.
 * @returns The token.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_UID`, `ERR_EXPIRE`,
 * `ERR_PRIVILEGES`, `ERR_SALT`, `ERR_OPTIONS`; `argument` is the path, such as `privileges[1]`.
 *
 * @example
 * ```ts
 * import { RtcPrivilege, buildToken006 } from 'accesstoken2';
 *
 * const ts = Math.floor(Date.now() / 1000) + 3600;
 * const privileges = { [RtcPrivilege.JoinChannel]: ts };
 * const token = buildToken006({ appId, appCertificate, channelName: 'lobby', uid: 42, ts, privileges });
 * ```
 */
export function buildToken006(options: BuildToken006Options): string {
  const request = takeMintRequest006(options);
  const { appId, appCertificate, channelName, uid, salt = randomSalt() } = request;
  const content = packContent006(request, salt);
  const signature = sign006(appCertificate, message006({ appId, content }, channelName, uid));
  return packToken006(appId, content, signature, encodeBase64);
}

/**
 * Verifies an older AccessToken, version 006, or throws: its form, then the checksums of channel and uid, then its
 * signature over the raw bytes, its App ID, its end, and that of its privilege.
 *
 * The privilege is the one to join (1) or, in a token without it, the one to log in to RTM (1000). Both are valid
 * while now is before their end, which is never if it is 0.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/AccessToken/AccessToken.go`.
 *
 * @param token - The token, version 006.
 * @param appCertificate - 32 hex digits, or the primary and the secondary certificate, if both may be live.
 * @param expected - The channel and the uid, 0…4294967295, or user account, that the token has to be for; both are
 * needed, since the token does not tell them. For a token to log in to RTM the user stands in the channel's place,
 * and uid is `''`.
 * @returns What it says.
 * @throws {@link AccessTokenError} What {@link decodeToken006} throws; `ERR_CHANNEL_MISMATCH`, `ERR_UID_MISMATCH`,
 * `ERR_SIGNATURE_MISMATCH`, `ERR_APP_ID_MISMATCH`, `ERR_TOKEN_EXPIRED`, `ERR_MISSING_PRIVILEGE`,
 * `ERR_PRIVILEGE_EXPIRED`; for wrong expectations `ERR_OPTIONS`, `ERR_CHANNEL_NAME`, `ERR_UID`;
 * `ERR_APP_CERTIFICATE`.
 *
 * @example
 * ```ts
 * import { buildToken006, verifyToken006 } from 'accesstoken2';
 *
 * const ts = Math.floor(Date.now() / 1000) + 3600;
 * const user = { channelName: 'lobby', uid: 42 };
 * const token = buildToken006({ appId, appCertificate, ...user, ts, privileges: { 1: ts } });
 * verifyToken006(token, appCertificate, user);
 * ```
 */
export function verifyToken006(
  token: string,
  appCertificate: string | readonly [primary: string, secondary: string],
  expected: Expected006,
): VerifiedToken006 {
  const certificates = takeCertificates(appCertificate);
  const requirements = takeExpected006(expected, now);
  const decoded = unpackToken006(token);
  const message = message006(decoded, requirements.channelName, requirements.uid);
  const signed = certificates.some((certificate) => equal(sign006(certificate, message), decoded.signature));
  assertVerified006(decoded, signed, requirements);
  return decoded;
}
