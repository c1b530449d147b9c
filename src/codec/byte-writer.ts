import { refuseAs } from '../errors.js';
import { utf8Length } from './utf8.js';

const encoder = new TextEncoder();

/** Where small contents come to be: what was written is done with before the next writer begins. */
const workspace = new Uint8Array(1024);

/**
 * Writes little-endian integers and length-prefixed texts into a buffer that grows up to a limit.
 *
 * Every method refuses a value that its bytes cannot hold: nothing is wrapped, cut or replaced.
 */
export class ByteWriter {
  readonly #maxLength: number;
  readonly #argument: string;
  #bytes = workspace;
  #length = 0;

  /**
   * @param maxLength - How many bytes may be written at most.
   * @param argument - Where the bytes come from, to be named if they are refused.
   */
  constructor(maxLength: number, argument: string) {
    this.#maxLength = maxLength;
    this.#argument = argument;
  }

  uint16(value: number): void {
    this.#check(value, 0, 0xffff);
    const start = this.#reserve(2);
    this.#bytes[start] = value;
    this.#bytes[start + 1] = value >> 8;
  }

  /** Writes a signed integer in two's complement. */
  int16(value: number): void {
    this.#check(value, -0x8000, 0x7fff);
    this.uint16(value & 0xffff);
  }

  uint32(value: number): void {
    this.#check(value, 0, 0xffff_ffff);
    this.uint16(value & 0xffff);
    this.uint16(value >>> 16);
  }

  /** Writes bytes as they are, without a length. */
  bytes(value: Uint8Array): void {
    const start = this.#reserve(value.length);
    this.#bytes.set(value, start);
  }

  /** Writes a text: a uint16 with the number of its bytes, then the bytes, UTF-8. */
  string(value: string): void {
    const length = utf8Length(value);
    this.#check(length, 0, 0xffff);
    const start = this.#reserve(2 + length);
    const bytes = this.#bytes;
    bytes[start] = length;
    bytes[start + 1] = length >> 8;
    if (length === value.length) {
      // Every character is ASCII.
      for (let index = 0; index < length; index++) bytes[start + 2 + index] = value.charCodeAt(index);
    } else if (value.isWellFormed()) {
      encoder.encodeInto(value, bytes.subarray(start + 2, start + 2 + length));
    } else {
      this.#refuse('a text holds half of a surrogate pair', 'pass well-formed Unicode');
    }
  }

  /** Returns what was written, for as long as no other writer begins. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #check(value: number, min: number, max: number): void {
    if (!Number.isInteger(value) || value < min || value > max) {
      this.#refuse(`${value} is no integer from ${min} to ${max}`, 'pass one within these bounds');
    }
  }

  /** Makes room for so many more bytes, and returns where they begin. */
  #reserve(count: number): number {
    const start = this.#length;
    const end = start + count;
    if (end > this.#maxLength) {
      this.#refuse(`more than ${this.#maxLength} bytes in all`, 'spread it over several tokens');
    }
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.#maxLength, Math.max(end, 2 * this.#bytes.length)));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#length = end;
    return start;
  }

  #refuse(fault: string, wayOut: string): never {
    refuseAs('ERR_SERVICE', this.#argument, `the token cannot hold it: ${fault}`, wayOut);
  }
}
