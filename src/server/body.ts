/**
 * Reads the body of a request as a JSON object.
 */
import { RequestError } from './request-error.js';
import type { Incoming } from './route.js';

/** The maximum length of a body in bytes. */
const MAX_BODY_LENGTH = 8192;

/** The properties of the JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a JSON object of at most 8 KiB. The Content-Type is ignored.
 *
 * A larger Content-Length is rejected before the body is read. Without the header, bytes are counted while reading.
 */
export function readFields(incoming: Incoming): Promise<Fields> {
  const { raw } = incoming;
  const contentLength = raw.headers.get('Content-Length');
  if (Number(contentLength) > MAX_BODY_LENGTH) return Promise.reject(tooLarge());
  // The HTTP server enforces Content-Length. A body that was already read is in memory.
  const isBounded = /^\d+$/u.test(contentLength ?? '') && !raw.headers.has('Transfer-Encoding');
  return isBounded || raw.bodyUsed
    ? incoming.arrayBuffer().then(parseFields, throwIncomplete)
    : readBounded(raw.body?.getReader()).then(parseFields);
}

/** Returns an own field of the object, never one from the prototype. */
export function fieldOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

async function readBounded(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_BODY_LENGTH);
  let length = 0;
  for (;;) {
    const chunk = await reader?.read().catch(throwIncomplete);
    if (chunk?.value === undefined) return bytes.subarray(0, length);
    if (length + chunk.value.length > MAX_BODY_LENGTH) {
      await reader?.cancel().catch(() => undefined);
      throw tooLarge();
    }
    bytes.set(chunk.value, length);
    length += chunk.value.length;
  }
}

function parseFields(bytes: ArrayBuffer | Uint8Array): Fields {
  if (bytes.byteLength > MAX_BODY_LENGTH) throw tooLarge();
  const value = parseJson(bytes);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw bodyError('the body is not a JSON object');
}

function parseJson(bytes: ArrayBuffer | Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw bodyError('the body is not JSON in UTF-8');
  }
}

function bodyError(problem: string): RequestError {
  return new RequestError(400, 'ERR_BODY', problem);
}

function throwIncomplete(): never {
  throw bodyError('the body could not be read to its end');
}

function tooLarge(): RequestError {
  return new RequestError(413, 'ERR_BODY_TOO_LARGE', `the body has over ${MAX_BODY_LENGTH} bytes`);
}
