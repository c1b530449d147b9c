/**
 * Output that is safe for terminals: styled text, and JSON without control characters.
 */
import { escapeUnprintable } from '../redact.js';
import { toHex } from '../text.js';
import type { Io, Output } from './io.js';

/** Formats data as one line of JSON, with bytes in hex. */
export function jsonLine(data: unknown): string {
  const json = JSON.stringify(data, (_, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value));
  return `${escapeUnprintable(json)}\n`;
}

/** The SGR codes that turn each style on and off. (`util.styleText` needs Node.js 20.12.) */
const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Styles a string, or returns it unchanged if styles are off. */
export type Style = (style: keyof typeof STYLES, text: string) => string;

/** Returns the styles for an output. There are none if it is not a terminal, is a dumb one, or `NO_COLOR` is set. */
export function styleFor({ isTTY }: Output, { env }: Io): Style {
  const hasNoColor = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  if (isTTY !== true || hasNoColor || env['TERM'] === 'dumb') return (_, text) => text;
  return (style, text) => {
    const [on, off] = STYLES[style];
    return `\x1b[${on}m${text}\x1b[${off}m`;
  };
}
