/** The functions that each platform provides: with node:crypto and node:zlib, or with WebCrypto and pako. */
import type { DecodeUtf8 } from '../codec/utf8.js';
import type { Inflate } from '../codec/zlib.js';
import { throwArgumentProblem } from '../errors.js';

/** Computes and compares signatures. `Bytes` is `Uint8Array` on Node.js and `Promise<Uint8Array>` with WebCrypto. */
export interface Verifier<Bytes> {
  /**
   * Signs a 007 token:
   *
   *     k1        = HMAC(LE32(issueTs), appCertificate)
   *     k2        = HMAC(LE32(salt), k1)
   *     signature = HMAC(k2, signingInfo)
   *
   * HMAC is HMAC-SHA256. Its first argument is the key, so `issueTs` and `salt` are used as keys.
   * @param appCertificate - Any string, since the inspector also tries malformed certificates.
   */
  sign(appCertificate: string, issueTs: number, salt: number, signingInfo: Uint8Array): Bytes;
  /** Signs a 006 token: HMAC-SHA256 of the message, with the certificate as the key. */
  sign006(appCertificate: string, message: Uint8Array): Bytes;
  /** Compares two 32-byte signatures in constant time. Returns false for any other length. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

/** Mints tokens. */
export interface Signer<Bytes> extends Verifier<Bytes> {
  /** Compresses a content longer than `MAX_DEFLATED_LENGTH` into a zlib stream. */
  deflate(content: Uint8Array): Bytes;
  /** Returns a uniformly random salt from 1 to 2³² − 1. */
  randomSalt(): number;
  /** Encodes bytes as base64 with padding. */
  encodeBase64(bytes: Uint8Array): string;
  /** Tells whether the code runs in a browser, where anyone can read the certificate. */
  isBrowser(): boolean;
}

/** Decodes tokens. */
export interface Decoder {
  readonly inflate: Inflate;
  readonly decodeUtf8: DecodeUtf8;
}

export interface Platform<Bytes> {
  readonly verifier: Verifier<Bytes>;
  readonly decoder: Decoder;
}

/** Throws in a browser, where anyone who opens the page can read the certificate. */
export function rejectBrowser(signer: Signer<unknown>, allowBrowser: boolean): void {
  if (allowBrowser || !signer.isBrowser()) return;
  const problem = 'minting is disabled in browsers, where anyone who opens the page can read the certificate';
  const hint = 'mint on a server; for a page that none but you can open, pass allowBrowser: true';
  throwArgumentProblem('ERR_OPTIONS', 'allowBrowser', problem, hint);
}
