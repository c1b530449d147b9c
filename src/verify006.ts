/** Verifies 006 tokens: the checksums of channel and uid, the signature, and the validity period. */
import { currentTime } from './clock.js';
import { parseCertificates, parseNow } from './expected.js';
import { throwArgument } from './errors.js';
import { type Fault, SIGNATURE_FAULT, appIdFault, claimError, expiredFault } from './faults.js';
import type { Platform } from './platform/platform.js';
import { RtcPrivilege } from './privileges.js';
import { quote } from './redact.js';
import type { Steps } from './token.js';
import { type DecodedToken006, RTM_LOGIN, crc32, message006, parseUid006, unpackToken006 } from './token006.js';
import { parseObject, parseString, rejectUnknown } from './validate.js';

/**
 * The expectations of `verifyToken006`. A property that is present but `undefined` is rejected. Exported for code that
 * forwards them.
 */
export interface Expected006 {
  /** The channel to join, or the user that logs in to RTM. */
  readonly channelName: string;
  /** The uid that joins, 0…4294967295, or the user account. 0 and `''` expect a token for any user or for RTM login. */
  readonly uid: number | string;
  /** The time of the check: Unix time in seconds, or a `Date`. Default: the current time. */
  readonly now?: number | Date;
}

declare const verified: unique symbol;

/** A 006 token whose signature, validity period, channel and uid were verified. Exported as the type of a result. */
export type VerifiedToken006 = DecodedToken006 & { readonly [verified]: true };

interface Requirements006 {
  readonly channelName: string;
  readonly uid: string;
  readonly now: number;
}

function parseExpected006(value: unknown): Requirements006 {
  const code = 'ERR_OPTIONS';
  const properties = parseObject(value, 'expected', code, 'an object such as { channelName, uid }');
  const pathOf = (name: string): string => `expected.${name}`;
  rejectUnknown(properties, ['channelName', 'uid', 'now'], code, pathOf);
  for (const name of ['channelName', 'uid']) {
    if (properties.get(name) !== undefined) continue;
    const hint = 'the token does not tell it, so it has to be known';
    throwArgument(code, pathOf(name), 'a value', undefined, hint);
  }
  return {
    channelName: parseString(properties.get('channelName'), pathOf('channelName'), 'ERR_CHANNEL_NAME'),
    uid: parseUid006(properties.get('uid'), pathOf('uid')),
    now: parseNow(properties.has('now') ? properties.get('now') : currentTime()),
  };
}

/**
 * Verifies an older AccessToken, version 006. Checks the format, the checksums of channel and uid, the signature, the
 * App ID, and the ends of the token and of its privilege, in this order; throws on the first failure.
 *
 * The privilege is joining (1) or, in a token without it, RTM login (1000). Token and privilege are valid while `now`
 * is before their end; 0 means never. The signature is checked over the raw bytes.
 * @param token - The token, version 006.
 * @param appCertificate - 32 hex digits, or `[primary, secondary]` during certificate rotation.
 * @param expected - The channel, and the uid (0…4294967295) or user account. Both are required: a 006 token contains
 * only their checksums. For RTM login, `channelName` is the user, and `uid` is `''`.
 * @returns The decoded token.
 * @throws {@link AccessTokenError} The codes of {@link decodeToken006}; `ERR_CHANNEL_MISMATCH`, `ERR_UID_MISMATCH`,
 * `ERR_SIGNATURE_MISMATCH`, `ERR_APP_ID_MISMATCH`, `ERR_TOKEN_EXPIRED`, `ERR_MISSING_PRIVILEGE`,
 * `ERR_PRIVILEGE_EXPIRED`; for invalid expectations `ERR_OPTIONS`, `ERR_CHANNEL_NAME`, `ERR_UID`;
 * `ERR_APP_CERTIFICATE`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/AccessToken/AccessToken.go`
 * @example
 * ```ts
 * import { buildToken006, verifyToken006 } from 'accesstoken2';
 * const ts = Math.floor(Date.now() / 1000) + 3600;
 * const user = { channelName: 'lobby', uid: 42 };
 * const token = buildToken006({ appId, appCertificate, ...user, ts, privileges: { 1: ts } });
 * verifyToken006(token, appCertificate, user);
 * ```
 */
export function* verifyToken006<Bytes>(
  { verifier }: Platform<Bytes>,
  token: string,
  appCertificate: string | readonly [primary: string, secondary: string],
  expected: Expected006,
): Steps<Bytes, VerifiedToken006> {
  const certificates = parseCertificates(appCertificate);
  const { channelName, uid, now } = parseExpected006(expected);
  const decoded = unpackToken006(token);
  // The signature also covers channel and uid, but would not reveal which of them is wrong.
  for (const fault of nameFaults006(decoded, channelName, uid)) throw claimError(fault);
  const message = message006(decoded, channelName, uid);
  for (const certificate of certificates) {
    if (verifier.equal(yield verifier.sign006(certificate, message), decoded.signature)) {
      assertClaims006(decoded, now);
      return decoded;
    }
  }
  throw claimError(SIGNATURE_FAULT);
}

function assertClaims006(token: DecodedToken006, now: number): asserts token is VerifiedToken006 {
  const fault = appIdFault(token.appId, undefined);
  if (fault !== undefined) throw claimError(fault);
  for (const timeFault of timeFaults006(token, now)) throw claimError(timeFault);
}

/** Compares the checksums of channel and uid with the expected ones; undefined is not checked. */
export function* nameFaults006(
  { crcChannelName, crcUid }: DecodedToken006,
  channelName: string | undefined,
  uid: string | undefined,
): Generator<Fault> {
  if (channelName !== undefined && crcChannelName !== crc32(channelName)) {
    yield {
      code: 'ERR_CHANNEL_MISMATCH',
      problem: `it is for another channel, or RTM user, than ${quote(channelName)}`,
      hint: 'mint it for the channel that the client joins, or for the user that logs in to RTM',
      differs: undefined,
    };
  }
  if (uid !== undefined && crcUid !== crc32(uid)) {
    const actual = crcUid === 0 ? 'for any user (uid 0), or for RTM,' : 'for another user';
    const user = uid === '' ? 'any user (uid 0)' : quote(uid);
    yield {
      code: 'ERR_UID_MISMATCH',
      problem: `it is ${actual} where ${user} is expected`,
      hint: 'mint it for the uid or account that the client uses',
      differs: undefined,
    };
  }
}

/** Checks the end of a token, and the end of its privilege to join or, without that privilege, to log in to RTM. */
export function* timeFaults006({ ts, privileges }: DecodedToken006, now: number): Generator<Fault> {
  if (hasEnded(ts, now)) yield expiredFault('ERR_TOKEN_EXPIRED', 'it', ts, now);
  const id = [RtcPrivilege.JoinChannel, RTM_LOGIN].find((privilege) => Object.hasOwn(privileges, privilege));
  if (id === undefined) {
    yield {
      code: 'ERR_MISSING_PRIVILEGE',
      problem: `it has neither privilege ${RtcPrivilege.JoinChannel} (join) nor ${RTM_LOGIN} (log in to RTM)`,
      hint: 'mint it with the one that is needed',
      differs: undefined,
    };
    return;
  }
  const end = privileges[id] ?? 0;
  if (hasEnded(end, now)) yield expiredFault('ERR_PRIVILEGE_EXPIRED', `privilege ${id}`, end, now);
}

function hasEnded(end: number, now: number): boolean {
  return end !== 0 && now >= end;
}
