import { inflateFixed as inflateFixedView } from '../../src/codec/fixed-codes.js';
import { inflate as inflateView } from '../../src/codec/zlib.js';

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView<ArrayBuffer> {
  return new DataView(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** Inflates a stream that is all of an array. */
export function inflate(stream: Uint8Array, maxLength: number): Uint8Array {
  return inflateView(viewOf(stream), stream.length, maxLength);
}

/** Inflates a stream of fixed codes that is all of an array. */
export function inflateFixed(stream: Uint8Array, output: Uint8Array): number {
  return inflateFixedView(viewOf(stream), stream.length, output);
}
