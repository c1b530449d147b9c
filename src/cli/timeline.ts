/**
 * Draws when a token and its privileges end, as text.
 *
 *     ├━━━━━━━━●─────────────────◇┤      issued, now, time to renew, end
 */

/** A bar of the drawing. */
export interface Bar {
  /** Null: it does not end. */
  readonly end: number | null;
  /** Where to renew, if it is marked here. */
  readonly renewAt?: number | null;
}

/** What all bars have in common; times are Unix times in seconds. */
export interface Frame {
  /** Null: not known. */
  readonly issued: number | null;
  readonly now: number;
  /** How many characters a bar has, at least 3. */
  readonly width: number;
}

/** Draws the bars, all on one scale; each text has the width of the frame. */
export function drawBars(bars: readonly Bar[], frame: Frame): readonly string[] {
  const scale = scaleOf(bars, frame);
  return bars.map((bar) => drawBar(bar, frame, scale));
}

/** The times at the first and the last column. */
interface Scale {
  readonly from: number;
  readonly to: number;
}

/** Spans all bars; and now, unless it is so far away that they would vanish. */
function scaleOf(bars: readonly Bar[], { issued, now }: Frame): Scale {
  const ends = bars.flatMap(({ end }) => (end === null ? [] : [end]));
  const begin = issued ?? Math.min(now, ...ends);
  const end = Math.max(begin + 1, ...ends);
  const span = end - begin;
  return {
    from: now < begin && begin - now <= span ? now : begin,
    to: now > end && now - end <= span ? now : end,
  };
}

function drawBar({ end, renewAt }: Bar, { issued, now, width }: Frame, { from, to }: Scale): string {
  const columnOf = (time: number): number => {
    const share = Math.min(Math.max((time - from) / (to - from), 0), 1);
    return Math.round(share * (width - 1));
  };
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
  const isOnScale = now >= from && now <= to;
  // The end of what has ended is seen even where now is so close that it would cover it.
  const coversEnd = end !== null && now >= end && current <= last;
  if (isOnScale && !coversEnd) cells[current] = '●';
  return cells.join('');
}
