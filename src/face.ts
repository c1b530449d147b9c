/**
 * What every entry exports alike: the names of things, the types, and what needs no platform.
 */
import type { Role } from './builders.js';
import type { BuildOptions } from './mint.js';
import type { Service } from './services.js';
import { type DecodedToken, MAX_CONTENT_LENGTH, sameContent, unpackToken } from './token.js';
import { type DecodedToken006, isToken006, unpackToken006 } from './token006.js';

export { Role } from './builders.js';
export { AccessTokenError } from './errors.js';
export type {
  AccessTokenErrorCode,
  ArgumentErrorCode,
  TokenClaimErrorCode,
  TokenFormErrorCode,
} from './errors.js';
export type { InspectExpected, Inspection } from './inspect.js';
export type { Finding, FindingCode } from './inspect/findings.js';
export type { PartialToken006 } from './inspect/reading.js';
export type { PrivilegeEnd, Timeline } from './inspect/timeline.js';
export type { BuildOptions } from './mint.js';
export {
  ApaasPrivilege,
  ChatPrivilege,
  FcdnPrivilege,
  FpaPrivilege,
  Rtm2Permission,
  Rtm2Privilege,
  Rtm2Resource,
  RtcPrivilege,
  RtmPrivilege,
  ServiceType,
  StreamingPrivilege,
} from './privileges.js';
export type { Permissions, Privileges } from './privileges.js';
export type {
  ApaasService,
  ChatService,
  ConvoAiService,
  FcdnService,
  FpaService,
  RtcService,
  Rtm2Service,
  RtmService,
  Service,
  ServiceName,
  StreamingService,
  SttService,
  UnknownService,
} from './services.js';
export type { DecodeOptions, DecodedToken, PartialToken } from './token.js';
export type { BuildToken006Options, DecodedToken006, Expected006, VerifiedToken006 } from './token006.js';
export type { Expected, VerifiedToken } from './verify.js';

/** A role, by its number or its name: what builders take, exported for whoever passes it on. */
export type RoleArgument = Role | 'publisher' | 'subscriber';

/** The argument of {@link buildToken}, exported for whoever puts it together elsewhere. */
export interface BuildTokenOptions extends BuildOptions {
  /** 32 hex digits. */
  readonly appId: string;
  /** 32 hex digits, the primary or the secondary certificate. */
  readonly appCertificate: string;
  /** The lifetime of the token, 1…86400 seconds. */
  readonly expire: number;
  /** At least one; in any order. */
  readonly services: readonly Service[];
}

/**
 * Tells whether two tokens have the same version and content, whatever the compression: texts of one content differ
 * between zlib versions. Of older tokens, which have no compression, the App ID has to be the same, too.
 *
 * @param a - A token, version 007 or 006.
 * @param b - Another.
 * @throws {@link AccessTokenError} Any {@link TokenFormErrorCode} but `ERR_LEGACY_TOKEN`.
 *
 * @example
 * ```ts
 * import { buildRtmToken, tokensEqual } from 'accesstoken2';
 *
 * const fixed = { issueTs: 1700000000, salt: 1 };
 * const a = buildRtmToken(appId, appCertificate, 'alice', 3600, fixed);
 * const b = buildRtmToken(appId, appCertificate, 'alice', 3600, fixed);
 * tokensEqual(a, b); // true
 * ```
 */
export function tokensEqual(a: string, b: string): boolean {
  return sameContent(unpackAny(a, 'a'), unpackAny(b, 'b'));
}

function unpackAny(token: string, argument: string): DecodedToken | DecodedToken006 {
  return isToken006(token)
    ? unpackToken006(token, argument)
    : unpackToken(token, MAX_CONTENT_LENGTH, argument);
}

/**
 * Reads an older AccessToken, version 006, without verifying it: whoever wrote it may have written anything.
 *
 * Reading is as strict as that of {@link decodeToken}. Channel and uid are not in the token, only their checksums.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/AccessToken/AccessToken.go`.
 *
 * @param token - The token, version 006, at most 1.5 Mi characters.
 * @returns What it says. All times are Unix times in seconds, 0 for no end.
 * @throws {@link AccessTokenError} `ERR_TOKEN_TYPE`, `ERR_TOKEN_VERSION`, `ERR_TOKEN_BASE64`, `ERR_TOKEN_TOO_LARGE`,
 * `ERR_TOKEN_TRUNCATED`, `ERR_TOKEN_TRAILING_BYTES`, `ERR_TOKEN_PRIVILEGES`.
 *
 * @example
 * ```ts
 * import { buildToken006, decodeToken006 } from 'accesstoken2';
 *
 * const privileges = { 1: 1800000000 };
 * const token = buildToken006({ appId, appCertificate, channelName: 'lobby', uid: 42, ts: 1800000000, privileges });
 * decodeToken006(token).privileges; // { 1: 1800000000 }
 * ```
 */
export function decodeToken006(token: string): DecodedToken006 {
  return unpackToken006(token);
}
