/**
 * Canonical base64 (RFC 4648 §4): padded, no characters but those of the alphabet, unused bits zero. So all bytes have
 * one text alone.
 */
import { refuseAt } from '../errors.js';
import { overwrite } from './bytes.js';
import { encoder } from './utf8.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The six bits that each byte of a text stands for; −1 if it stands for none. */
const SIX_BITS = new Int8Array(256).fill(-1);
for (let index = 0; index < ALPHABET.length; index++) SIX_BITS[ALPHABET.charCodeAt(index)] = index;

/** Where short texts are decoded; nothing stays there. */
const workspace = new Uint8Array(4096);
const workspaceView = new DataView(workspace.buffer);

/**
 * Puts what a text stands for at the beginning of an array with as many bytes as it has characters, or more. All of the
 * array may be written over.
 *
 * @param view - The same bytes.
 * @returns How many bytes they are; −1 if the text is not canonical.
 */
export type Base64Decoder = (text: string, bytes: Uint8Array, view: DataView) => number;

/** Decodes by what every platform has. */
export const decodeCanonical: Base64Decoder = (text, bytes, view) => {
  // Characters beyond ASCII take more bytes than there are characters.
  const { written } = encoder.encodeInto(text, bytes);
  return written === text.length ? decodeInPlace(view, written) : -1;
};

/**
 * Decodes a text from `start` to its end.
 *
 * @param use - Takes the bytes, as the first so many of a view; they are gone afterwards.
 * @throws AccessTokenError `ERR_TOKEN_BASE64`
 */
export function decodeBase64<Result>(
  text: string,
  start: number,
  use: (bytes: DataView<ArrayBuffer>, length: number) => Result,
  decode: Base64Decoder = decodeCanonical,
): Result {
  const isShort = text.length <= workspace.length;
  const bytes = isShort ? workspace : new Uint8Array(text.length);
  const view = isShort ? workspaceView : new DataView(bytes.buffer);
  let length = -1;
  try {
    length = decode(text.slice(start), bytes, view);
    if (length < 0) refuseText(text, start);
    return use(view, length);
  } finally {
    // What is canonical takes a byte a character, at most.
    overwrite(bytes, 0, length < 0 ? bytes.length : text.length);
  }
}

/** Returns the first bytes of a view, not a copy of them. */
export function firstBytes(view: DataView<ArrayBuffer>, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, length);
}

/** Decodes so many characters, in ASCII, where they stand. */
function decodeInPlace(bytes: DataView, textLength: number): number {
  if (textLength % 4 !== 0) return -1;
  // Padding is read as if its bits were zero, as those before it have to be that belong to no byte.
  let padding = 0;
  for (; padding < 2 && textLength > 0 && bytes.getUint8(textLength - 1 - padding) === PAD; padding++) {
    bytes.setUint8(textLength - 1 - padding, ZERO);
  }
  let length = 0;
  for (let at = 0; at < textLength; at += 4) {
    const four = bytes.getInt32(at);
    // A character that stands for nothing makes the whole negative.
    const bits =
      (sixBits(four >>> 24) << 18) |
      (sixBits(four >>> 16) << 12) |
      (sixBits(four >>> 8) << 6) |
      sixBits(four);
    if (bits < 0) return -1;
    // Of the four bytes that are written, the next ones overwrite the last.
    bytes.setInt32(length, bits << 8);
    length += 3;
  }
  for (; padding > 0; padding--) if (bytes.getUint8(--length) !== 0) return -1;
  return length;
}

/** The code of `=`. */
export const PAD = 0x3d;
/** The code of `A`. */
const ZERO = 0x41;

/** The six bits that a character stands for, which is in the low eight bits; −1 if it stands for none. */
function sixBits(character: number): number {
  return SIX_BITS[character & 0xff] ?? 0;
}

/** Refuses a text that is not canonical base64, and says why. */
function refuseText(text: string, start: number): never {
  const body = text.slice(start).replace(/={1,2}$/u, '');
  const foreign = body.search(/[^A-Za-z0-9+/]/u);
  if (foreign >= 0) refuseAtCharacter(start + foreign, describeForeign(body.charAt(foreign)));
  if ((text.length - start) % 4 !== 0)
    refuseAtCharacter(text.length, 'its length is no multiple of 4: was it cut?');
  refuseAtCharacter(start + body.length - 1, 'bits after the last byte are set');
}

function describeForeign(character: string): string {
  if (character === '-' || character === '_')
    return 'it has letters of base64url: use + and / instead of - and _';
  if (character === ' ') return 'it has a space: a + that was not escaped in a URL?';
  if (character === '%') return 'it is percent-encoded: decode it first';
  if (/\s/u.test(character)) return 'it has white space: remove it';
  return 'it has a character that is not in the alphabet';
}

function refuseAtCharacter(offset: number, fault: string): never {
  refuseAt('ERR_TOKEN_BASE64', `not canonical base64 at character ${offset}: ${fault}`, offset);
}
