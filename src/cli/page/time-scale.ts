/**
 * Where a point in time lies on the drawing of a timeline.
 */
import type { Timeline } from '../../web.js';

/** The times at the left and at the right end, in Unix time. */
export interface TimeScale {
  readonly from: number;
  readonly to: number;
}

/** Spans all of a timeline; and now, unless it is so far away that the rest would vanish. */
export function scaleOf({ issued, end, privileges }: Timeline, now: number): TimeScale {
  const ends = [end, ...privileges.map((privilege) => privilege.end)].filter((time) => time !== null);
  const first = issued ?? Math.min(now, ...ends);
  const last = Math.max(first + 1, ...ends);
  const span = last - first;
  return {
    from: now < first && first - now <= span ? now : first,
    to: now > last && now - last <= span ? now : last,
  };
}

/** Returns where a time lies: 0 at the left end, 1 at the right end, and no farther. */
export function shareOf(time: number, { from, to }: TimeScale): number {
  return Math.min(Math.max((time - from) / (to - from), 0), 1);
}
