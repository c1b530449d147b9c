/** Writes UTF-8. */
export const encoder: InstanceType<typeof TextEncoder> = new TextEncoder();

/** How many bytes a text takes in UTF-8, without writing them. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit <= 0x7f) continue;
    // Each half of a surrogate pair stands for two of the four bytes.
    length += unit <= 0x7ff || (unit & 0xf800) === 0xd800 ? 1 : 2;
  }
  return length;
}

// A byte order mark is a character like any other: it was signed, so it is kept.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the text between two places.
 *
 * @throws TypeError if it is not UTF-8.
 */
export type Utf8Decoder = (bytes: Uint8Array, start: number, end: number) => string;

/** Reads a text by what every platform has. */
export const decodeUtf8: Utf8Decoder = (bytes, start, end) => decoder.decode(bytes.subarray(start, end));
