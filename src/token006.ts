/**
 * The older AccessToken, version "006". All integers are little-endian. str is a uint16 length and that many bytes.
 *
 *     token     = "006" + appId (32 characters) + base64( content )
 *     content   = str(signature) + uint32 crc32(channelName) + uint32 crc32(uid) + str(message)
 *     message   = uint32 salt + uint32 ts + map32 of privileges, whose values are timestamps
 *     signature = HMAC( appCertificate, appId + channelName + uid + message )
 *
 * Nothing is compressed. The token contains only checksums of the channel and the uid, so a verifier must know both.
 * The uid is a string, empty for uid 0. In a token for RTM login, the user replaces the channel, and the uid is empty.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/AccessToken/AccessToken.go`.
 */
import CRC32 from 'crc-32';
import { parseSalt } from './build-options.js';
import { copyDecoded, decodeBase64 } from './codec/base64.js';
import { ByteReader } from './codec/byte-reader.js';
import { ByteWriter } from './codec/byte-writer.js';
import { encoder } from './codec/utf8.js';
import { AccessTokenError, throwArgumentProblem } from './errors.js';
import { type Signer, rejectBrowser } from './platform/platform.js';
import { packPrivileges, unpackPrivileges } from './privileges.js';
import { formatUid } from './services.js';
import { LEGACY_VERSION, SIGNATURE_LENGTH, type Steps, VERSION, parseTokenString } from './token.js';
import * as validate from './validate.js';

const APP_ID_LENGTH = 32;
const BODY_START = LEGACY_VERSION.length + APP_ID_LENGTH;
/** The number of bytes in a message before its privileges: salt, ts and count. */
const MESSAGE_HEADER_LENGTH = 4 + 4 + 2;
const PRIVILEGE_LENGTH = 2 + 4;
/** The maximum number of privileges in a message, whose length is a uint16. */
const MAX_PRIVILEGES: number = Math.floor((validate.UINT16_MAX - MESSAGE_HEADER_LENGTH) / PRIVILEGE_LENGTH);
/** The privilege to log in to RTM. Its id is different in version 007. */
export const RTM_LOGIN = 1000;

/** A decoded 006 token. It is not verified; treat it as untrusted. */
export interface DecodedToken006 {
  readonly version: '006';
  /** 32 hex digits in every token that verifies. */
  readonly appId: string;
  /** HMAC-SHA256; 32 bytes in every token that verifies. */
  readonly signature: Uint8Array;
  /** CRC-32 of the channel name or, in a token for RTM login, of the user. */
  readonly crcChannelName: number;
  /** CRC-32 of the decimal uid or of the user account; 0 for any user. */
  readonly crcUid: number;
  readonly salt: number;
  /** When the token ends, as Unix time in seconds; 0 means never. */
  readonly ts: number;
  /** When each privilege ends, as Unix time in seconds; 0 means never. Id 1: join a channel; 1000: log in to RTM. */
  readonly privileges: Readonly<Record<number, number>>;
  /** The bytes after the App ID, including the signature. */
  readonly content: Uint8Array;
}

/** Computes the checksum of a channel name or uid: CRC-32 (IEEE) of its UTF-8 bytes, unsigned. */
export function crc32(text: string): number {
  return CRC32.buf(encoder.encode(text)) >>> 0;
}

export function isToken006(token: unknown): token is string {
  return typeof token === 'string' && token.startsWith(LEGACY_VERSION);
}

/**
 * Decodes an older AccessToken, version 006, without verifying it. Treat the result as untrusted.
 *
 * Decoding is as strict as in {@link decodeToken}. The token contains only checksums of the channel and the uid.
 * @param token - The token, version 006, at most 1.5 Mi characters.
 * @returns The decoded token. All times are Unix times in seconds; 0 means never.
 * @throws {@link AccessTokenError} `ERR_TOKEN_TYPE`, `ERR_TOKEN_VERSION`, `ERR_TOKEN_BASE64`, `ERR_TOKEN_TOO_LARGE`,
 * `ERR_TOKEN_TRUNCATED`, `ERR_TOKEN_TRAILING_BYTES`, `ERR_TOKEN_PRIVILEGES`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/AccessToken/AccessToken.go`
 * @example
 * ```ts
 * import { buildToken006, decodeToken006 } from 'accesstoken2';
 * const privileges = { 1: 1800000000 };
 * const token = buildToken006({ appId, appCertificate, channelName: 'lobby', uid: 42, ts: 1800000000, privileges });
 * decodeToken006(token).privileges; // { 1: 1800000000 }
 * ```
 */
