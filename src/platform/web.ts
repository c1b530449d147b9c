/**
 * What a platform has to offer, by WebCrypto and plain code: HMAC, constant-time comparison,
 * salt, compression of what is long, base64.
 */
import { encoder } from '../codec/utf8.js';

/**
 * Signs what a token says; see the same function of node:crypto for how.
 *
 * @param appCertificate - A certificate, or whatever text may have been taken for one.
 */
export async function sign(
  appCertificate: string,
  issueTs: number,
  salt: number,
  signingInfo: Uint8Array,
): Promise<Uint8Array> {
  const k1 = await hmac(littleEndian32(issueTs), encoder.encode(appCertificate));
  const k2 = await hmac(littleEndian32(salt), k1);
  return hmac(k2, signingInfo);
}

/** Signs an older token: HMAC-SHA256 of a message, under a certificate. */
export async function sign006(appCertificate: string, message: Uint8Array): Promise<Uint8Array> {
  return hmac(encoder.encode(appCertificate), message);
}

async function hmac(key: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto;
  // With its length, which would otherwise be looked for in a prototype, too.
  const algorithm = { name: 'HMAC', hash: 'SHA-256', length: 8 * key.length };
  const imported = await subtle.importKey('raw', key, algorithm, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', imported, message));
}

function littleEndian32(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

/** Compares two signatures in a time that does not tell how far they agree. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

/** Draws a salt, uniformly from 1 to 2³² − 1. */
export function randomSalt(): number {
  for (;;) {
    const [salt = 0] = globalThis.crypto.getRandomValues(new Uint32Array(1));
    if (salt !== 0) return salt;
  }
}

/** Deflates bytes into a zlib stream, which is what `'deflate'` stands for. */
export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** As many bytes as are made into text at a time: a call takes only so many arguments. A multiple of 3. */
const CHUNK = 0x6000;

/** Encodes bytes in base64, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += btoa(String.fromCharCode(...bytes.subarray(start, start + CHUNK)));
  }
  return text;
}

/** The names by which runtimes that look like a browser, but run on a server, call themselves. */
const SERVER_AGENT = /jsdom|Cloudflare-Workers|Node\.js|Deno|Bun/u;

/** Tells whether this is a page or a worker of a browser, whose certificate whoever opens the page can read. */
export function isBrowser(): boolean {
  const { document, importScripts, navigator, Deno, Bun, EdgeRuntime } = globalThis as Readonly<
    Record<string, unknown>
  >;
  if (Deno !== undefined || Bun !== undefined || EdgeRuntime !== undefined) return false;
  const agent: unknown = isObject(navigator) ? Reflect.get(navigator, 'userAgent') : undefined;
  if (typeof agent !== 'string' || SERVER_AGENT.test(agent)) return false;
  return isObject(document) || typeof importScripts === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
