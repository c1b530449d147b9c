export const encoder: InstanceType<typeof TextEncoder> = new TextEncoder();

/** Returns the UTF-8 length of a string in bytes, without encoding it. */
export function utf8Length(value: string): number {
  let length = value.length;
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    if (unit <= 0x7f) continue;
    // A surrogate pair takes four bytes, so each half counts as two.
    length += unit <= 0x7ff || (unit & 0xf800) === 0xd800 ? 1 : 2;
  }
  return length;
}

// Keep a byte order mark, because it is part of the signed string.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes the bytes from `start` to `end` as UTF-8.
 * @throws TypeError if the bytes are not valid UTF-8.
 */
export type DecodeUtf8 = (bytes: Uint8Array, start: number, end: number) => string;

/** Decodes UTF-8 with `TextDecoder`, which is available on every platform. */
export const decodeUtf8: DecodeUtf8 = (bytes, start, end) => decoder.decode(bytes.subarray(start, end));
