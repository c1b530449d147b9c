import { AccessTokenError } from '../errors.js';
import { utf8Length } from './utf8.js';

const encoder = new TextEncoder();

/**
 * Writes little-endian integers and length-prefixed texts into a buffer that grows up to a limit.
 *
 * Every method refuses a value that its bytes cannot hold: nothing is wrapped, cut or replaced.
 */
export class ByteWriter {
  readonly #maxLength: number;
  #bytes = new Uint8Array(512);
  #length = 0;

  /** @param maxLength - How many bytes may be written at most. */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  uint16(value: number): void {
    this.#littleEndian(value, 2, 0, 0xffff);
  }

  /** Writes a signed integer in two's complement. */
  int16(value: number): void {
    this.#littleEndian(value, 2, -0x8000, 0x7fff);
  }

  uint32(value: number): void {
    this.#littleEndian(value, 4, 0, 0xffff_ffff);
  }

  /** Writes bytes as they are, without a length. */
  bytes(value: Uint8Array): void {
    const start = this.#reserve(value.length);
    this.#bytes.set(value, start);
  }

  /** Writes a text: a uint16 with the number of its bytes, then the bytes, UTF-8. */
  string(value: string): void {
    if (!value.isWellFormed()) throw unwritable('a text holds half of a surrogate pair');
    const length = utf8Length(value);
    this.uint16(length);
    const start = this.#reserve(length);
    encoder.encodeInto(value, this.#bytes.subarray(start, start + length));
  }

  /** Returns what was written, in an array of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #littleEndian(value: number, size: 2 | 4, min: number, max: number): void {
    if (!Number.isInteger(value) || value < min || value > max) {
      throw unwritable(`${value} is no integer from ${min} to ${max}`);
    }
    const start = this.#reserve(size);
    for (let index = 0; index < size; index++) this.#bytes[start + index] = value >> (8 * index);
  }

  /** Makes room for so many more bytes, and returns where they begin. */
  #reserve(count: number): number {
    const start = this.#length;
    const end = start + count;
    if (end > this.#maxLength) throw unwritable(`more than ${this.#maxLength} bytes`);
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.#maxLength, Math.max(end, 2 * this.#bytes.length)));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#length = end;
    return start;
  }
}

function unwritable(fault: string): AccessTokenError {
  return new AccessTokenError('ERR_SERVICE', `services: the token cannot hold them: ${fault}`, {
    argument: 'services',
  });
}
