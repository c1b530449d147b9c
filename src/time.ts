/**
 * Times as a message shows them.
 */

/** Writes a Unix time as UTC, such as `2026-11-24T16:00:00Z`. */
export function isoTime(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

const UNITS = [
  [24 * 60 * 60, 'days'],
  [60 * 60, 'h'],
  [60, 'min'],
] as const;

/** Writes a duration in the largest unit of which it has two, rounded down, such as `93 s`, `52 min` or `3 h`. */
export function durationText(seconds: number): string {
  for (const [length, unit] of UNITS) {
    if (seconds >= 2 * length) return `${Math.floor(seconds / length)} ${unit}`;
  }
  return `${Math.floor(seconds)} s`;
}
