/**
 * Canonical base64 (RFC 4648 §4): padded, no characters but those of the alphabet, unused bits zero. So all bytes have
 * one text alone.
 */
import { AccessTokenError } from '../errors.js';
import { encoder } from './utf8.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The six bits that each byte of a text stands for; −1 if it stands for none. */
const SIX_BITS = Int8Array.from({ length: 256 }, (_, code) => ALPHABET.indexOf(String.fromCharCode(code)));

/** Where short texts are decoded; nothing stays there. */
const workspace = new Uint8Array(4096);

/**
 * Decodes a text from `start` to its end.
 *
 * @param use - Takes the bytes, which are gone afterwards.
 * @throws AccessTokenError `ERR_TOKEN_BASE64`
 */
export function decodeBase64<Result>(
  text: string,
  start: number,
  use: (bytes: Uint8Array) => Result,
): Result {
  const bytes = text.length <= workspace.length ? workspace : new Uint8Array(text.length);
  // Characters beyond ASCII take more bytes than there are characters.
  const { written } = encoder.encodeInto(text, bytes);
  try {
    const length = written === text.length ? decodeInPlace(bytes, start, written) : -1;
    if (length < 0) throw base64Error(text, start);
    return use(bytes.subarray(0, length));
  } finally {
    bytes.fill(0, 0, written);
  }
}

/** Puts what the characters between two places stand for at the beginning; −1 if they are not canonical. */
function decodeInPlace(bytes: Uint8Array, start: number, end: number): number {
  if ((end - start) % 4 !== 0) return -1;
  const padding = end === start || bytes[end - 1] !== PAD ? 0 : bytes[end - 2] !== PAD ? 1 : 2;
  const paddedFrom = padding === 0 ? end : end - 4;
  let length = 0;
  for (let at = start; at < paddedFrom; at += 4) {
    // A character that stands for nothing makes the whole negative.
    const bits =
      sixBits(bytes, at, 18) |
      sixBits(bytes, at + 1, 12) |
      sixBits(bytes, at + 2, 6) |
      sixBits(bytes, at + 3, 0);
    if (bits < 0) return -1;
    bytes[length++] = bits >> 16;
    bytes[length++] = bits >> 8;
    bytes[length++] = bits;
  }
  if (padding === 0) return length;
  const last = padding === 1 ? sixBits(bytes, end - 2, 6) : 0;
  const bits = sixBits(bytes, end - 4, 18) | sixBits(bytes, end - 3, 12) | last;
  bytes[length++] = bits >> 16;
  if (padding === 1) bytes[length++] = bits >> 8;
  const unused = bits & (padding === 1 ? 0xff : 0xffff);
  return bits < 0 || unused !== 0 ? -1 : length;
}

const PAD = 0x3d;

function sixBits(bytes: Uint8Array, at: number, shift: number): number {
  return (SIX_BITS[bytes[at] ?? 0] ?? -1) << shift;
}

/** Says why a text is not canonical base64. */
function base64Error(text: string, start: number): AccessTokenError {
  const body = text.slice(start).replace(/={1,2}$/u, '');
  const foreign = body.search(/[^A-Za-z0-9+/]/u);
  if (foreign >= 0) return notBase64(describeForeign(body.charAt(foreign)), start + foreign);
  if ((text.length - start) % 4 !== 0)
    return notBase64('its length is no multiple of 4: was it cut?', text.length);
  return notBase64('bits after the last byte are set', start + body.length - 1);
}

function describeForeign(character: string): string {
  if (character === '-' || character === '_')
    return 'it has letters of base64url: use + and / instead of - and _';
  if (character === ' ') return 'it has a space: a + that was not escaped in a URL?';
  if (character === '%') return 'it is percent-encoded: decode it first';
  if (/\s/u.test(character)) return 'it has white space: remove it';
  return 'it has a character that is not in the alphabet';
}

function notBase64(fault: string, offset: number): AccessTokenError {
  return new AccessTokenError(
    'ERR_TOKEN_BASE64',
    `token: not canonical base64 at character ${offset}: ${fault}`,
    {
      offset,
    },
  );
}
