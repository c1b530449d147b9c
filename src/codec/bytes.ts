/** Methods of `Uint8Array` that run for each token, looked up once: V8 looks up those of a typed array at each call. */
const { fill, slice } = Uint8Array.prototype as unknown as {
  readonly fill: (this: Uint8Array, value: number, start: number, end: number) => void;
  readonly slice: (this: Uint8Array, start: number, end: number) => Uint8Array;
};

/** Copies the bytes between two places. */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return slice.call(bytes, start, end);
}

/** Writes a value over the bytes, up to a place. */
export function overwrite(bytes: Uint8Array, value: number, end: number = bytes.length): void {
  fill.call(bytes, value, 0, end);
}
