/**
 * Texts that others wrote, made safe to read: what is invisible is written out, what is long is cut.
 */

/** How many characters of a text are shown. */
const SHOWN = 400;

/** Shows what cannot be seen, or turns the text around it, as an escape. */
export function visible(text: string): string {
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
  return cut.toWellFormed().replace(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, escaped);
}

/** Writes a text in quotes, so that white space around it shows. */
export function quoted(text: string): string {
  return visible(JSON.stringify(text));
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
