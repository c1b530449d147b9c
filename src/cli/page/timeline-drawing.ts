/**
 * Draws when a token and its privileges begin and end: a bar for each, all on one scale, and a line through now.
 */
import type { PrivilegeEnd, Timeline } from '../../web.js';
import { drawn } from './elements.js';
import { relative } from './moments.js';
import { privilegeName } from './privilege-names.js';
import { type TimeScale, scaleOf, shareOf } from './time-scale.js';

/** How many privileges are drawn, and listed. */
export const LISTED = 24;

/** Lengths in CSS pixels; across, all is in shares of the width, so that the drawing fits any. */
const HEIGHT = { top: 22, row: 42, label: 15, bar: 24, barHeight: 8 } as const;

/** The narrowest bar that can be seen, as a share of the width. */
const NARROWEST = 0.006;

/** A bar, and what it is of. */
interface Row {
  readonly label: string;
  /** Null: it does not end. */
  readonly end: number | null;
}

/** Draws a timeline, and says the same in words to whoever cannot see it. */
export function drawTimeline(timeline: Timeline, now: number): SVGSVGElement {
  const scale = scaleOf(timeline, now);
  const rows: readonly Row[] = [
    { label: 'Token', end: timeline.end },
    ...timeline.privileges
      .slice(0, LISTED)
      .map((privilege) => ({ label: labelOf(privilege), end: privilege.end })),
  ];
  const height = topOf(rows.length);
  return drawn(
    'svg',
    { class: 'drawing', role: 'img', 'aria-label': inWords(timeline, rows, now), width: '100%', height },
    ...rows.map((_, index) => drawBar('track', 0, 1, topOf(index))),
    ...drawNow(now, scale, height),
    ...rows.flatMap((row, index) => drawRow(row, topOf(index), timeline, now, scale)),
    ...(timeline.renewAt === null ? [] : [drawRenewal(shareOf(timeline.renewAt, scale))]),
  );
}

/** Says what a privilege is of, and allows: `rtc: Join channel`. */
export function labelOf({ service, privilege }: PrivilegeEnd): string {
  return `${service}: ${privilegeName(service, privilege)}`;
}

function inWords({ issued, renewAt }: Timeline, rows: readonly Row[], now: number): string {
  const parts = [
    ...(issued === null ? [] : [`issued ${relative(issued, now)}`]),
    ...(renewAt === null ? [] : [`to be renewed ${relative(renewAt, now)}`]),
    ...rows.map(({ label, end }) => `${label} ${endText(end, now)}`),
  ];
  return `Timeline. ${parts.join('; ')}.`;
}

function endText(end: number | null, now: number): string {
  if (end === null) return 'has no end';
  return `${end <= now ? 'ended' : 'ends'} ${relative(end, now)}`;
}

function drawRow(
  { label, end }: Row,
  top: number,
  { issued }: Timeline,
  now: number,
  scale: TimeScale,
): readonly SVGElement[] {
  const hasEnded = end !== null && end <= now;
  const from = issued === null ? 0 : shareOf(issued, scale);
  const to = end === null ? 1 : shareOf(end, scale);
  const past = Math.min(shareOf(now, scale), to);
  const y = top + HEIGHT.label;
  return [
    drawn('text', { class: 'label', x: 0, y }, label),
    drawn(
      'text',
      { class: hasEnded ? 'end ended' : 'end', x: '100%', y, 'text-anchor': 'end' },
      endText(end, now),
    ),
    drawBar(hasEnded ? 'bar ended' : 'bar', from, to, top),
    ...(!hasEnded && past > from ? [drawBar('past', from, past, top)] : []),
  ];
}

/** Draws a bar between two shares of the width, in the row that begins at `top`. */
function drawBar(className: string, from: number, to: number, top: number): SVGElement {
  const width = Math.max(to - from, NARROWEST);
  const x = percent(Math.min(from, 1 - width));
  const place = { x, y: top + HEIGHT.bar, width: percent(width), height: HEIGHT.barHeight };
  return drawn('rect', { class: className, ...place, rx: HEIGHT.barHeight / 2 });
}

function topOf(row: number): number {
  return HEIGHT.top + row * HEIGHT.row;
}

function drawNow(now: number, scale: TimeScale, height: number): readonly SVGElement[] {
  const share = shareOf(now, scale);
  const x = percent(share);
  const isOff = now < scale.from ? '← now' : now > scale.to ? 'now →' : undefined;
  const anchor = share < 0.1 ? 'start' : share > 0.9 ? 'end' : 'middle';
  return [
    drawn('text', { class: 'now', x, y: 11, 'text-anchor': anchor }, isOff ?? 'now'),
    ...(isOff === undefined ? [drawn('line', { class: 'now', x1: x, y1: 16, x2: x, y2: height })] : []),
  ];
}

/** Marks, on the bar of the token, when to renew. */
function drawRenewal(share: number): SVGElement {
  const y = topOf(0) + HEIGHT.bar + HEIGHT.barHeight / 2;
  return drawn('svg', { x: percent(share), y, overflow: 'visible' }, renewalMark());
}

/** Draws the mark for when to renew, around the origin. */
export function renewalMark(): SVGElement {
  return drawn('path', { class: 'renewal', d: 'M0-5.5 5.5 0 0 5.5-5.5 0Z' });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
