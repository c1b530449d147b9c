/**
 * What a platform has to offer, by node:crypto and Buffer: HMAC, constant-time comparison, salt,
 * compression of what is long, base64, text.
 */
import { Buffer } from 'node:buffer';
import type * as NodeCrypto from 'node:crypto';
import { createRequire } from 'node:module';
import type * as NodeZlib from 'node:zlib';
import { type Base64Decoder, PAD, decodeCanonical as decodeCanonicalAnywhere } from '../codec/base64.js';
import { overwrite } from '../codec/bytes.js';
import { type Utf8Decoder, decodeUtf8 as decodeUtf8Anywhere } from '../codec/utf8.js';

/** Loads modules of Node.js alone, so that it does not matter from where. */
const require = createRequire('/');

let loadedCrypto: typeof NodeCrypto | undefined;

/** node:crypto, loaded when it is first needed: that takes a third as long as loading all of this library. */
function crypto(): typeof NodeCrypto {
  return (loadedCrypto ??= require('node:crypto') as typeof NodeCrypto);
}

/**
 * Signs what a token says:
 *
 *     k1        = HMAC(LE32(issueTs), ASCII(appCertificate))
 *     k2        = HMAC(LE32(salt), k1)
 *     signature = HMAC(k2, signingInfo)
 *
 * Mind that the numbers are the keys.
 */
export function sign(
  appCertificate: string,
  issueTs: number,
  salt: number,
  signingInfo: Uint8Array,
): Uint8Array {
  if (appCertificate.length !== DIGEST_LENGTH) return signPlainly(appCertificate, issueTs, salt, signingInfo);
  const length = BLOCK_LENGTH + signingInfo.length;
  const long =
    length <= workspace.length ? workspace.subarray(0, length) : new Uint8Array(length).fill(INNER_PAD);
  try {
    for (let index = 0; index < DIGEST_LENGTH; index++) {
      short[BLOCK_LENGTH + index] = appCertificate.charCodeAt(index);
    }
    const k1 = hmac(littleEndian32(issueTs), short);
    write(k1, short, BLOCK_LENGTH);
    const k2 = hmac(littleEndian32(salt), short);
    long.set(signingInfo, BLOCK_LENGTH);
    const signature = new Uint8Array(DIGEST_LENGTH);
    write(hmac(k2, long), signature, 0);
    return signature;
  } finally {
    overwrite(short, INNER_PAD);
    overwrite(long, INNER_PAD);
    overwrite(outer, OUTER_PAD);
  }
}

/** Signs with a text that is no certificate, as it may have been made where it was read with a line break at its end. */
function signPlainly(text: string, issueTs: number, salt: number, signingInfo: Uint8Array): Uint8Array {
  const key = (value: number): Buffer => Buffer.from(littleEndian32(value), 'utf16le');
  const k1 = crypto().createHmac('sha256', key(issueTs)).update(text).digest();
  const k2 = crypto().createHmac('sha256', key(salt)).update(k1).digest();
  return crypto().createHmac('sha256', k2).update(signingInfo).digest();
}

/** SHA-256 works on blocks of so many bytes, and its digest has so many. */
const BLOCK_LENGTH = 64;
const DIGEST_LENGTH = 32;

/** What a key is combined with for the inner and the outer hash (RFC 2104). */
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * What is hashed: a block for the key, and what follows it. After each signature they hold padding and nothing else.
 * The messages of k1 and k2, a certificate and a digest, have 32 bytes, as has what follows the outer key.
 */
const short = new Uint8Array(BLOCK_LENGTH + DIGEST_LENGTH).fill(INNER_PAD);
const workspace = new Uint8Array(BLOCK_LENGTH + 1024).fill(INNER_PAD);
const outer = new Uint8Array(BLOCK_LENGTH + DIGEST_LENGTH).fill(OUTER_PAD);

/**
 * HMAC-SHA256 (RFC 2104): hash( key ⊕ outer pad, hash( key ⊕ inner pad, message )). The key is no longer than a block,
 * and no shorter than the one before, so that it covers that one.
 *
 * Two plain hashes take half of the time of node:crypto's `createHmac`, most of which goes into its objects. Keys and
 * digests are texts with a character for each two bytes: arrays take longer to make, and bytes to copy.
 *
 * @param inner - A block of inner padding, and the message.
 */
function hmac(key: string, inner: Uint8Array): string {
  for (let index = 0; index < key.length; index++) {
    const unit = key.charCodeAt(index);
    inner[2 * index] = unit ^ INNER_PAD;
    inner[2 * index + 1] = (unit >> 8) ^ INNER_PAD;
    outer[2 * index] = unit ^ OUTER_PAD;
    outer[2 * index + 1] = (unit >> 8) ^ OUTER_PAD;
  }
  write(sha256(inner), outer, BLOCK_LENGTH);
  return sha256(outer);
}

