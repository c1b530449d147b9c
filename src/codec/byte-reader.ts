import { formatError } from '../errors.js';
import { type DecodeUtf8, decodeUtf8 } from './utf8.js';

/** Reads what {@link ByteWriter} writes. Every error contains the offset of the value that could not be read. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #decodeUtf8: DecodeUtf8;
  #offset: number;

  constructor(bytes: Uint8Array, offset = 0, decode: DecodeUtf8 = decodeUtf8) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#decodeUtf8 = decode;
  }

  get offset(): number {
    return this.#offset;
  }

  uint16(): number {
    return this.#uint16At(this.#advance(2));
  }

  int16(): number {
    return (this.uint16() << 16) >> 16;
  }

  uint32(): number {
    const start = this.#advance(4);
    return (this.#uint16At(start) | (this.#uint16At(start + 2) << 16)) >>> 0;
  }

  /** Reads `length` bytes and returns a copy of them. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.slice(start, start + length);
  }

  /** Reads a string: its length in bytes as a uint16, then its bytes in UTF-8. */
  string(): string {
    const length = this.uint16();
    const start = this.#advance(length);
    try {
      return this.#decodeUtf8(this.#bytes, start, start + length);
    } catch {
      const problem = `the string at byte ${start} of the content is not valid UTF-8`;
      throw formatError('ERR_TOKEN_UTF8', problem, 'mint a new token', start);
    }
  }

  /** Reads all remaining bytes and returns a copy of them. */
  rest(): Uint8Array {
    return this.bytes(this.#bytes.length - this.#offset);
  }

  /**
   * Throws if bytes are left.
   * @param last - The name of the last value, for the message.
   */
  end(last: string): void {
    const left = this.#bytes.length - this.#offset;
    if (left === 0) return;
    const problem = `${left} bytes follow ${last}, from byte ${this.#offset} of the content`;
    throw formatError('ERR_TOKEN_TRAILING_BYTES', problem, 'mint a new token', this.#offset);
  }

  #uint16At(start: number): number {
    return (this.#bytes[start] ?? 0) | ((this.#bytes[start + 1] ?? 0) << 8);
  }

  /** Skips `count` bytes and returns the offset of the first one. */
  #advance(count: number): number {
    const start = this.#offset;
    const left = this.#bytes.length - start;
    if (count > left) throwTruncated(start, left, count);
    this.#offset = start + count;
    return start;
  }
}

/** Throws for missing bytes. A separate function, so that V8 inlines `#advance`. */
function throwTruncated(offset: number, left: number, expected: number): never {
  const problem = `the content ends early: expected ${expected} bytes at byte ${offset}, got ${left}`;
  throw formatError('ERR_TOKEN_TRUNCATED', problem, 'mint a new token', offset);
}
