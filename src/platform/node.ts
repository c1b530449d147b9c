/**
 * What a platform has to offer, by node:crypto and Buffer: HMAC, constant-time comparison, salt, base64.
 */
import crypto from 'node:crypto';

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
  const k1 = hmac(littleEndian32(issueTs), appCertificate);
  const k2 = hmac(littleEndian32(salt), k1);
  const signature = new Uint8Array(DIGEST_LENGTH);
  write(hmac(k2, signingInfo), signature, 0);
  return signature;
}

/** SHA-256 works on blocks of so many bytes, and its digest has so many. */
const BLOCK_LENGTH = 64;
const DIGEST_LENGTH = 32;

/** What a key is combined with for the inner and the outer hash (RFC 2104). */
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** The inputs of the two hashes, a block of key and what follows it. Between calls they hold padding and nothing else. */
const inner = new Uint8Array(BLOCK_LENGTH + 1024).fill(INNER_PAD);
const outer = new Uint8Array(BLOCK_LENGTH + DIGEST_LENGTH).fill(OUTER_PAD);

/**
 * HMAC-SHA256 (RFC 2104), of a key of at most a block: hash( key ⊕ outer pad, hash( key ⊕ inner pad, message )).
 *
 * Two plain hashes take half of the time of node:crypto's `createHmac`, which goes into setting up its objects. Keys
 * and digests are texts with a character for each byte, since arrays take longer to make.
 */
function hmac(key: string, message: string | Uint8Array): string {
  const length = BLOCK_LENGTH + message.length;
  const input = length <= inner.length ? inner : new Uint8Array(length).fill(INNER_PAD);
  for (let index = 0; index < key.length; index++) {
    const byte = key.charCodeAt(index);
    input[index] = byte ^ INNER_PAD;
    outer[index] = byte ^ OUTER_PAD;
  }
  if (typeof message === 'string') write(message, input, BLOCK_LENGTH);
  else input.set(message, BLOCK_LENGTH);
  write(sha256(input.subarray(0, length)), outer, BLOCK_LENGTH);
  const digest = sha256(outer);
  input.fill(INNER_PAD, 0, length);
  outer.fill(OUTER_PAD);
  return digest;
}

/** `crypto.hash` came with Node 20.12; it spares an object. */
const sha256: (data: Uint8Array) => string =
  'hash' in crypto
    ? (data) => crypto.hash('sha256', data, 'binary')
    : (data) => crypto.createHash('sha256').update(data).digest('binary');

/** Writes a text with a character for each byte; for so few, a loop is faster than a call of Buffer's. */
function write(text: string, bytes: Uint8Array, start: number): void {
  for (let index = 0; index < text.length; index++) bytes[start + index] = text.charCodeAt(index);
}

function littleEndian32(value: number): string {
  return String.fromCharCode(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

/** Compares two signatures in a time that does not tell how far they agree. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && crypto.timingSafeEqual(a, b);
}

/** Draws a salt, uniformly from 1 to 2³² − 1. */
export function randomSalt(): number {
  return crypto.randomInt(1, 2 ** 32);
}

/** Encodes bytes in base64, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
