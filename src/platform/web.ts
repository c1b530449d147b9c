/** The platform functions for browsers and other runtimes with WebCrypto; see `platform.ts`. */
import { ZStream, Z_BUF_ERROR, Z_NO_FLUSH, Z_OK, Z_STREAM_END, zlibInflate, zlibInflateInit } from 'pako';
import { decodeUtf8, encoder } from '../codec/utf8.js';
import type { Inflate, InflateStatus } from '../codec/zlib.js';
import type { Decoder, Signer, Verifier } from './platform.js';

async function sign(
  appCertificate: string,
  issueTs: number,
  salt: number,
  signingInfo: Uint8Array,
): Promise<Uint8Array> {
  const k1 = await hmac(littleEndian32(issueTs), encoder.encode(appCertificate));
  const k2 = await hmac(littleEndian32(salt), k1);
  return hmac(k2, signingInfo as Unshared);
}

async function sign006(appCertificate: string, message: Uint8Array): Promise<Uint8Array> {
  return hmac(encoder.encode(appCertificate), message as Unshared);
}

/** An array outside shared memory, which WebCrypto rejects. No array here is in shared memory. */
type Unshared = Uint8Array<ArrayBuffer>;

async function hmac(key: Unshared, message: Unshared): Promise<Unshared> {
  const { subtle } = globalThis.crypto;
  // Set the optional length, so that it is not read from a polluted prototype.
  const algorithm = { name: 'HMAC', hash: 'SHA-256', length: 8 * key.length };
  const imported = await subtle.importKey('raw', key, algorithm, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', imported, message));
}

function littleEndian32(value: number): Unshared {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

function randomSalt(): number {
  for (;;) {
    const [salt = 0] = globalThis.crypto.getRandomValues(new Uint32Array(1));
    if (salt !== 0) return salt;
  }
}

async function deflate(content: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([content as Unshared]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The bytes per call of `String.fromCharCode`, which accepts a limited number of arguments. A multiple of 3. */
const CHUNK = 0x6000;

function encodeBase64(bytes: Uint8Array): string {
  let encoded = '';
  for (let start = 0; start < bytes.length; start += CHUNK) {
    encoded += btoa(String.fromCharCode(...bytes.subarray(start, start + CHUNK)));
  }
  return encoded;
}

/** Matches user agents of server runtimes that provide browser globals. */
const SERVER_AGENT = /jsdom|Cloudflare-Workers|Node\.js|Deno|Bun/u;

/** Tells whether the code runs in a browser page or worker. */
function isBrowser(): boolean {
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

/** The size of an output buffer. Only pako's low-level API, which uses such buffers, can limit the output. */
const OUTPUT_CHUNK = 16_384;
/** The minimum size of the output buffer, equal to the minimum in `node.ts`. */
const MIN_OUTPUT = 64;

const inflate: Inflate = (stream, maxLength) => {
  const z = new ZStream();
  z.input = stream;
  z.avail_in = stream.length;
  zlibInflateInit(z);
  // One extra byte of output shows that the limit is exceeded.
  const room = Math.max(MIN_OUTPUT, maxLength + 1);
  const chunks: Uint8Array[] = [];
  let code;
  do {
    z.output = new Uint8Array(Math.min(OUTPUT_CHUNK, room - z.total_out));
    z.next_out = 0;
    z.avail_out = z.output.length;
    code = zlibInflate(z, Z_NO_FLUSH);
    chunks.push(z.output.subarray(0, z.next_out));
  } while (code === Z_OK && z.avail_out === 0 && z.total_out < room);
  const status = statusOf(code, z.total_out > maxLength);
  const hasOutput = status === 'ok' || status === 'truncated';
  return {
    status,
    bytes: hasOutput ? concat(chunks, z.total_out) : new Uint8Array(),
    unused: status === 'ok' ? z.avail_in : 0,
  };
};

function statusOf(code: number, exceedsLimit: boolean): InflateStatus {
  const isValid = code === Z_STREAM_END || code === Z_OK || code === Z_BUF_ERROR;
  if (!isValid) return 'corrupt';
  if (exceedsLimit) return 'limit';
  return code === Z_STREAM_END ? 'ok' : 'truncated';
}

function concat(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

type Bytes = Promise<Uint8Array>;

export const verifier: Verifier<Bytes> = { sign, sign006, equal };
export const signer: Signer<Bytes> = { sign, sign006, equal, deflate, randomSalt, encodeBase64, isBrowser };
export const decoder: Decoder = { inflate, decodeUtf8 };
