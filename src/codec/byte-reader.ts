import { AccessTokenError } from '../errors.js';

// A byte order mark is a character like any other: it was signed, so it is kept.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads what {@link ByteWriter} writes; every error names the offset at which it arose. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes have been read. */
  get offset(): number {
    return this.#offset;
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  /** Reads a signed integer in two's complement. */
  int16(): number {
    return this.#view.getInt16(this.#take(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** Reads so many bytes, into an array of their own. */
  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.slice(start, start + length);
  }

  /** Reads a text: a uint16 with the number of its bytes, then the bytes, UTF-8. */
  string(): string {
    const length = this.uint16();
    const start = this.#take(length);
    try {
      return decoder.decode(this.#bytes.subarray(start, start + length));
    } catch {
      throw new AccessTokenError(
        'ERR_TOKEN_UTF8',
        `token: the text at byte ${start} of the content is not UTF-8`,
        {
          offset: start,
        },
      );
    }
  }

  /** Reads all bytes that are left, into an array of their own. */
  rest(): Uint8Array {
    return this.bytes(this.#bytes.length - this.#offset);
  }

  /** Refuses bytes that are left. */
  end(): void {
    const left = this.#bytes.length - this.#offset;
    if (left === 0) return;
    throw new AccessTokenError(
      'ERR_TOKEN_TRAILING_BYTES',
      `token: ${left} bytes follow the last service, from byte ${this.#offset} of the content`,
      { offset: this.#offset },
    );
  }

  /** Steps over so many bytes, and returns where they begin. */
  #take(count: number): number {
    const start = this.#offset;
    const left = this.#bytes.length - start;
    if (count > left) {
      throw new AccessTokenError(
        'ERR_TOKEN_TRUNCATED',
        `token: the content ends early: expected ${count} bytes at byte ${start}, got ${left}`,
        { offset: start },
      );
    }
    this.#offset = start + count;
    return start;
  }
}
