/**
 * The body of a request, as a JSON object.
 */
import { Refusal } from './refusal.js';
import type { Incoming } from './route.js';

/** How many bytes a body may have. */
const MAX_BODY_LENGTH = 8192;

/** A JSON object that was received. */
export type Fields = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a JSON object of at most 8 KiB, whatever type of content it is said to be.
 *
 * A body that announces more is refused unread; one that does not announce its length is counted as it comes.
 */
export function readFields(incoming: Incoming): Promise<Fields> {
  const { raw } = incoming;
  const announced = raw.headers.get('Content-Length');
  if (Number(announced) > MAX_BODY_LENGTH) return Promise.reject(tooLarge());
  // The server lets no more than the announced length through; a body that was read before is at hand.
  const isBounded = /^\d+$/u.test(announced ?? '') && !raw.headers.has('Transfer-Encoding');
  return isBounded || raw.bodyUsed
    ? incoming.arrayBuffer().then(fieldsOf, refuseCutOff)
    : readCounting(raw.body?.getReader()).then(fieldsOf);
}

/** Returns a field that is there itself, and not by way of a prototype. */
export function fieldOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

async function readCounting(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_BODY_LENGTH);
  let length = 0;
  for (;;) {
    const chunk = await reader?.read().catch(refuseCutOff);
    if (chunk?.value === undefined) return bytes.subarray(0, length);
    if (length + chunk.value.length > MAX_BODY_LENGTH) {
      await reader?.cancel().catch(() => undefined);
      throw tooLarge();
    }
    bytes.set(chunk.value, length);
    length += chunk.value.length;
  }
}

function fieldsOf(bytes: ArrayBuffer | Uint8Array): Fields {
  if (bytes.byteLength > MAX_BODY_LENGTH) throw tooLarge();
  const value = parse(bytes);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw malformed('the body is not a JSON object');
}

function parse(bytes: ArrayBuffer | Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw malformed('the body is not JSON in UTF-8');
  }
}

function malformed(message: string): Refusal {
  return new Refusal(400, 'ERR_BODY', message);
}

function refuseCutOff(): never {
  throw malformed('the body could not be read to its end');
}

function tooLarge(): Refusal {
  return new Refusal(413, 'ERR_BODY_TOO_LARGE', `the body has over ${MAX_BODY_LENGTH} bytes`);
}
