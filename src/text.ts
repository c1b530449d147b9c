/** Formats times, durations and bytes as strings. */

/** Formats Unix time as UTC: `2026-11-24T16:00:00Z`. */
export function formatUtc(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

const UNITS = [
  [24 * 60 * 60, 'days', 'd'],
  [60 * 60, 'h', 'h'],
  [60, 'min', 'min'],
  [1, 's', 's'],
] as const;
const SECOND = UNITS[3];

/** Formats a duration, rounded down, in the largest unit that gives at least 2: `93 s`, `52 min`, `3 h`. */
export function formatDuration(seconds: number): string {
  const [length, unit] = UNITS.find(([size]) => seconds >= 2 * size) ?? SECOND;
  return `${Math.floor(seconds / length)} ${unit}`;
}

/** Formats a duration, rounded down, in one unit or, from an hour on, in two units: `52 min`, `3 h 5 min`. */
export function formatLongDuration(seconds: number): string {
  const index = UNITS.findIndex(([size]) => seconds >= size);
  const [length, , unit] = UNITS[index] ?? SECOND;
  const [nextLength, , nextUnit] = UNITS[index + 1] ?? SECOND;
  const first = `${Math.floor(seconds / length)} ${unit}`;
  const rest = Math.floor((seconds % length) / nextLength);
  return length < 60 * 60 || rest === 0 ? first : `${first} ${rest} ${nextUnit}`;
}

/** Formats a time relative to now: `in 52 min`, `3 h ago`. */
export function formatRelative(time: number, now: number): string {
  const seconds = Math.floor(time - now);
  if (seconds === 0) return 'now';
  return seconds > 0 ? `in ${formatLongDuration(seconds)}` : `${formatLongDuration(-seconds)} ago`;
}

/** Formats Unix time in the time zone of this machine: `2026-11-24 17:42:51`. */
export function formatLocal(seconds: number): string {
  return formatUtc(seconds + utcOffset(seconds))
    .slice(0, -1)
    .replace('T', ' ');
}

/** Formats the offset of this machine's time zone from UTC: `+01:00`. */
export function formatUtcOffset(seconds: number): string {
  const offset = utcOffset(seconds);
  return `${offset < 0 ? '-' : '+'}${formatUtc(Math.abs(offset)).slice(11, 16)}`;
}

function utcOffset(seconds: number): number {
  return -60 * new Date(seconds * 1000).getTimezoneOffset();
}

/** Formats bytes as lower-case hex digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
