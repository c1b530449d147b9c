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

/** Up to so many bytes, text in ASCII is put together here in less time than a call of the decoder takes. */
const SHORT = 64;

/**
 * Reads the text between two places.
 *
 * @throws TypeError if it is not UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT || !isAscii(bytes, start, end)) return decoder.decode(bytes.subarray(start, end));
  let text = '';
  let at = start;
  for (; at + 8 <= end; at += 8) {
    text += String.fromCharCode(
      bytes[at] ?? 0,
      bytes[at + 1] ?? 0,
      bytes[at + 2] ?? 0,
      bytes[at + 3] ?? 0,
      bytes[at + 4] ?? 0,
      bytes[at + 5] ?? 0,
      bytes[at + 6] ?? 0,
      bytes[at + 7] ?? 0,
    );
  }
  for (; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let bits = 0;
  for (let at = start; at < end; at++) bits |= bytes[at] ?? 0;
  return bits < 0x80;
}
