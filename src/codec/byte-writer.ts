import { refuseAs } from '../errors.js';
import { encoder, utf8Length } from './utf8.js';

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
    if (this.#ascii(value)) return;
    const length = utf8Length(value);
    const start = this.#reserveText(length);
    if (!value.isWellFormed()) {
      this.#refuse('a text holds half of a surrogate pair', 'pass well-formed Unicode');
    }
    encoder.encodeInto(value, this.#bytes.subarray(start, start + length));
  }

  /** Writes a text whose characters take a byte each, as nearly all do; of any other, nothing stays. */
  #ascii(value: string): boolean {
    const start = this.#reserveText(value.length);
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

  /** Writes of how many bytes a text is, and makes room for them. */
  #reserveText(length: number): number {
    this.uint16(length);
    return this.#reserve(length);
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
