/**
 * AccessToken2, version "007". All integers are little-endian; str is a uint16 length and so many bytes.
 *
 *     token       = "007" + base64( zlib( content ) )
 *     content     = str(signature) + signingInfo
 *     signingInfo = str(appId) + uint32 issueTs + uint32 expire + uint32 salt + uint16 count + count × service
 *
 * The signature is an HMAC over signingInfo (see the platform's `sign`); a service is described in `services.ts`.
 */
import { type Properties, propertyOr, takeInteger, takeOptions } from './arguments.js';
import { type Base64Decoder, decodeBase64 } from './codec/base64.js';
import { ByteReader } from './codec/byte-reader.js';
import { ByteWriter } from './codec/byte-writer.js';
import { overwrite } from './codec/bytes.js';
import type { Utf8Decoder } from './codec/utf8.js';
import { compress, inflate } from './codec/zlib.js';
import { AccessTokenError, type TokenFormErrorCode, shown } from './errors.js';
import { type Service, packServices, unpackServices } from './services.js';

/** What an AccessToken2 begins with. */
export const VERSION = '007';
/** What an AccessToken of the older version begins with. */
export const LEGACY_VERSION = '006';

/** The longest content that is written or read: 1 MiB. */
export const MAX_CONTENT_LENGTH: number = 2 ** 20;
/** The longest text that is read: 1.5 Mi characters. */
export const MAX_TOKEN_LENGTH: number = 1.5 * 2 ** 20;
/** What stands in the place of a signature, an HMAC-SHA256, that is still to be made. */
export const NO_SIGNATURE: Uint8Array = new Uint8Array(32);

/** What a token says. */
export interface Claims {
  /** 32 hex digits in a token that is to verify. */
  readonly appId: string;
  /** Unix time in seconds. */
  readonly issueTs: number;
  /** Seconds after `issueTs`. */
  readonly expire: number;
  readonly salt: number;
  readonly services: readonly Service[];
}

/** A token that was read, but not verified: whoever wrote it may have written anything. */
export interface DecodedToken extends Claims {
  readonly version: '007';
  /** The end as it is written: `issueTs + expire`, Unix time in seconds. Agora ends a token after 24 hours. */
  readonly expiresAt: number;
  /** HMAC-SHA256, 32 bytes if it is to verify. */
  readonly signature: Uint8Array;
  /** The inflated bytes, signature included: equal in two tokens that say the same. */
  readonly content: Uint8Array;
}

/** Encodes bytes in base64, with padding. */
export type Base64Encoder = (bytes: Uint8Array) => string;

/**
 * Writes a content, with zeros in the place of the signature.
 *
 * @param argument - To be named if the content gets too large.
 * @returns The content, in a workspace that the next one overwrites: to be copied by whoever has to wait.
 */
export function packContent(claims: Claims, argument: string): Uint8Array {
  const writer = new ByteWriter(MAX_CONTENT_LENGTH, argument);
  writer.uint16(NO_SIGNATURE.length);
  writer.bytes(NO_SIGNATURE);
  writer.string(claims.appId);
  writer.uint32(claims.issueTs);
  writer.uint32(claims.expire);
  writer.uint32(claims.salt);
  packServices(writer, claims.services);
  return writer.finish();
}

/** Returns what the signature of a content is over. */
export function signingInfoOf(
  content: Uint8Array,
  signatureLength: number = NO_SIGNATURE.length,
): Uint8Array {
  return content.subarray(2 + signatureLength);
}

/** The first bytes of a content, which repeat nothing that is worth a search. */
const SIGNATURE_AND_APP_ID = 2 + 32 + 2 + 32;

/** Puts the signature into a content. */
export function putSignature(content: Uint8Array, signature: Uint8Array): void {
  content.set(signature, 2);
}

/**
 * Puts a signed content into a token; the content is gone afterwards.
 *
 * @param stream - The content as the platform deflates it, if it is long.
 */
export function packToken(
  content: Uint8Array,
  stream: Uint8Array | undefined,
  encodeBase64: Base64Encoder,
): string {
  const token =
    VERSION +
    (stream === undefined ? compress(content, encodeBase64, SIGNATURE_AND_APP_ID) : encodeBase64(stream));
  overwrite(content, 0);
  return token;
}

/** How a token is read: the options of `decodeToken`, exported for whoever passes them on. */
export interface DecodeOptions {
  /** How many bytes the content may have at most, 1…1048576. Left out: 1048576. */
  readonly maxContentLength?: number | undefined;
}

