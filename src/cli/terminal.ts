/**
 * Output for terminals: styled text, and JSON without control characters.
 */
import { styleText } from 'node:util';
import { escapeUnprintable } from '../redact.js';
import { toHex } from '../text.js';
import type { Io, Output } from './io.js';

/** Formats data as one line of JSON, with bytes in hex. */
export function jsonLine(data: unknown): string {
  const json = JSON.stringify(data, (_, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value));
  return `${escapeUnprintable(json)}\n`;
}

/** Styles a string, or returns it as it is. */
export type Style = (format: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string) => string;

/** Returns the styles for an output: none unless it is a terminal, with `NO_COLOR` set, or on a dumb terminal. */
export function styleFor({ isTTY }: Output, { env }: Io): Style {
  const hasNoColor = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  if (isTTY !== true || hasNoColor || env['TERM'] === 'dumb') return (_, text) => text;
  return (format, text) => styleText(format, text, { validateStream: false });
}
