import { expect, test } from 'vitest';
import { formatDuration, formatUtc, toHex } from '../src/text.js';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [1_800_000_000, '2027-01-15T08:00:00Z'],
  [1_800_000_000.9, '2027-01-15T08:00:00Z'],
  [0xffff_ffff, '2106-02-07T06:28:15Z'],
])('formats Unix time %d as %s', (seconds, expected) => {
  expect(formatUtc(seconds)).toBe(expected);
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
])('formats a duration of %d seconds as %s', (seconds, expected) => {
  expect(formatDuration(seconds)).toBe(expected);
});

test.each([
  [[], ''],
  [[0, 1, 15, 16, 255], '00010f10ff'],
])('formats the bytes %j in hex as %j', (bytes, expected) => {
  expect(toHex(Uint8Array.from(bytes))).toBe(expected);
});
