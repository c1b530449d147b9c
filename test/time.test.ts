import { expect, test } from 'vitest';
import { durationText, isoTime } from '../src/time.js';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [1_800_000_000, '2027-01-15T08:00:00Z'],
  [1_800_000_000.9, '2027-01-15T08:00:00Z'],
  [0xffff_ffff, '2106-02-07T06:28:15Z'],
])('the time %d is %s', (seconds, text) => {
  expect(isoTime(seconds)).toBe(text);
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
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
