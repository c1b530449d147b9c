/**
 * Untrusted strings, made safe to read: cut, and with invisible characters escaped.
 */
import { escapeUnprintable } from '../redact.js';

/** How many characters of a string are shown. */
const MAX_LENGTH = 400;

/** Formats a string, cut at 400 characters. */
export function displayText(text: string): string {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}… (${text.length} characters)` : text;
  return escapeUnprintable(cut);
}

/** Formats a value as JSON, so that strings are quoted. */
export function displayJson(value: unknown): string {
  return displayText(JSON.stringify(value));
}
