/**
 * Makes untrusted strings safe to display: shortens them, and escapes invisible characters.
 */
import { escapeUnprintable } from '../redact.js';

/** The maximum number of characters to show. */
const MAX_LENGTH = 400;

/** Formats a string, shortened to 400 characters. */
export function displayText(text: string): string {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}… (${text.length} characters)` : text;
  return escapeUnprintable(cut);
}

/** Formats a value as JSON, which puts strings in quotes. */
export function displayJson(value: unknown): string {
  return displayText(JSON.stringify(value));
}
