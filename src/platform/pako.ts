/** Inflates zlib streams with pako, by its low-level API: the others have no limit on the output. */
import { ZStream, Z_BUF_ERROR, Z_NO_FLUSH, Z_OK, Z_STREAM_END, zlibInflate, zlibInflateInit } from 'pako';
import { decodeUtf8 } from '../codec/utf8.js';
import type { Inflate, InflateStatus } from '../codec/zlib.js';
import type { Decoder } from './platform.js';

const CHUNK = 16_384;
/** The minimum size of the output buffer, as in `node.ts`. */
const MIN_OUTPUT = 64;

const inflate: Inflate = (stream, maxLength) => {
  const z = new ZStream();
  z.input = stream;
  z.avail_in = stream.length;
  zlibInflateInit(z);
  // One byte above the limit shows that the output exceeds it.
  const room = Math.max(MIN_OUTPUT, maxLength + 1);
  const chunks: Uint8Array[] = [];
  let code;
  do {
    z.output = new Uint8Array(Math.min(CHUNK, room - z.total_out));
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

export const decoder: Decoder = { inflate, decodeUtf8 };
