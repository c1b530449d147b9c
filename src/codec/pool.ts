/** The size of a shared buffer, and the longest array that is taken from one. */
const POOL_LENGTH = 8192;
const MAX_POOLED_LENGTH = 1024;

let pool = /* @__PURE__ */ new ArrayBuffer(POOL_LENGTH);
let used = 0;

/**
 * Copies the first `length` bytes of a buffer.
 *
 * Short copies share a buffer, as those of `Buffer.allocUnsafe` do, because a buffer for each takes longer to create
 * than to fill. They are for internal use: an array that is returned to users needs a buffer of its own.
 */
export function copyFirst(source: ArrayBuffer, length: number): Uint8Array {
  const bytes = new Uint8Array(source, 0, length);
  if (length > MAX_POOLED_LENGTH) return bytes.slice();
  if (used + length > POOL_LENGTH) {
    pool = new ArrayBuffer(POOL_LENGTH);
    used = 0;
  }
  const copy = new Uint8Array(pool, used, length);
  used += length;
  copy.set(bytes);
  return copy;
}
