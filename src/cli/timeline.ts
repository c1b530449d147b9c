/**
 * Draws the lifetimes of a token and its privileges as text.
 *
 *     ├━━━━━━━━●─────────────────◇┤      issued, now, time to renew, end
 */
import { type TimeScale, positionOf, timeScale } from '../page/time-scale.js';

/** One bar; times are Unix times in seconds. */
export interface Bar {
  /** Null if it never ends. */
  readonly end: number | null;
  /** The renewal time, if this bar marks it. */
  readonly renewAt?: number | null;
}

/** The properties that all bars share. */
export interface Frame {
  /** Null if unknown. */
  readonly issued: number | null;
  readonly now: number;
  /** The width of a bar in characters, at least 3. */
  readonly width: number;
}

/** Draws bars on one scale; each string has the width of the frame. */
export function drawBars(bars: readonly Bar[], frame: Frame): readonly string[] {
  const ends = bars.map(({ end }) => end);
  const scale = timeScale(frame.issued, ends, frame.now);
  return bars.map((bar) => drawBar(bar, frame, scale));
}

function drawBar({ end, renewAt }: Bar, { issued, now, width }: Frame, scale: TimeScale): string {
  const columnOf = (time: number): number => Math.round(positionOf(time, scale) * (width - 1));
  const first = issued === null ? 0 : columnOf(issued);
  const last = end === null ? width - 1 : Math.max(columnOf(end), Math.min(first + 1, width - 1));
  const current = columnOf(now);
  const cells = Array.from({ length: width }, (_, column): string => {
    if (column < first || column > last) return ' ';
    return column <= current ? '━' : '─';
  });
  if (renewAt !== undefined && renewAt !== null) {
    cells[Math.min(columnOf(renewAt), Math.max(last - 1, 0))] = '◇';
  }
  if (issued !== null) cells[first] = '├';
  cells[last] = end === null ? '→' : '┤';
  const isOnScale = now >= scale.from && now <= scale.to;
  // If both are in the same column, show a past end instead of now.
  const coversEnd = end !== null && now >= end && current <= last;
  if (isOnScale && !coversEnd) cells[current] = '●';
  return cells.join('');
}
