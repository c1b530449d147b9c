/**
 * The signature of a 007 token with node:crypto.
 *
 * HMAC-SHA256 is made of two plain hashes here (RFC 2104). That is 1.8 times as fast as `createHmac`, which spends most
 * of its time on creating objects. Keys and digests are UTF-16 strings with one unit per two bytes: node:crypto returns
 * them in less time than a Buffer or a string with one character per byte. Where it does not, `createHmac` is used.
 */
import { Buffer } from 'node:buffer';
import type * as NodeCrypto from 'node:crypto';
import { createRequire } from 'node:module';

/** Loads built-in modules only, so the path does not matter. */
export const requireBuiltin: NodeJS.Require = createRequire('/');

let loaded: typeof NodeCrypto | undefined;

/** Returns node:crypto, loaded on first use: loading it takes a third as long as loading this library. */
export function crypto(): typeof NodeCrypto {
  return (loaded ??= requireBuiltin('node:crypto') as typeof NodeCrypto);
}

const BLOCK_LENGTH = 64;
export const DIGEST_LENGTH = 32;

const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** Hash inputs: a padded block for the key, then a digest or a message. */
const outer = new Uint8Array(BLOCK_LENGTH + DIGEST_LENGTH).fill(OUTER_PAD);
const inner = new Uint8Array(BLOCK_LENGTH + DIGEST_LENGTH).fill(INNER_PAD);
const longInner = new Uint8Array(BLOCK_LENGTH + 1024).fill(INNER_PAD);

/** Signs a 007 token; see `Signer.sign`. */
export function sign(appCertificate: string, issueTs: number, salt: number, signingInfo: Uint8Array): Uint8Array {
  if (!writeCertificate(appCertificate) || !(isFast ??= checkSha256())) {
    return signWithHmac(appCertificate, issueTs, salt, signingInfo);
  }
  writeUnits(hmac(littleEndian32(issueTs), inner), inner, BLOCK_LENGTH);
  const k2 = hmac(littleEndian32(salt), inner);
  const length = BLOCK_LENGTH + signingInfo.length;
  const message = length <= longInner.length ? longInner.subarray(0, length) : new Uint8Array(length).fill(INNER_PAD);
  message.set(signingInfo, BLOCK_LENGTH);
  const signature = new Uint8Array(DIGEST_LENGTH);
  writeUnits(hmac(k2, message), signature, 0);
  return signature;
}

/** Writes a certificate of 32 ASCII characters; returns false for any other, which the inspector tries. */
function writeCertificate(appCertificate: string): boolean {
  if (appCertificate.length !== DIGEST_LENGTH) return false;
  let codes = 0;
  for (let index = 0; index < DIGEST_LENGTH; index++) {
    const code = appCertificate.charCodeAt(index);
    codes |= code;
    inner[BLOCK_LENGTH + index] = code;
  }
  return codes < 0x80;
}

/** Signs with `createHmac`, with a certificate of any length. */
function signWithHmac(appCertificate: string, issueTs: number, salt: number, signingInfo: Uint8Array): Uint8Array {
  const hmacOf = (key: Uint8Array, message: string | Uint8Array): Uint8Array =>
    crypto().createHmac('sha256', key).update(message).digest();
  const k1 = hmacOf(Buffer.from(littleEndian32(issueTs), ENCODING), appCertificate);
  const k2 = hmacOf(Buffer.from(littleEndian32(salt), ENCODING), k1);
  return new Uint8Array(hmacOf(k2, signingInfo));
}

/**
 * Returns hash( key ⊕ outer pad, hash( key ⊕ inner pad, message )).
 *
 * @param key - At most 32 bytes, as UTF-16 units; so the rest of the block is always padding.
 * @param message - A padded block for the key, which is overwritten, and the message.
 */
function hmac(key: string, message: Uint8Array): string {
  for (let index = 0; index < DIGEST_LENGTH; index += 2) {
    const unit = index < 2 * key.length ? key.charCodeAt(index >> 1) : 0;
    message[index] = unit ^ INNER_PAD;
    message[index + 1] = (unit >> 8) ^ INNER_PAD;
    outer[index] = unit ^ OUTER_PAD;
    outer[index + 1] = (unit >> 8) ^ OUTER_PAD;
  }
  writeUnits(sha256(message), outer, BLOCK_LENGTH);
  return sha256(outer);
}

/** An encoding of Buffer; the types of node:crypto list only some of those that it accepts. */
const ENCODING = 'utf16le' as 'binary';

function sha256(data: Uint8Array): string {
  return crypto().hash('sha256', data, ENCODING);
}

/** Whether {@link sha256} works: `crypto.hash` came with Node.js 20.12. Undefined before the first signature. */
let isFast: boolean | undefined;

function checkSha256(): boolean {
  try {
    return sha256(outer) === crypto().createHash('sha256').update(outer).digest().toString('utf16le');
  } catch {
    return false;
  }
}

/** Writes UTF-16 units as bytes; for so few, a loop is faster than `Buffer`. */
function writeUnits(units: string, bytes: Uint8Array, start: number): void {
  for (let index = 0; index < units.length; index++) {
    const unit = units.charCodeAt(index);
    bytes[start + 2 * index] = unit;
    bytes[start + 2 * index + 1] = unit >> 8;
  }
}

function littleEndian32(value: number): string {
  return String.fromCharCode(value & 0xffff, value >>> 16);
}
