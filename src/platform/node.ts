/**
 * What a platform has to offer, by node:crypto and Buffer: HMAC, constant-time comparison, salt, base64.
 */
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import { base64Error } from '../codec/base64.js';

/**
 * Signs what a token says:
 *
 *     k1        = HMAC(LE32(issueTs), ASCII(appCertificate))
 *     k2        = HMAC(LE32(salt), k1)
 *     signature = HMAC(k2, signingInfo)
 *
 * HMAC(key, message) is HMAC-SHA256; mind that the numbers are the keys.
 */
export function sign(
  appCertificate: string,
  issueTs: number,
  salt: number,
  signingInfo: Uint8Array,
): Uint8Array {
  const k1 = hmac(littleEndian32(issueTs), Buffer.from(appCertificate, 'ascii'));
  const k2 = hmac(littleEndian32(salt), k1);
  return hmac(k2, signingInfo);
}

function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(message).digest();
}

function littleEndian32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Compares two signatures in a time that does not tell how far they agree. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Draws a salt, uniformly from 1 to 2³² − 1. */
export function randomSalt(): number {
  return randomInt(1, 2 ** 32);
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Decodes canonical base64; `start` is where the text begins in the token. */
export function decodeBase64(text: string, start: number): Uint8Array {
  // Buffer skips what is not base64, so that only canonical text comes back as it was.
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw base64Error(text, start);
  return bytes;
}