/** Takes the options of `decodeToken`. */
export function takeDecodeOptions(options: unknown): number {
  if (options === undefined) return MAX_CONTENT_LENGTH;
  return takeMaxContentLength(takeOptions(options, ['maxContentLength']), 'maxContentLength');
}

/** Takes the bound of a content from options that may have one. */
export function takeMaxContentLength(properties: Properties, argument: string): number {
  return takeInteger(propertyOr(properties, 'maxContentLength', MAX_CONTENT_LENGTH), argument, {
    code: 'ERR_OPTIONS',
    min: 1,
    max: MAX_CONTENT_LENGTH,
    wayOut: 'it counts bytes',
  });
}

/** What a platform may have that reads faster than what every platform has; it accepts and refuses the same. */
export interface Decoders {
  readonly decodeCanonical: Base64Decoder;
  readonly decodeUtf8: Utf8Decoder;
}

/**
 * Reads a token of version 007, strictly: see `decodeToken` of the entries.
 *
 * @param argument - To be named if it is no token.
 */
export function unpackToken(
  token: unknown,
  maxContentLength: number,
  argument = 'token',
  decoders?: Decoders,
): DecodedToken {
  const text = takeTokenText(token, argument);
  refuseOtherVersion(text, argument);
  const content = decodeBase64(
    text,
    VERSION.length,
    (stream, length) => inflate(stream, length, maxContentLength),
    decoders?.decodeCanonical,
  );
  return unpackContent(content, decoders?.decodeUtf8);
}

function unpackContent(content: Uint8Array, decode?: Utf8Decoder): DecodedToken {
  const reader = new ByteReader(content, 0, decode);
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

/** What could be read of a token that ends early or is damaged: the fields up to that place. */
export type PartialToken = Partial<Omit<DecodedToken, 'version' | 'content'>> &
  Pick<DecodedToken, 'version' | 'services'>;

type Fields = Omit<DecodedToken, 'version' | 'content' | 'services'>;

/** Reads what can be read of a content. */
export function unpackSome(content: Uint8Array): PartialToken {
  const reader = new ByteReader(content);
  const services: Service[] = [];
  // Without a prototype, so that what is assigned becomes its own.
  const token = Object.create(null) as { -readonly [Key in keyof Fields]?: Fields[Key] };
  try {
    token.signature = reader.bytes(reader.uint16());
    token.appId = reader.string();
    token.issueTs = reader.uint32();
    token.expire = reader.uint32();
    token.expiresAt = token.issueTs + token.expire;
    token.salt = reader.uint32();
    unpackServices(reader, services);
  } catch {
    // What came before is all there is.
  }
  return { version: VERSION, services, ...token };
}

/** What tells whether two tokens of any version say the same. */
type Sayings = Pick<DecodedToken, 'appId' | 'content'> & { readonly version: string };

/** Tells whether two tokens say the same, whatever the compression. The content of a 006 token lacks the App ID. */
export function sameContent(a: Sayings, b: Sayings): boolean {
  return (
    a.version === b.version &&
    a.appId === b.appId &&
    a.content.length === b.content.length &&
    a.content.every((byte, index) => byte === b.content[index])
  );
}

/** Takes the text of a token of any version, if it is not too long to be read. */
export function takeTokenText(token: unknown, argument: string): string {
  if (typeof token !== 'string') {
    throw unreadable(
      argument,
      'ERR_TOKEN_TYPE',
      `expected a text, got ${shown(token)}; pass the token itself`,
    );
  }
  if (token.length > MAX_TOKEN_LENGTH) {
    throw unreadable(
      argument,
      'ERR_TOKEN_TOO_LARGE',
      `expected at most ${MAX_TOKEN_LENGTH} characters, got ${token.length}`,
    );
  }
  return token;
}

function refuseOtherVersion(text: string, argument: string): void {
  if (text.startsWith(VERSION)) return;
  if (text.startsWith(LEGACY_VERSION)) {
    const fault = 'an AccessToken of the older version 006, expected 007';
    const wayOut = 'read it with decodeToken006, verify it with verifyToken006';
    throw unreadable(argument, 'ERR_LEGACY_TOKEN', `${fault}; ${wayOut}`);
  }
  throw unreadable(argument, 'ERR_TOKEN_VERSION', 'expected a text that begins with 007');
}

/** Refuses a token for its form. */
export function unreadable(argument: string, code: TokenFormErrorCode, fault: string): AccessTokenError {
  return new AccessTokenError(code, `${argument}: ${fault}`, { argument });
}
