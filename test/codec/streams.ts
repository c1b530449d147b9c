import { inflateFixed as inflateFixedView, workspace } from '../../src/codec/fixed-codes.js';
import { inflate as inflateView } from '../../src/codec/zlib.js';

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView<ArrayBuffer> {
  return new DataView(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** Inflates a stream that is all of an array. */
export function inflate(stream: Uint8Array, maxLength: number): Uint8Array {
  return inflateView(viewOf(stream), stream.length, maxLength);
}

/** Inflates a stream of fixed codes that is all of an array. Of what is read, nothing may be written beyond its end. */
export function inflateFixed(stream: Uint8Array, output: Uint8Array): number {
  workspace.fill(0xaa);
  const length = inflateFixedView(viewOf(stream), stream.length, output.length);
  if (length >= 0) {
    output.set(workspace.subarray(0, length));
    if (workspace.subarray(length).some((byte) => byte !== 0xaa)) throw new Error('wrote beyond the content');
  }
  workspace.fill(0);
  return length;
}
