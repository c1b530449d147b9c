/**
 * Computes the signature of a 007 token with node:crypto.
 *
 * HMAC-SHA256 is computed from two plain hashes (RFC 2104). This is 1.8 times as fast as `createHmac`, which spends
 * most of its time on creating objects. Keys and digests are UTF-16 strings in which each unit represents two bytes,
 * because node:crypto returns these fastest. If node:crypto does not support this encoding, `createHmac` is used.
 */
import { Buffer } from 'node:buffer';
import type * as NodeCrypto from 'node:crypto';
import { createRequire } from 'node:module';

/** Loads built-in modules. The path does not matter for these. */
export const requireBuiltin: NodeJS.Require = createRequire('/');

let loaded: typeof NodeCrypto | undefined;

/** Returns node:crypto, loaded on first use because loading it takes a third as long as loading this library. */
export function crypto(): typeof NodeCrypto {
  return (loaded ??= requireBuiltin('node:crypto') as typeof NodeCrypto);
}

const BLOCK_LENGTH = 64;
export const DIGEST_LENGTH = 32;
/** The block and digest lengths in UTF-16 units of two bytes. */
const BLOCK_UNITS = BLOCK_LENGTH / 2;
const DIGEST_UNITS = DIGEST_LENGTH / 2;

/** The HMAC paddings for the inner and the outer hash, as one UTF-16 unit each. */
const INNER_PAD = 0x3636;
const OUTER_PAD = 0x5c5c;

/** The hash inputs: a padded block for the key, then a digest or a message. */
const outer = /* @__PURE__ */ new Uint16Array(BLOCK_UNITS + DIGEST_UNITS).fill(OUTER_PAD);
const outerBytes = /* @__PURE__ */ new Uint8Array(outer.buffer);
const inner = /* @__PURE__ */ new Uint16Array(BLOCK_UNITS + DIGEST_UNITS).fill(INNER_PAD);
const innerBytes = /* @__PURE__ */ new Uint8Array(inner.buffer);
const longInner = /* @__PURE__ */ new Uint16Array(BLOCK_UNITS + 512).fill(INNER_PAD);

/** Signs a 007 token; see `Signer.sign`. */
export function sign(appCertificate: string, issueTs: number, salt: number, signingInfo: Uint8Array): Uint8Array {
  if (!writeCertificate(appCertificate) || !(isFast ??= checkSha256())) {
    return signWithHmac(appCertificate, issueTs, salt, signingInfo);
  }
  writeDigest(hmac(littleEndian32(issueTs), inner, innerBytes), inner);
  const k2 = hmac(littleEndian32(salt), inner, innerBytes);
  const length = BLOCK_LENGTH + signingInfo.length;
  const isShort = length <= longInner.byteLength;
  const message = isShort ? longInner : new Uint16Array((length + 1) >> 1).fill(INNER_PAD, 0, BLOCK_UNITS);
  const messageBytes = new Uint8Array(message.buffer, 0, length);
  messageBytes.set(signingInfo, BLOCK_LENGTH);
  return bytesOf(hmac(k2, message, messageBytes));
}

/** Writes a certificate of 32 ASCII characters. Returns false for any other string, as the inspector may try. */
function writeCertificate(appCertificate: string): boolean {
  if (appCertificate.length !== DIGEST_LENGTH) return false;
  let codes = 0;
  for (let index = 0; index < DIGEST_UNITS; index++) {
    const first = appCertificate.charCodeAt(2 * index);
    const second = appCertificate.charCodeAt(2 * index + 1);
    codes |= first | second;
    inner[BLOCK_UNITS + index] = first | (second << 8);
  }
  return codes < 0x80;
}

/** Signs with `createHmac`, which accepts a certificate of any length. */
function signWithHmac(appCertificate: string, issueTs: number, salt: number, signingInfo: Uint8Array): Uint8Array {
  const hmacOf = (key: Uint8Array, message: string | Uint8Array): Uint8Array =>
    crypto().createHmac('sha256', key).update(message).digest();
  const k1 = hmacOf(Buffer.from(littleEndian32(issueTs), ENCODING), appCertificate);
  const k2 = hmacOf(Buffer.from(littleEndian32(salt), ENCODING), k1);
  return new Uint8Array(hmacOf(k2, signingInfo));
}

/**
 * Returns hash( key ⊕ outer pad, hash( key ⊕ inner pad, message )).
 * @param key - At most 32 bytes, as UTF-16 units. The rest of the block is always padding.
 * @param message - A padded block, in which the key is written, and the message.
 * @param bytes - The bytes of `message`, up to the end of the message.
 */
function hmac(key: string, message: Uint16Array, bytes: Uint8Array): string {
  for (let index = 0; index < DIGEST_UNITS; index++) {
    const unit = index < key.length ? key.charCodeAt(index) : 0;
    message[index] = unit ^ INNER_PAD;
    outer[index] = unit ^ OUTER_PAD;
  }
  writeDigest(sha256(bytes), outer);
  return sha256(outerBytes);
}

/** A Buffer encoding. node:crypto accepts it, but its types do not list it. */
const ENCODING = 'utf16le' as 'binary';

function sha256(data: Uint8Array): string {
  return crypto().hash('sha256', data, ENCODING);
}

/** Whether {@link sha256} works; undefined before the first signature. `crypto.hash` requires Node.js 20.12. */
let isFast: boolean | undefined;

function checkSha256(): boolean {
  try {
    const expected = crypto().createHash('sha256').update(outerBytes).digest();
    writeDigest(sha256(outerBytes), outer);
    return expected.equals(outerBytes.subarray(BLOCK_LENGTH));
  } catch {
    return false;
  }
}

/** Writes a digest after the key block of a hash input. For so few units, a loop is faster than `Buffer`. */
function writeDigest(digest: string, input: Uint16Array): void {
  for (let index = 0; index < DIGEST_UNITS; index++) input[BLOCK_UNITS + index] = digest.charCodeAt(index);
}

function bytesOf(digest: string): Uint8Array {
  const bytes = new Uint8Array(DIGEST_LENGTH);
  for (let index = 0; index < DIGEST_UNITS; index++) {
    const unit = digest.charCodeAt(index);
    bytes[2 * index] = unit;
    bytes[2 * index + 1] = unit >> 8;
  }
  return bytes;
}

function littleEndian32(value: number): string {
  return String.fromCharCode(value & 0xffff, value >>> 16);
}