/** Two bytes a character. Node.js takes every encoding of Buffer's for a digest; its types list a few. */
const ENCODING = 'utf16le' as 'binary';

/** `crypto.hash` came with Node.js 20.12; it spares an object. */
function sha256(data: Uint8Array): string {
  const hash = crypto().hash as typeof NodeCrypto.hash | undefined;
  return hash === undefined
    ? crypto().createHash('sha256').update(data).digest(ENCODING)
    : hash('sha256', data, ENCODING);
}

/** Writes a text with a character for each two bytes; for so few, a loop is faster than a call of Buffer's. */
function write(text: string, bytes: Uint8Array, start: number): void {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[start + 2 * index] = unit;
    bytes[start + 2 * index + 1] = unit >> 8;
  }
}

function littleEndian32(value: number): string {
  return String.fromCharCode(value & 0xffff, value >>> 16);
}

/** Signs an older token: HMAC-SHA256 of a message, under a certificate in ASCII. */
export function sign006(appCertificate: string, message: Uint8Array): Uint8Array {
  return crypto().createHmac('sha256', appCertificate).update(message).digest();
}

/** Compares two signatures, none of which is longer than a digest, in a time that does not tell how far they agree. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length || a.length > DIGEST_LENGTH) return false;
  left.set(a);
  right.set(b);
  const areEqual = crypto().timingSafeEqual(left, right);
  overwrite(left, 0);
  overwrite(right, 0);
  return areEqual;
}

/**
 * Where signatures are compared; nothing stays there. V8 keeps arrays as short as a signature in its heap, and moves
 * each one that is handed to node:crypto out of it, which takes longer than to compare them.
 */
const left = new Uint8Array(DIGEST_LENGTH);
const right = new Uint8Array(DIGEST_LENGTH);

/** Draws a salt, uniformly from 1 to 2³² − 1. */
export function randomSalt(): number {
  return crypto().randomInt(1, 2 ** 32);
}

/**
 * Decodes base64, if it is canonical.
 *
 * Buffer does so in half of the time, but passes over what it does not know. What it made is used only if it has as
 * many bytes as the text calls for, and if nothing in the text is doubtful. About all other texts, what every platform
 * has decides.
 */
export const decodeCanonical: Base64Decoder = (text, bytes, view) => {
  const end = text.length - 1;
  const padding = text.charCodeAt(end) !== PAD ? 0 : text.charCodeAt(end - 1) !== PAD ? 1 : 2;
  const length = (3 * text.length) / 4 - padding;
  const isWhole = writeBase64(text, bytes) === length;
  return isWhole && !isDoubtful(text, padding) ? length : decodeCanonicalAnywhere(text, bytes, view);
};

/** Returns how many bytes Buffer made of a text; −1 if it threw, as that of older versions of Deno does. */
function writeBase64(text: string, bytes: Uint8Array): number {
  try {
    return base64Write.call(bytes, text, 0, bytes.length);
  } catch {
    return -1;
  }
}

/**
 * Whether a text may have what Buffer reads, but should not: base64url, characters of which only the low eight bits
 * count, bits that belong to no byte.
 */
function isDoubtful(text: string, padding: 0 | 1 | 2): boolean {
  return (
    text.includes('-') ||
    text.includes('_') ||
    BEYOND_LATIN_1.test(text) ||
    (padding > 0 && !BEFORE_PADDING[padding].includes(text.charAt(text.length - 1 - padding)))
  );
}

/** In a text that V8 keeps in one byte a character, it need not look at each to know that none is one of these. */
const BEYOND_LATIN_1 = /[^\0-\xff]/u;

/** By the number of `=` after it: what the last character may be, so that its bits that belong to no byte are zero. */
const BEFORE_PADDING = ['', 'AEIMQUYcgkosw048', 'AQgw'] as const;

/**
 * Reads the text between two places.
 *
 * Buffer reads one in half of the time that a TextDecoder takes, but puts U+FFFD where there is no UTF-8: so a text
 * that has that character is read by the latter, which throws.
 */
export const decodeUtf8: Utf8Decoder = (bytes, start, end) => {
  const text = utf8Slice.call(bytes, start, end);
  return text.includes(REPLACEMENT) ? decodeUtf8Anywhere(bytes, start, end) : text;
};

const REPLACEMENT = '\ufffd';

/** What `toString` and `write` of a Buffer do for an encoding; they take any array, which spares making a Buffer. */
const { base64Slice, base64Write, utf8Slice } = Buffer.prototype as unknown as Readonly<
  Record<'base64Slice' | 'utf8Slice', (this: Uint8Array, start: number, end: number) => string> &
    Record<'base64Write', (this: Uint8Array, text: string, start: number, length: number) => number>
>;

/** Deflates bytes into a zlib stream. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return (require('node:zlib') as typeof NodeZlib).deflateSync(bytes);
}

/** Encodes bytes in base64, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return base64Slice.call(bytes, 0, bytes.length);
}