export function decodeToken006(token: string): DecodedToken006 {
  return unpackToken006(token);
}

/**
 * Decodes any value as a 006 token.
 * @param argument - The name of the argument in error messages.
 */
export function unpackToken006(token: unknown, argument = 'token'): DecodedToken006 {
  const text = parseTokenString(token, argument);
  assertVersion006(text, argument);
  if (text.length < BODY_START) {
    const problem = `ends within the App ID: expected ${BODY_START} characters before the base64, got ${text.length}`;
    throw new AccessTokenError('ERR_TOKEN_TRUNCATED', problem, 'was the token cut?', argument);
  }
  const appId = text.slice(LEGACY_VERSION.length, BODY_START);
  return unpackContent(appId, copyDecoded(decodeBase64(text, BODY_START)));
}

function assertVersion006(text: string, argument: string): void {
  if (text.startsWith(LEGACY_VERSION)) return;
  const [problem, hint] = text.startsWith(VERSION)
    ? ['an AccessToken2 of version 007, expected 006', 'read it with decodeToken, verify it with verifyToken']
    : ['expected a text that begins with 006', 'pass the token as the token server sent it'];
  throw new AccessTokenError('ERR_TOKEN_VERSION', problem, hint, argument);
}

function unpackContent(appId: string, content: Uint8Array): DecodedToken006 {
  const reader = new ByteReader(content);
  const signature = reader.bytes(reader.uint16());
  const crcChannelName = reader.uint32();
  const crcUid = reader.uint32();
  const messageLength = reader.uint16();
  // The message extends to the end of the content, so the reader cannot read past the message.
  const message = new ByteReader(content, reader.offset);
  reader.bytes(messageLength);
  reader.end('the message');
  const salt = message.uint32();
  const ts = message.uint32();
  const privileges = unpackPrivileges(message);
  message.end('the last privilege');
  return { version: LEGACY_VERSION, appId, signature, crcChannelName, crcUid, salt, ts, privileges, content };
}

/**
 * Returns the bytes that a token's signature covers, taken from the raw content.
 * @param channelName - The channel or, in a token for RTM login, the user.
 * @param uid - The uid in decimal, or the user account; empty for any user.
 */
export function message006(
  { appId, content }: Pick<DecodedToken006, 'appId' | 'content'>,
  channelName: string,
  uid: string,
): Uint8Array {
  const signatureLength = new ByteReader(content).uint16();
  const message = content.subarray(2 + signatureLength + 4 + 4 + 2);
  const names = encoder.encode(appId + channelName + uid);
  const signed = new Uint8Array(names.length + message.length);
  signed.set(names);
  signed.set(message, names.length);
  return signed;
}

/** The argument of `buildToken006`. Exported for code that creates it elsewhere. */
export interface BuildToken006Options {
  /** 32 hex digits. */
  readonly appId: string;
  /** 32 hex digits, the primary or the secondary certificate. */
  readonly appCertificate: string;
  /** The channel or, for RTM login, the user. Up to 65,535 bytes in UTF-8. */
  readonly channelName: string;
  /** 0…4294967295, or a user account of up to 65,535 bytes. 0 and `''` mean any user. For RTM login, use `''`. */
  readonly uid: number | string;
  /** When the token ends: Unix time in seconds, 0…4294967295; 0 means never. */
  readonly ts: number;
  /** 0…4294967295. Default: random, from a cryptographic source. */
  readonly salt?: number | undefined;
  /**
   * When each privilege ends: Unix time in seconds, 0…4294967295; 0 means never. The ids are 1 (join), 2, 3, 4 (publish
   * audio, video, data streams) and 1000 (log in to RTM). Up to 10,920 ids.
   */
  readonly privileges: Readonly<Record<number, number>>;
  /** Whether `accesstoken2/web` may mint in a browser; ignored elsewhere. Default: false. */
  readonly allowBrowser?: boolean | undefined;
}

const BUILD_OPTIONS_006 = ['appId', 'appCertificate', 'channelName', 'uid', 'ts', 'salt', 'privileges', 'allowBrowser'];

