/**
 * What is done to bytes for each token. V8 looks up a method of a typed array at each call; those here were looked up.
 */
const { fill, slice } = Uint8Array.prototype as unknown as {
  readonly fill: (this: Uint8Array, value: number, start: number, end: number) => void;
  readonly slice: (this: Uint8Array, start: number, end: number) => Uint8Array;
};

/** Copies the bytes between two places. */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return slice.call(bytes, start, end);
}

/** Writes zeros over the bytes up to a place. */
export function wipe(bytes: Uint8Array, end: number): void {
  fill.call(bytes, 0, 0, end);
}
