/**
 * The scale of a drawn timeline: which times its left and right end stand for.
 */

/** The times at both ends, in Unix time. */
export interface TimeScale {
  readonly from: number;
  readonly to: number;
}

/**
 * Creates a scale that covers the issue time and all ends; null means that there is none. It covers `now` as well,
 * unless that would shrink the rest to less than half.
 */
export function timeScale(issued: number | null, ends: readonly (number | null)[], now: number): TimeScale {
  const times = ends.filter((end) => end !== null);
  const first = issued ?? Math.min(now, ...times);
  const last = Math.max(first + 1, ...times);
  const span = last - first;
  return {
    from: now < first && first - now <= span ? now : first,
    to: now > last && now - last <= span ? now : last,
  };
}

/** Returns the position of a time on a scale: 0 at the left end or before it, 1 at the right end or after it. */
export function positionOf(time: number, { from, to }: TimeScale): number {
  return Math.min(Math.max((time - from) / (to - from), 0), 1);
}