/**
 * Mints an older AccessToken, version 006, for clients that cannot read AccessToken2.
 *
 * All times are timestamps, not lifetimes. Agora's limits for names are not checked, only those of the format.
 * @param options - App ID and certificate (32 hex digits each), the channel, the uid (0…4294967295) or user account.
 * `ts` and the privileges are Unix times in seconds (0…4294967295; 0 means never). The salt (0…4294967295) is random by
 * default. For RTM login, `channelName` is the user, `uid` is `''`, and the privilege is 1000.
 * @throws {@link AccessTokenError} `ERR_APP_ID`, `ERR_APP_CERTIFICATE`, `ERR_CHANNEL_NAME`, `ERR_UID`, `ERR_EXPIRE`,
 * `ERR_PRIVILEGES`, `ERR_SALT`, `ERR_OPTIONS`; `argument` is the path, such as `privileges[1]`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/AccessToken/AccessToken.go`
 * @example
 * ```ts
 * import { RtcPrivilege, buildToken006 } from 'accesstoken2';
 * const ts = Math.floor(Date.now() / 1000) + 3600;
 * const privileges = { [RtcPrivilege.JoinChannel]: ts };
 * const token = buildToken006({ appId, appCertificate, channelName: 'lobby', uid: 42, ts, privileges });
 * ```
 */
export function* buildToken006<Bytes>(signer: Signer<Bytes>, options: BuildToken006Options): Steps<Bytes, string> {
  const properties = validate.parseOptions(options, BUILD_OPTIONS_006);
  const appId = validate.parseAppId(properties.get('appId'), 'appId');
  const appCertificate = validate.parseAppCertificate(properties.get('appCertificate'), 'appCertificate');
  const channelName = validate.parseString(properties.get('channelName'), 'channelName', 'ERR_CHANNEL_NAME');
  const uid = parseUid006(properties.get('uid'), 'uid');
  const ts = parseEnd(properties.get('ts'), 'ts');
  const givenSalt = validate.parseOptional(properties, 'salt', undefined, parseSalt);
  const privileges = parsePrivileges006(properties.get('privileges'), 'privileges');
  rejectBrowser(signer, validate.parseOptional(properties, 'allowBrowser', false, validate.parseBoolean));
  const salt = givenSalt ?? signer.randomSalt();

  const writer = new ByteWriter();
  writer.uint16(SIGNATURE_LENGTH);
  writer.bytes(new Uint8Array(SIGNATURE_LENGTH));
  writer.uint32(crc32(channelName));
  writer.uint32(crc32(uid));
  writer.uint16(MESSAGE_HEADER_LENGTH + PRIVILEGE_LENGTH * Object.keys(privileges).length);
  writer.uint32(salt);
  writer.uint32(ts);
  packPrivileges(writer, privileges);
  const content = writer.finish();
  content.set(yield signer.sign006(appCertificate, message006({ appId, content }, channelName, uid)), 2);
  return LEGACY_VERSION + appId + signer.encodeBase64(content);
}

export function parseUid006(value: unknown, argument: string): string {
  if (typeof value === 'string') return validate.parseString(value, argument, 'ERR_UID');
  const hint = '0 stands for any user; pass a user account as text';
  return formatUid(validate.parseUint32(value, argument, 'ERR_UID', hint));
}

function parseEnd(value: unknown, argument: string): number {
  const hint = 'pass Unix time in whole seconds, such as Math.floor(Date.now() / 1000) + 3600, or 0 for no end';
  return validate.parseUint32(value, argument, 'ERR_EXPIRE', hint);
}

const PRIVILEGES: validate.IdMapError = {
  code: 'ERR_PRIVILEGES',
  expected: 'an object that maps privilege ids to Unix times',
  example: 'RtcPrivilege.JoinChannel',
};

function parsePrivileges006(value: unknown, argument: string): Readonly<Record<number, number>> {
  const privileges = validate.parseIdMap(value, argument, PRIVILEGES, parseEnd);
  const { length } = Object.keys(privileges);
  if (length <= MAX_PRIVILEGES) return privileges;
  const problem = `expected at most ${MAX_PRIVILEGES} ids, got ${length}`;
  throwArgumentProblem(PRIVILEGES.code, argument, problem, 'leave some out');
}
