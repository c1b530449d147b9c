/**
 * Points in time and durations, as people write them.
 */

/** Writes Unix time in the time zone of this machine: `2026-11-24 17:42:51 +01:00`. */
export function localTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const offset = -date.getTimezoneOffset();
  const minutes = Math.abs(offset);
  return `${day} ${time} ${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
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
  const seconds = Math.floor(moment - now);
  if (seconds === 0) return 'now';
  return seconds > 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} ago`;
}

/** Writes a point in time both ways. */
export function moment(seconds: number, now: number): string {
  return `${localTime(seconds)}, ${relative(seconds, now)}`;
}
