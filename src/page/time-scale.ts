/**
 * The scale of a timeline drawing: the times at its left and right end.
 */

/** The times at both ends, in Unix time. */
export interface TimeScale {
  readonly from: number;
  readonly to: number;
}

/**
 * Creates a scale that covers the time of issue and all ends; a null is ignored. The scale also covers `now`, unless
 * that would leave less than half of the width for the rest.
 */
export function timeScale(issued: number | null, ends: readonly (number | null)[], now: number): TimeScale {
  const times = ends.filter((end) => end !== null);
  const first = issued ?? Math.min(now, ...times);
  const last = Math.max(first + 1, ...times);
  const span = last - first;
  return { from: now < first && first - now <= span ? now : first, to: now > last && now - last <= span ? now : last };
}

/** Returns the position of a time on a scale: from 0 (at or before the left end) to 1 (at or after the right end). */
export function positionOf(time: number, { from, to }: TimeScale): number {
  return Math.min(Math.max((time - from) / (to - from), 0), 1);
}
