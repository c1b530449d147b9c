import { copyFirst } from './pool.js';
import { encoder, utf8Length } from './utf8.js';

/** Buffer of small contents, shared by all writers: a writer has to finish before the next one starts. */
const scratch = /* @__PURE__ */ new Uint8Array(1024);

/**
 * Writes little-endian integers and length-prefixed strings.
 *
 * The writer checks nothing: all values are validated before they get here. Integers are in range, and strings are
 * well-formed and at most 65,535 bytes long.
 */
export class ByteWriter {
  #bytes = scratch;
  #length = 0;

  uint16(value: number): void {
    const start = this.#reserve(2);
    this.#bytes[start] = value;
    this.#bytes[start + 1] = value >> 8;
  }

  /** Writes a signed integer in two's complement. */
  int16(value: number): void {
    this.uint16(value & 0xffff);
  }

  uint32(value: number): void {
    this.uint16(value & 0xffff);
    this.uint16(value >>> 16);
  }

  /** Writes bytes without a length prefix. */
  bytes(value: Uint8Array): void {
    const start = this.#reserve(value.length);
    this.#bytes.set(value, start);
  }

  /** Writes a string: its length in bytes as a uint16, then its bytes in UTF-8. */
  string(value: string): void {
    if (this.#asciiString(value)) return;
    const length = utf8Length(value);
    this.uint16(length);
    const start = this.#reserve(length);
    encoder.encodeInto(value, this.#bytes.subarray(start, start + length));
  }

  /** Writes a string of ASCII characters; returns false, and writes nothing, if it has others. */
  #asciiString(value: string): boolean {
    this.uint16(value.length);
    const start = this.#reserve(value.length);
    const bytes = this.#bytes;
    let units = 0;
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index);
      units |= unit;
      bytes[start + index] = unit;
    }
    if (units < 0x80) return true;
    this.#length = start - 2;
    return false;
  }

  /** Returns a copy of all bytes written so far. A short one shares its buffer with others (see `pool.ts`). */
  finish(): Uint8Array {
    return copyFirst(this.#bytes.buffer, this.#length);
  }

  /** Makes room for `count` more bytes and returns the offset at which they start. */
  #reserve(count: number): number {
    const start = this.#length;
    const end = start + count;
    if (end > this.#bytes.length) this.#grow(end);
    this.#length = end;
    return start;
  }

  #grow(length: number): void {
    const grown = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
