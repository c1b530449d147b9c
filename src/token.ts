/**
 * AccessToken2, version "007". All integers are little-endian. str is a uint16 length and that many bytes.
 *
 *     token       = "007" + base64( zlib( content ) )
 *     content     = str(signature) + signingInfo
 *     signingInfo = str(appId) + uint32 issueTs + uint32 expire + uint32 salt + uint16 count + count × service
 *
 * `sign` in `platform/platform.ts` describes the signature, an HMAC of signingInfo. The services are in `services.ts`.
 */
import { type UnsignedToken, parseIssueTs } from './build-options.js';
import { currentTime } from './clock.js';
import { decodeBase64 } from './codec/base64.js';
import { ByteReader } from './codec/byte-reader.js';
import { ByteWriter } from './codec/byte-writer.js';
import { MAX_DEFLATED_LENGTH, deflateFixed } from './codec/fixed-block.js';
import { decompress } from './codec/zlib.js';
import { AccessTokenError, type TokenFormErrorCode } from './errors.js';
import { type Decoder, type Signer, rejectBrowser } from './platform/platform.js';
import { quote } from './redact.js';
import { type Service, packServices, unpackServices } from './services.js';
import { type Properties, parseInteger, parseOptional, parseOptions } from './validate.js';

export const VERSION = '007';
export const LEGACY_VERSION = '006';

/** The maximum length of a content in bytes, for minting and decoding: 1 MiB. */
export const MAX_CONTENT_LENGTH: number = 2 ** 20;
/** The maximum length of a token to decode: 1.5 Mi characters. */
export const MAX_TOKEN_LENGTH: number = 1.5 * 2 ** 20;

/** The length of a signature, an HMAC-SHA256, in bytes. */
export const SIGNATURE_LENGTH = 32;
/** The length of signature and App ID. They are effectively random, so the compressor does not search for repeats. */
const RANDOM_LENGTH = 2 + SIGNATURE_LENGTH + 2 + 32;
export const HEADER_LENGTH: number = RANDOM_LENGTH + 4 + 4 + 4 + 2;

/** The claims of a token. */
interface Claims {
  /** 32 hex digits in every token that verifies. */
  readonly appId: string;
  /** Unix time in seconds. */
  readonly issueTs: number;
  /** Seconds after `issueTs`. */
  readonly expire: number;
  readonly salt: number;
  readonly services: readonly Service[];
}

/** A decoded token. It is not verified; treat it as untrusted. */
export interface DecodedToken extends Claims {
  readonly version: '007';
  /** `issueTs + expire` as Unix time in seconds. Agora ends a token after 24 hours at the latest. */
  readonly expiresAt: number;
  /** HMAC-SHA256; 32 bytes in every token that verifies. */
  readonly signature: Uint8Array;
  /** The inflated bytes, including the signature. Tokens with the same content are equivalent. */
  readonly content: Uint8Array;
}

/** A computation that yields the platform's result (bytes or a promise) and continues with the bytes. */
export type Steps<Bytes, Result> = Generator<Bytes, Result, Uint8Array>;

/** Signs and encodes a token. The time of issue defaults to the current time, the salt to a random number. */
export function* signToken<Bytes>(signer: Signer<Bytes>, unsigned: UnsignedToken): Steps<Bytes, string> {
  const { project, expire, services } = unsigned;
  rejectBrowser(signer, project.allowBrowser);
  const { appId, appCertificate, issueTs = parseIssueTs(currentTime()), salt = signer.randomSalt() } = project;
  const content = packContent({ appId, issueTs, expire, salt, services });
  content.set(yield signer.sign(appCertificate, issueTs, salt, signingInfoOf(content)), 2);
  const stream =
    content.length > MAX_DEFLATED_LENGTH ? yield signer.deflate(content) : deflateFixed(content, RANDOM_LENGTH);
  return VERSION + signer.encodeBase64(stream);
}

function packContent({ appId, issueTs, expire, salt, services }: Claims): Uint8Array {
  const writer = new ByteWriter();
  writer.uint16(SIGNATURE_LENGTH);
  writer.bytes(NO_SIGNATURE);
  writer.string(appId);
  writer.uint32(issueTs);
  writer.uint32(expire);
  writer.uint32(salt);
  packServices(writer, services);
  return writer.finish();
}

const NO_SIGNATURE = new Uint8Array(SIGNATURE_LENGTH);

/** Returns the part of a content that the signature covers. */
export function signingInfoOf(content: Uint8Array, signatureLength: number = SIGNATURE_LENGTH): Uint8Array {
  return content.subarray(2 + signatureLength);
}

/** The options of `decodeToken`. Exported for code that forwards them. */
export interface DecodeOptions {
  /** The maximum length of the content in bytes, 1…1048576. Default: 1048576. */
  readonly maxContentLength?: number | undefined;
}

