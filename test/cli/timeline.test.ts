import { afterEach, describe, expect, test } from 'vitest';
import { duration, localTime, moment, relative } from '../../src/cli/moments.js';
import { type Bar, drawBars } from '../../src/cli/timeline.js';

describe('bars', () => {
  const width = 21;

  test.each<[string, Bar[], number | null, number, string[]]>([
    ['now between', [{ end: 200 }], 100, 150, ['├━━━━━━━━━●─────────┤']],
    ['now at the beginning', [{ end: 200 }], 100, 100, ['●───────────────────┤']],
    ['now just before the end', [{ end: 200 }], 100, 194, ['├━━━━━━━━━━━━━━━━━━●┤']],
    ['now at the end', [{ end: 200 }], 100, 200, ['├━━━━━━━━━━━━━━━━━━━┤']],
    ['now after the end, on the scale', [{ end: 200 }], 100, 225, ['├━━━━━━━━━━━━━━━┤   ●']],
    ['now long after the end', [{ end: 200 }], 100, 9999, ['├━━━━━━━━━━━━━━━━━━━┤']],
    ['now before the beginning, on the scale', [{ end: 200 }], 100, 75, ['●   ├───────────────┤']],
    ['now long before the beginning', [{ end: 200 }], 100, -9999, ['├───────────────────┤']],
    ['time to renew', [{ end: 200, renewAt: 180 }], 100, 150, ['├━━━━━━━━━●─────◇───┤']],
    ['time to renew at the end', [{ end: 200, renewAt: 199 }], 100, 150, ['├━━━━━━━━━●────────◇┤']],
    [
      'all on one scale',
      [{ end: 200 }, { end: 120 }, { end: 150 }],
      100,
      130,
      ['├━━━━━●─────────────┤', '├━━━┤ ●', '├━━━━━●───┤'],
    ],
    ['no lifetime', [{ end: 100 }], 100, 100, ['├┤']],
    ['no end', [{ end: 200 }, { end: null }], 100, 150, ['├━━━━━━━━━●─────────┤', '├━━━━━━━━━●─────────→']],
    ['no beginning', [{ end: 200 }], null, 100, ['●───────────────────┤']],
    ['neither', [{ end: null }], null, 100, ['●───────────────────→']],
  ])('%s', (_, bars, issued, now, drawn) => {
    const lines = drawBars(bars, { issued, now, width });
    expect(lines.map((line) => line.trimEnd())).toEqual(drawn);
    expect(lines.map((line) => Array.from(line).length)).toEqual(bars.map(() => width));
  });
});

test.each([
  [0, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [3599, '59 min'],
  [3600, '1 h'],
  [3659, '1 h'],
  [3660, '1 h 1 min'],
  [86_399, '23 h 59 min'],
  [86_400, '1 d'],
  [90_000, '1 d 1 h'],
])('a duration of %d s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('a time as seen from now', () => {
  expect(relative(3120, 0)).toBe('in 52 min');
  expect(relative(0, 3 * 3600)).toBe('3 h ago');
  expect(relative(5, 5)).toBe('now');
  expect(moment(3120, 0)).toBe(`${localTime(3120)}, in 52 min`);
});

describe('local time', () => {
  const { TZ } = process.env;
  afterEach(() => {
    if (TZ === undefined) delete process.env['TZ'];
    else process.env['TZ'] = TZ;
  });

  test.each([
    ['UTC', '2027-01-15 08:00:00 +00:00'],
    ['Asia/Kolkata', '2027-01-15 13:30:00 +05:30'],
    ['America/St_Johns', '2027-01-15 04:30:00 -03:30'],
  ])('%s', (zone, text) => {
    process.env['TZ'] = zone;
    expect(localTime(1_800_000_000)).toBe(text);
  });
});
