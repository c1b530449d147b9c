import { refuseAt } from '../errors.js';
import { copyOf } from './bytes.js';
import { type Utf8Decoder, decodeUtf8 } from './utf8.js';

/** Reads what {@link ByteWriter} writes; every error names the offset at which it arose. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #decode: Utf8Decoder;
  #offset: number;

  /**
   * @param offset - Where reading begins.
   * @param decode - Reads the texts.
   */
  constructor(bytes: Uint8Array, offset = 0, decode: Utf8Decoder = decodeUtf8) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#decode = decode;
  }

  /** How many bytes have been read, or passed over at the beginning. */
  get offset(): number {
    return this.#offset;
  }

  uint16(): number {
    return this.#uint16At(this.#take(2));
  }

  /** Reads a signed integer in two's complement. */
  int16(): number {
    return (this.uint16() << 16) >> 16;
  }

  uint32(): number {
    const start = this.#take(4);
    return (this.#uint16At(start) | (this.#uint16At(start + 2) << 16)) >>> 0;
  }

  /** Reads so many bytes, into an array of their own. */
  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return copyOf(this.#bytes, start, start + length);
  }

  /** Reads a text: a uint16 with the number of its bytes, then the bytes, UTF-8. */
  string(): string {
    const length = this.uint16();
    const start = this.#take(length);
    try {
      return this.#decode(this.#bytes, start, start + length);
    } catch {
      refuseAt('ERR_TOKEN_UTF8', `the text at byte ${start} of the content is not UTF-8`, start);
    }
  }

  /** Reads all bytes that are left, into an array of their own. */
  rest(): Uint8Array {
    return this.bytes(this.#bytes.length - this.#offset);
  }

  /**
   * Refuses bytes that are left.
   *
   * @param last - What they follow.
   */
  end(last: string): void {
    const left = this.#bytes.length - this.#offset;
    if (left === 0) return;
    const fault = `${left} bytes follow ${last}, from byte ${this.#offset} of the content`;
    refuseAt('ERR_TOKEN_TRAILING_BYTES', fault, this.#offset);
  }

  #uint16At(start: number): number {
    return (this.#bytes[start] ?? 0) | ((this.#bytes[start + 1] ?? 0) << 8);
  }

  /** Steps over so many bytes, and returns where they begin. */
  #take(count: number): number {
    const start = this.#offset;
    const left = this.#bytes.length - start;
    if (count > left) refuseEnd(start, left, count);
    this.#offset = start + count;
    return start;
  }
}

/** Kept out of `#take`, which stays short enough for V8 to inline. */
function refuseEnd(offset: number, left: number, expected: number): never {
  const fault = `the content ends early: expected ${expected} bytes at byte ${offset}, got ${left}`;
  refuseAt('ERR_TOKEN_TRUNCATED', fault, offset);
}
