/** Times, durations and bytes as strings. */

/** Formats Unix time as UTC: `2026-11-24T16:00:00Z`. */
export function formatUtc(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

const UNITS = [
  [24 * 60 * 60, 'days'],
  [60 * 60, 'h'],
  [60, 'min'],
] as const;

/** Formats a duration, rounded down, in the largest unit that gives at least 2: `93 s`, `52 min`, `3 h`. */
export function formatDuration(seconds: number): string {
  for (const [length, unit] of UNITS) {
    if (seconds >= 2 * length) return `${Math.floor(seconds / length)} ${unit}`;
  }
  return `${Math.floor(seconds)} s`;
}

/** Formats bytes in lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
