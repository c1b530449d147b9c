/**
 * Draws a timeline on one scale: a bar for the token, a bar for each privilege, and a line at the current time.
 */
import { type TimeScale, positionOf, timeScale } from './time-scale.js';
import { privilegeName } from '../services.js';
import { formatRelative } from '../text.js';
import type { PrivilegeEnd, Timeline } from '../web.js';
import { svgElement } from './elements.js';

/** The maximum number of privileges to draw and to list in the table. */
export const MAX_PRIVILEGES = 24;

/** Heights in CSS pixels. Horizontal lengths are percentages, so that the drawing fits any width. */
const HEIGHT = { top: 22, row: 42, label: 15, bar: 24, barHeight: 8 } as const;

/** The minimum width of a bar, as a fraction of the full width. */
const MIN_WIDTH = 0.006;

interface Row {
  readonly label: string;
  /** Null if it never ends. */
  readonly end: number | null;
}

/** Draws a timeline, with a description for assistive technology. */
export function drawTimeline(timeline: Timeline, now: number): SVGSVGElement {
  const ends = [timeline.end, ...timeline.privileges.map(({ end }) => end)];
  const scale = timeScale(timeline.issued, ends, now);
  const rows: readonly Row[] = [
    { label: 'Token', end: timeline.end },
    ...timeline.privileges
      .slice(0, MAX_PRIVILEGES)
      .map((privilege) => ({ label: labelOf(privilege), end: privilege.end })),
  ];
  const height = topOf(rows.length);
  return svgElement(
    'svg',
    { class: 'drawing', role: 'img', 'aria-label': describe(timeline, rows, now), width: '100%', height },
    ...rows.map((_, index) => drawBar('track', 0, 1, topOf(index))),
    ...drawNow(now, scale, height),
    ...rows.flatMap((row, index) => drawRow(row, topOf(index), timeline, now, scale)),
    ...(timeline.renewAt === null ? [] : [drawRenewal(positionOf(timeline.renewAt, scale))]),
  );
}

/** Formats the service and name of a privilege: `rtc: Join channel`. */
export function labelOf({ service, privilege }: PrivilegeEnd): string {
  const name = privilegeName(service, privilege) ?? `Privilege ${privilege}`;
  return `${service}: ${name.replace(/(?<=[a-z])[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`)}`;
}

function describe({ issued, renewAt }: Timeline, rows: readonly Row[], now: number): string {
  const parts = [
    ...(issued === null ? [] : [`issued ${formatRelative(issued, now)}`]),
    ...(renewAt === null ? [] : [`to be renewed ${formatRelative(renewAt, now)}`]),
    ...rows.map(({ label, end }) => `${label} ${endText(end, now)}`),
  ];
  return `Timeline. ${parts.join('; ')}.`;
}

function endText(end: number | null, now: number): string {
  if (end === null) return 'has no end';
  return `${end <= now ? 'ended' : 'ends'} ${formatRelative(end, now)}`;
}

function drawRow(
  { label, end }: Row,
  top: number,
  { issued }: Timeline,
  now: number,
  scale: TimeScale,
): readonly SVGElement[] {
  const hasEnded = end !== null && end <= now;
  const from = issued === null ? 0 : positionOf(issued, scale);
  const to = end === null ? 1 : positionOf(end, scale);
  const past = Math.min(positionOf(now, scale), to);
  const y = top + HEIGHT.label;
  return [
    svgElement('text', { class: 'label', x: 0, y }, label),
    svgElement(
      'text',
      { class: hasEnded ? 'end ended' : 'end', x: '100%', y, 'text-anchor': 'end' },
      endText(end, now),
    ),
    drawBar(hasEnded ? 'bar ended' : 'bar', from, to, top),
    ...(!hasEnded && past > from ? [drawBar('past', from, past, top)] : []),
  ];
}

/** Draws a bar between two positions in the row that starts at `top`. */
function drawBar(className: string, from: number, to: number, top: number): SVGElement {
  const width = Math.max(to - from, MIN_WIDTH);
  const x = percent(Math.min(from, 1 - width));
  const place = { x, y: top + HEIGHT.bar, width: percent(width), height: HEIGHT.barHeight };
  return svgElement('rect', { class: className, ...place, rx: HEIGHT.barHeight / 2 });
}

function topOf(row: number): number {
  return HEIGHT.top + row * HEIGHT.row;
}

function drawNow(now: number, scale: TimeScale, height: number): readonly SVGElement[] {
  const position = positionOf(now, scale);
  const x = percent(position);
  const offScale = now < scale.from ? '← now' : now > scale.to ? 'now →' : undefined;
  const anchor = position < 0.1 ? 'start' : position > 0.9 ? 'end' : 'middle';
  return [
    svgElement('text', { class: 'now', x, y: 11, 'text-anchor': anchor }, offScale ?? 'now'),
    ...(offScale === undefined ? [svgElement('line', { class: 'now', x1: x, y1: 16, x2: x, y2: height })] : []),
  ];
}

/** Draws the mark for the renewal time on the token's bar. */
function drawRenewal(position: number): SVGElement {
  const y = topOf(0) + HEIGHT.bar + HEIGHT.barHeight / 2;
  return svgElement('svg', { x: percent(position), y, overflow: 'visible' }, renewalMark());
}

/** Draws the mark for the renewal time, centred on the origin. */
export function renewalMark(): SVGElement {
  return svgElement('path', { class: 'renewal', d: 'M0-5.5 5.5 0 0 5.5-5.5 0Z' });
}

function percent(position: number): string {
  return `${(position * 100).toFixed(2)}%`;
}
