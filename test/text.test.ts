import { afterEach, describe, expect, test } from 'vitest';
import {
  formatDuration,
  formatLocal,
  formatLongDuration,
  formatRelative,
  formatUtc,
  formatUtcOffset,
  toHex,
} from '../src/text.js';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [1_800_000_000, '2027-01-15T08:00:00Z'],
  [1_800_000_000.9, '2027-01-15T08:00:00Z'],
  [0xffff_ffff, '2106-02-07T06:28:15Z'],
])('formatUtc(%d) is %s', (seconds, text) => {
  expect(formatUtc(seconds)).toBe(text);
});

test.each([
  [0, '0 s'],
  [1.9, '1 s'],
  [119, '119 s'],
  [119.9, '119 s'],
  [120, '2 min'],
  [179, '2 min'],
  [7199, '119 min'],
  [7200, '2 h'],
  [172_799, '47 h'],
  [172_800, '2 days'],
  [31_536_000, '365 days'],
])('formatDuration(%d) is %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
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
])('formatLongDuration(%d) is %s', (seconds, text) => {
  expect(formatLongDuration(seconds)).toBe(text);
});

test.each([
  [3120, 0, 'in 52 min'],
  [0, 3 * 3600, '3 h ago'],
  [5, 5, 'now'],
])('formatRelative(%d, %d) is %s', (time, now, text) => {
  expect(formatRelative(time, now)).toBe(text);
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
    expect(`${formatLocal(1_800_000_000)} ${formatUtcOffset(1_800_000_000)}`).toBe(text);
  });
});

test('toHex writes two lower-case digits per byte', () => {
  expect(toHex(Uint8Array.of(0, 10, 255))).toBe('000aff');
});
