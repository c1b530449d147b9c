/**
 * Text that is safe on a terminal: whatever comes from a token or an argument could hold control characters.
 */
import type { Io, Output } from './io.js';

/** Control, format and separator characters, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?! )\p{Zs}/gu;

/** A token to the end of the text, or what could be an App ID or a certificate. */
const SECRET = /00[67][\w+/%= -]{40}[^]*|[0-9a-f]{32,}/giu;

/** How many characters of an argument an error shows. */
const SHOWN_LENGTH = 64;

/** Escapes what a terminal would act on, as JSON does; line breaks too. */
export function escaped(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    Array.from({ length: character.length }, (_, unit) => {
      return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}

/** Writes a text in quotes, escaped. */
export function quoted(text: string): string {
  return escaped(JSON.stringify(text));
}

/** Writes an argument in quotes for an error: escaped, cut, and with what could be a secret hidden. */
export function shown(argument: string): string {
  const open = argument.slice(0, 4096).replace(SECRET, '<hidden>');
  return quoted(open.length > SHOWN_LENGTH ? `${open.slice(0, SHOWN_LENGTH)}…` : open);
}

/** Writes data as one line of JSON, with bytes in hex, and escaped for the sake of a terminal. */
export function jsonLine(data: unknown): string {
  return `${escaped(JSON.stringify(data, (_, value: unknown) => (value instanceof Uint8Array ? hexOf(value) : value)))}\n`;
}

/** Writes bytes in hex. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Styles a text, or leaves it as it is. */
export type Style = (style: keyof typeof STYLES, text: string) => string;

/** Chooses colours for a terminal; there are none elsewhere, with `NO_COLOR`, or on a dumb terminal. */
export function styleFor({ isTTY }: Output, { env }: Io): Style {
  const hasNoColor = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  if (isTTY !== true || hasNoColor || env['TERM'] === 'dumb') return (_, text) => text;
  return (style, text) => `\x1b[${STYLES[style]}m${text}\x1b[0m`;
}
