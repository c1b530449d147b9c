import { encoder, utf8Length } from './utf8.js';

/** The size of the buffer that small contents share, and the free space that a writer needs in it. */
const POOL_LENGTH = 8192;
const MIN_ROOM = 1024;

/** A buffer for many contents in sequence, because creating a buffer for each content is slower. */
let pool = /* @__PURE__ */ new Uint8Array(POOL_LENGTH);
let used = 0;

/**
 * Writes little-endian integers and length-prefixed strings. A writer must finish before the next one starts.
 *
 * Values must be validated beforehand: integers are in range, and strings are well-formed and at most 65,535 bytes
 * long.
 */
export class ByteWriter {
  #bytes: Uint8Array;
  #start: number;
  #end: number;

  constructor() {
    if (POOL_LENGTH - used < MIN_ROOM) {
      pool = new Uint8Array(POOL_LENGTH);
      used = 0;
    }
    this.#bytes = pool;
    this.#start = this.#end = used;
  }

  uint16(value: number): void {
    const start = this.#reserve(2);
    this.#bytes[start] = value;
    this.#bytes[start + 1] = value >> 8;
  }

  int16(value: number): void {
    this.uint16(value & 0xffff);
  }

  uint32(value: number): void {
    this.uint16(value & 0xffff);
    this.uint16(value >>> 16);
  }

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

  /** Writes an ASCII string. For any other string, writes nothing and returns false. */
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
    this.#end = start - 2;
    return false;
  }

  /** Returns the written bytes. They are never overwritten, but share their buffer with other contents. */
  finish(): Uint8Array {
    if (this.#bytes === pool) used = this.#end;
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** Makes room for `count` more bytes and returns the offset of the first one. */
  #reserve(count: number): number {
    if (this.#end + count > this.#bytes.length) this.#grow(count);
    const start = this.#end;
    this.#end = start + count;
    return start;
  }

  #grow(count: number): void {
    const written = this.#bytes.subarray(this.#start, this.#end);
    this.#bytes = new Uint8Array(Math.max(written.length + count, 2 * this.#bytes.length));
    this.#bytes.set(written);
    this.#start = 0;
    this.#end = written.length;
  }
}
