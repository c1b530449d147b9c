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
