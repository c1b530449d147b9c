/** The platform functions for Node.js and compatible runtimes; see `platform.ts`. */
import { Buffer } from 'node:buffer';
import type * as NodeZlib from 'node:zlib';
import { type DecodeUtf8, decodeUtf8 as decodeUtf8Anywhere } from '../codec/utf8.js';
import type { Inflate, Inflated, InflateStatus } from '../codec/zlib.js';
import { DIGEST_LENGTH, crypto, requireBuiltin, sign } from './node-hmac.js';
import type { Decoder, Signer, Verifier } from './platform.js';

let loadedZlib: typeof NodeZlib | undefined;

/** Returns node:zlib, loaded on first use because most tokens do not need it. */
function zlib(): typeof NodeZlib {
  return (loadedZlib ??= requireBuiltin('node:zlib') as typeof NodeZlib);
}

function sign006(appCertificate: string, message: Uint8Array): Uint8Array {
  return crypto().createHmac('sha256', appCertificate).update(message).digest();
}

function deflate(content: Uint8Array): Uint8Array {
  return zlib().deflateSync(content);
}

function randomSalt(): number {
  return crypto().randomInt(1, 2 ** 32);
}

function isBrowser(): boolean {
  return false;
}

/**
 * Buffers for comparing signatures. V8 keeps short arrays in its heap. It has to move an array out of the heap before
 * node:crypto can use it, which takes longer than the comparison.
 */
const left = new Uint8Array(DIGEST_LENGTH);
const right = new Uint8Array(DIGEST_LENGTH);

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== DIGEST_LENGTH || b.length !== DIGEST_LENGTH) return false;
  left.set(a);
  right.set(b);
  return crypto().timingSafeEqual(left, right);
}

/**
 * Undocumented methods behind `Buffer#toString`. They accept any Uint8Array, so no Buffer has to be created. If they
 * are missing, `toString` is used.
 */
const { base64Slice, utf8Slice } = Buffer.prototype as unknown as Readonly<
  Partial<Record<'base64Slice' | 'utf8Slice', (this: Uint8Array, start: number, end: number) => string>>
>;

function bufferOf({ buffer, byteOffset }: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(buffer, byteOffset + start, end - start);
}

function encodeBase64(bytes: Uint8Array): string {
  return base64Slice === undefined
    ? bufferOf(bytes, 0, bytes.length).toString('base64')
    : base64Slice.call(bytes, 0, bytes.length);
}

/**
 * Decodes UTF-8. A Buffer is twice as fast as a TextDecoder, but replaces invalid bytes with U+FFFD. If the result
 * contains U+FFFD, TextDecoder decodes the bytes again and throws if they are invalid.
 */
const decodeUtf8: DecodeUtf8 = (bytes, start, end) => {
  const value =
    utf8Slice === undefined ? bufferOf(bytes, start, end).toString('utf8') : utf8Slice.call(bytes, start, end);
  return value.includes('\ufffd') ? decodeUtf8Anywhere(bytes, start, end) : value;
};

/** DEFLATE expands one byte to at most 1032 bytes. */
const MAX_RATIO = 1032;
/** The smallest `chunkSize` that node:zlib accepts. */
const MIN_CHUNK = 64;

const inflate: Inflate = (stream, maxLength) => {
  const maxOutputLength = maxLength;
  const whole = attempt(stream, { maxOutputLength });
  if (whole.status === 'truncated') {
    // Errors come without output. With Z_SYNC_FLUSH, a truncated stream gives its output instead of an error.
    const partial = attempt(stream, { maxOutputLength, finishFlush: zlib().constants.Z_SYNC_FLUSH });
    return partial.status === 'ok' ? { ...partial, status: 'truncated' } : partial;
  }
  if (whole.status === 'corrupt' && MAX_RATIO * stream.length > maxLength) {
    // The output buffer ends just past the limit, so that corrupt data beyond the limit is not reached.
    return attempt(stream, { maxOutputLength, chunkSize: Math.max(MIN_CHUNK, maxLength + 1) });
  }
  return whole;
};

const STATUS_BY_CODE: Readonly<Record<string, InflateStatus>> = {
  Z_BUF_ERROR: 'truncated',
  Z_DATA_ERROR: 'corrupt',
  Z_NEED_DICT: 'corrupt',
  ERR_BUFFER_TOO_LARGE: 'limit',
};

function attempt(stream: Uint8Array, options: NodeZlib.ZlibOptions): Inflated {
  try {
    // The types do not include `info`, which adds the engine to the result.
    const { buffer, engine } = zlib().inflateSync(stream, { ...options, info: true }) as unknown as {
      readonly buffer: Uint8Array;
      readonly engine: { readonly bytesWritten: number };
    };
    return { status: 'ok', bytes: new Uint8Array(buffer), unused: stream.length - engine.bytesWritten };
  } catch (error) {
    const status = STATUS_BY_CODE[(error as NodeJS.ErrnoException).code ?? ''];
    if (status === undefined) throw error;
    return { status, bytes: new Uint8Array(), unused: 0 };
  }
}

export const verifier: Verifier<Uint8Array> = { sign, sign006, equal };
export const signer: Signer<Uint8Array> = { sign, sign006, equal, deflate, randomSalt, encodeBase64, isBrowser };
export const decoder: Decoder = { inflate, decodeUtf8 };