/**
 * Decodes a token without verifying it. Treat the result as untrusted.
 *
 * Decoding is strict: canonical base64, exactly one valid zlib stream, valid UTF-8, unique map keys, no trailing bytes.
 * Strings over 1.5 Mi characters are rejected before decoding. Inflating stops at `options.maxContentLength`.
 * @param token - The token, version 007.
 * @param options - The maximum length of the content. Default: 1 MiB.
 * @returns The decoded token. Building a token from the decoded services gives the same content if the services were in
 * canonical order.
 * @throws {@link AccessTokenError} `ERR_TOKEN_TYPE`, `ERR_TOKEN_VERSION`, `ERR_LEGACY_TOKEN`, `ERR_TOKEN_BASE64`,
 * `ERR_TOKEN_ZLIB`, `ERR_TOKEN_TOO_LARGE`, `ERR_TOKEN_TRUNCATED`, `ERR_TOKEN_TRAILING_BYTES`, `ERR_TOKEN_UTF8`,
 * `ERR_TOKEN_PRIVILEGES`, `ERR_OPTIONS`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/accesstoken2/AccessToken.go`
 * @example
 * ```ts
 * import { buildTokenWithUid, decodeToken } from 'accesstoken2';
 * const token = buildTokenWithUid(appId, appCertificate, 'lobby', 42, 'publisher', 3600);
 * const { services, expiresAt } = decodeToken(token);
 * ```
 */
export function decodeToken(decoder: Decoder, token: string, options?: DecodeOptions): DecodedToken {
  return unpackToken(decoder, token, parseDecodeOptions(options));
}

function parseDecodeOptions(options: unknown): number {
  if (options === undefined) return MAX_CONTENT_LENGTH;
  return parseMaxContentLength(parseOptions(options, ['maxContentLength']), (name) => name);
}

export function parseMaxContentLength(properties: Properties, pathOf: (name: string) => string): number {
  return parseOptional(properties, 'maxContentLength', MAX_CONTENT_LENGTH, (value, name) =>
    parseInteger(value, pathOf(name), {
      code: 'ERR_OPTIONS',
      min: 1,
      max: MAX_CONTENT_LENGTH,
      hint: 'it counts bytes',
    }),
  );
}

/**
 * Decodes any value as a 007 token.
 * @param argument - The name of the argument in error messages.
 */
export function unpackToken(
  decoder: Decoder,
  token: unknown,
  maxContentLength: number,
  argument = 'token',
): DecodedToken {
  const text = parseTokenString(token, argument);
  assertVersion(text, argument);
  const stream = decodeBase64(text, VERSION.length);
  return unpackContent(decompress(stream, maxContentLength, decoder.inflate), decoder.decodeUtf8);
}

function unpackContent(content: Uint8Array, decodeUtf8: Decoder['decodeUtf8']): DecodedToken {
  const reader = new ByteReader(content, 0, decodeUtf8);
  const signature = reader.bytes(reader.uint16());
  const appId = reader.string();
  const issueTs = reader.uint32();
  const expire = reader.uint32();
  const salt = reader.uint32();
  const services = unpackServices(reader);
  reader.end('the last service');
  const expiresAt = issueTs + expire;
  return { version: VERSION, appId, issueTs, expire, expiresAt, salt, services, signature, content };
}

/** The readable part of a truncated or damaged token. It contains the fields before the damage. */
export type PartialToken = Partial<Omit<DecodedToken, 'version' | 'content'>> &
  Pick<DecodedToken, 'version' | 'services'>;

type Fields = Omit<DecodedToken, 'version' | 'content' | 'services'>;

export function unpackPartialContent(content: Uint8Array): PartialToken {
  const reader = new ByteReader(content);
  const services: Service[] = [];
  const token: { -readonly [Key in keyof Fields]?: Fields[Key] } = {};
  try {
    token.signature = reader.bytes(reader.uint16());
    token.appId = reader.string();
    token.issueTs = reader.uint32();
    token.expire = reader.uint32();
    token.expiresAt = token.issueTs + token.expire;
    token.salt = reader.uint32();
    unpackServices(reader, services);
  } catch {
    // Keep the fields before the damage.
  }
  return { version: VERSION, services, ...token };
}

export function parseTokenString(token: unknown, argument: string): string {
  if (typeof token !== 'string') {
    const problem = `expected a text, got ${quote(token)}`;
    throw new AccessTokenError('ERR_TOKEN_TYPE', problem, 'pass the token itself', argument);
  }
  if (token.length > MAX_TOKEN_LENGTH) {
    const problem = `expected at most ${MAX_TOKEN_LENGTH} characters, got ${token.length}`;
    throw new AccessTokenError('ERR_TOKEN_TOO_LARGE', problem, 'pass the token alone', argument);
  }
  return token;
}

function assertVersion(text: string, argument: string): void {
  if (text.startsWith(VERSION)) return;
  const [code, problem, hint] = otherVersion(text);
  throw new AccessTokenError(code, problem, hint, argument);
}

function otherVersion(text: string): readonly [code: TokenFormErrorCode, problem: string, hint: string] {
  if (text.startsWith(LEGACY_VERSION)) {
    const hint = 'read it with decodeToken006, verify it with verifyToken006';
    return ['ERR_LEGACY_TOKEN', 'an AccessToken of the older version 006, expected 007', hint];
  }
  const hint = 'pass the text that the token server answered, and nothing else';
  return ['ERR_TOKEN_VERSION', 'expected a text that begins with 007', hint];
}
