/**
 * Points in time and durations, as people read them.
 */

/** Writes Unix time in the time zone of this machine: `2026-11-24 17:42:51`. */
export function localTime(seconds: number): string {
  const date = new Date(Math.floor(seconds) * 1000);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** Writes Unix time as UTC: `2026-11-24T16:42:51Z`. */
export function utcTime(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** Writes a duration in its largest unit, and an hour or day also in the next: `52 min`, `3 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const at = UNITS.findIndex(([, size]) => whole >= size);
  const [unit, size] = UNITS[at] ?? ['s', 1];
  const first = `${Math.floor(whole / size)} ${unit}`;
  const [nextUnit, nextSize] = UNITS[at + 1] ?? ['s', 1];
  const rest = Math.floor((whole % size) / nextSize);
  return size < 3600 || rest === 0 ? first : `${first} ${rest} ${nextUnit}`;
}

/** Writes a point in time as seen from now: `in 52 min`, `3 h ago`. */
export function relative(moment: number, now: number): string {
  const seconds = Math.floor(moment) - Math.floor(now);
  if (seconds === 0) return 'now';
  return seconds > 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} ago`;
}
