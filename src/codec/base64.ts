/**
 * Canonical base64 (RFC 4648 §4): with padding, without characters outside the alphabet, and with zeros as unused bits.
 * Every byte sequence has exactly one such encoding.
 */
import { formatError } from '../errors.js';
import { encoder } from './utf8.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The six bits that each character encodes, by character code; −1 outside the alphabet. */
const SIX_BITS: Int8Array = /* @__PURE__ */ sixBitsByCode();

function sixBitsByCode(): Int8Array {
  const bits = new Int8Array(256).fill(-1);
  for (let index = 0; index < ALPHABET.length; index++) bits[ALPHABET.charCodeAt(index)] = index;
  return bits;
}

const PADDING = 0x3d;
const ZERO = 0x41;

/** The decoded bytes: the first `length` bytes of a view. The next call overwrites them. */
export interface DecodedBase64 {
  readonly view: DataView<ArrayBuffer>;
  readonly length: number;
}

/** The buffer in which short strings are decoded. */
const scratch = /* @__PURE__ */ new DataView(new ArrayBuffer(4096));
const scratchBytes = /* @__PURE__ */ new Uint8Array(scratch.buffer);

/**
 * Decodes a string from `start` to its end.
 * @throws AccessTokenError `ERR_TOKEN_BASE64`, with the offset of the first bad character of `text`.
 */
export function decodeBase64(text: string, start: number): DecodedBase64 {
  const isShort = text.length <= scratch.byteLength;
  const bytes = isShort ? scratchBytes : new Uint8Array(text.length);
  const view = isShort ? scratch : new DataView(bytes.buffer);
  const encoded = text.slice(start);
  // Non-ASCII characters take more than one byte.
  const { written } = encoder.encodeInto(encoded, bytes);
  const length = written === encoded.length ? decodeInPlace(view, written) : -1;
  if (length < 0) throwNotCanonical(text, start);
  return { view, length };
}

export function copyDecoded({ view, length }: DecodedBase64): Uint8Array {
  return new Uint8Array(view.buffer, 0, length).slice();
}

/**
 * Decodes the first `encodedLength` bytes in place.
 * @returns The number of decoded bytes, or −1 if the encoding is not canonical.
 */
function decodeInPlace(view: DataView, encodedLength: number): number {
  if (encodedLength % 4 !== 0) return -1;
  // Padding is decoded as zero bits. The resulting bytes must be zero, and are dropped.
  let padding = 0;
  for (; padding < 2 && padding < encodedLength; padding++) {
    const last = encodedLength - 1 - padding;
    if (view.getUint8(last) !== PADDING) break;
    view.setUint8(last, ZERO);
  }
  let length = 0;
  for (let index = 0; index < encodedLength; index += 4) {
    const four = view.getInt32(index);
    // Negative if any of the four characters is not in the alphabet.
    const bits =
      (sixBits(four >>> 24) << 18) | (sixBits(four >>> 16) << 12) | (sixBits(four >>> 8) << 6) | sixBits(four);
    if (bits < 0) return -1;
    // Writes three bytes, and a fourth that the next iteration overwrites.
    view.setInt32(length, bits << 8);
    length += 3;
  }
  for (; padding > 0; padding--) if (view.getUint8(--length) !== 0) return -1;
  return length;
}

function sixBits(character: number): number {
  return SIX_BITS[character & 0xff] ?? 0;
}

function throwNotCanonical(text: string, start: number): never {
  const body = text.slice(start).replace(/={1,2}$/u, '');
  const foreign = body.search(/[^A-Za-z0-9+/]/u);
  if (foreign >= 0) throwAt(start + foreign, ...explainCharacter(body.charAt(foreign)));
  if ((text.length - start) % 4 !== 0) {
    throwAt(text.length, 'its length is not a multiple of 4', 'pass the whole token; it may have been cut');
  }
  throwAt(start + body.length - 1, 'unused bits are not zero', 'pass the token exactly as it was minted');
}

function explainCharacter(character: string): [problem: string, hint: string] {
  if (character === '-' || character === '_') return ['it has base64url characters', 'use + and / instead of - and _'];
  if (character === ' ') return ['it has a space', 'escape + as %2B when the token is sent in a URL'];
  if (character === '%') return ['it is percent-encoded', 'decode it first'];
  if (/\s/u.test(character)) return ['it has whitespace', 'remove it'];
  return ['it has a character outside the alphabet', 'pass the token exactly as it was minted'];
}

function throwAt(offset: number, problem: string, hint: string): never {
  const message = `not canonical base64 at character ${offset}: ${problem}`;
  throw formatError('ERR_TOKEN_BASE64', message, hint, offset);
}
