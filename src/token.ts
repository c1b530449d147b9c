/**
 * AccessToken2, version "007". All integers are little-endian; str is a uint16 length and so many bytes.
 *
 *     token       = "007" + base64( zlib( content ) )
 *     content     = str(signature) + signingInfo
 *     signingInfo = str(appId) + uint32 issueTs + uint32 expire + uint32 salt + uint16 count + count × service
 *
 * The signature is an HMAC over signingInfo (see the platform's `sign`); a service is described in `services.ts`.
 */
import { type Properties, propertyOr, refuseUnknown, takeInteger, takeObject } from './arguments.js';
import { ByteReader } from './codec/byte-reader.js';
import { ByteWriter } from './codec/byte-writer.js';
import { compress, inflate } from './codec/zlib.js';
import { AccessTokenError, shown } from './errors.js';
import { type Service, packService, typeIdOf, unpackServices } from './services.js';

const VERSION = '007';
const LEGACY_VERSION = '006';

/** The longest content that is written or read: 1 MiB. */
export const MAX_CONTENT_LENGTH: number = 2 ** 20;
/** The longest text that is read: 1.5 Mi characters. */
const MAX_TOKEN_LENGTH = 1.5 * 2 ** 20;
/** The length of an HMAC-SHA256, with its uint16 before it. */
const SIGNATURE_LENGTH = 2 + 32;

/** What a token says. */
export interface Claims {
  /** 32 hex digits. */
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

/** Decodes canonical base64, or throws. */
export type Base64Decoder = (text: string, start: number) => Uint8Array;

/** Encodes bytes in base64, with padding. */
export type Base64Encoder = (bytes: Uint8Array) => string;

/** Writes what is to be signed. */
export function packSigningInfo(claims: Claims): Uint8Array {
  const writer = new ByteWriter(MAX_CONTENT_LENGTH - SIGNATURE_LENGTH);
  writer.string(claims.appId);
  writer.uint32(claims.issueTs);
  writer.uint32(claims.expire);
  writer.uint32(claims.salt);
  // Ascending by type; services of one type stay in the order in which they were given.
  const services = claims.services.toSorted((a, b) => typeIdOf(a) - typeIdOf(b));
  writer.uint16(countOf(services));
  for (const service of services) packService(writer, service);
  return writer.finish();
}

/** How many services there are, with those that an unknown one covers. */
function countOf(services: readonly Service[]): number {
  return services.reduce((count, service) => count + (service.type === 'unknown' ? service.count : 1), 0);
}

/** Puts a signature before what was signed, and both into a token. */
export function packToken(
  signature: Uint8Array,
  signingInfo: Uint8Array,
  encodeBase64: Base64Encoder,
): string {
  const writer = new ByteWriter(MAX_CONTENT_LENGTH);
  writer.uint16(signature.length);
  writer.bytes(signature);
  writer.bytes(signingInfo);
  return VERSION + encodeBase64(compress(writer.finish()));
}

/** How a token is read. */
export interface DecodeOptions {
  /** How many bytes the content may have at most, 1…1048576. Left out: 1048576. */
  readonly maxContentLength?: number | undefined;
}

/** Takes the options of `decodeToken`. */
export function takeDecodeOptions(options: unknown): number {
  if (options === undefined) return MAX_CONTENT_LENGTH;
  const properties = takeObject(options, 'options', 'ERR_OPTIONS', 'an object of options', (name) => name);
  refuseUnknown(properties, ['maxContentLength'], 'ERR_OPTIONS', (name) => name);
  return takeMaxContentLength(properties, 'maxContentLength');
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

/** Reads a token of version 007, strictly: see `decodeToken` of the entries. */
export function unpackToken(
  token: unknown,
  decodeBase64: Base64Decoder,
  maxContentLength: number,
): DecodedToken {
  const text = takeTokenText(token);
  const stream = decodeBase64(text.slice(VERSION.length), VERSION.length);
  return unpackContent(inflate(stream, maxContentLength));
}

function unpackContent(content: Uint8Array): DecodedToken {
  const reader = new ByteReader(content);
  const signature = reader.bytes(reader.uint16());
  const appId = reader.string();
  const issueTs = reader.uint32();
  const expire = reader.uint32();
  const salt = reader.uint32();
  const services = unpackServices(reader, reader.uint16());
  reader.end();
  const expiresAt = issueTs + expire;
  return { version: VERSION, appId, issueTs, expire, expiresAt, salt, services, signature, content };
}

/** Returns the bytes that the signature of a token is over, as they stand in it. */
export function signingInfoOf({ content, signature }: DecodedToken): Uint8Array {
  return content.subarray(2 + signature.length);
}

/** Tells whether two tokens say the same, whatever the compression. */
export function sameContent(a: DecodedToken, b: DecodedToken): boolean {
  return a.content.length === b.content.length && a.content.every((byte, index) => byte === b.content[index]);
}

function takeTokenText(token: unknown): string {
  if (typeof token !== 'string') {
    throw new AccessTokenError(
      'ERR_TOKEN_TYPE',
      `token: expected a text, got ${shown(token)}; pass the token itself`,
      {
        argument: 'token',
      },
    );
  }
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new AccessTokenError(
      'ERR_TOKEN_TOO_LARGE',
      `token: expected at most ${MAX_TOKEN_LENGTH} characters, got ${token.length}`,
    );
  }
  if (token.startsWith(VERSION)) return token;
  if (token.startsWith(LEGACY_VERSION)) {
    throw new AccessTokenError(
      'ERR_LEGACY_TOKEN',
      'token: an AccessToken of the older version 006, expected 007',
    );
  }
  throw new AccessTokenError('ERR_TOKEN_VERSION', 'token: expected a text that begins with 007');
}
