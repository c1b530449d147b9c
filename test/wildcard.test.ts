import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesName } from '../src/wildcard.js';
import { RUNS } from './arbitraries.js';

test.each([
  ['', '', true],
  ['', 'room', true],
  ['room', 'room', true],
  ['room', 'Room', false],
  ['room', 'room ', false],
  ['room', '', false],
  ['room', 'rooms', false],
  ['*', '', true],
  ['*', 'room', true],
  ['**', '', true],
  ['**', 'room', true],
  ['*', '*', true],
  ['a*', '*', false],
  ['room*', 'room', true],
  ['room*', 'room 1', true],
  ['room*', 'my room', false],
  ['*room', 'my room', true],
  ['*room', 'room 1', false],
  ['*room*', 'my room 1', true],
  ['*room*', 'my rom 1', false],
  ['1*a*2', '1a2', true],
  ['1*a*2', '12a2', true],
  ['1*a*2', '1aa2', true],
  ['1*a*2', '1b2', false],
  ['1*a*2', '12', false],
  ['1*a*2', '1a', false],
  ['1*a*2', '01a2', false],
  ['1*a*2', '1a20', false],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['ab*ba', 'aba', false],
  ['ab*ba', 'abba', true],
  ['a*b*b', 'ab', false],
  ['a*b*b', 'abb', true],
  ['*ab*ab*', 'abab', true],
  ['*ab*ab*', 'aba', false],
  ['*aab*', 'aaab', true],
  ['*abac*', 'ababac', true],
  ['*aabaab*', 'aabaaabaab', true],
  ['a**b', 'ab', true],
  ['a***b', 'a*b', true],
  ['.*', 'room', false],
  ['[a-z]*', 'room', false],
  ['*(a+)+$', 'aaaa', false],
  ['*', 'line\nbreak', true],
  ['😀*', '😀 room', true],
])('the pattern %j matches %j: %s', (pattern, name, matches) => {
  expect(matchesName(pattern, name)).toBe(matches);
});

/** The same, by a regular expression. */
function matchesByRegExp(pattern: string, name: string): boolean {
  if (pattern === '') return true;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[^\w\s]/gu, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 'su').test(name);
}

const text = (alphabet: string, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), maxLength });

describe('a pattern matches like a regular expression', () => {
  test('for names of few letters', () => {
    fc.assert(
      fc.property(text('ab*', 8), text('ab', 14), (pattern, name) => {
        expect(matchesName(pattern, name)).toBe(matchesByRegExp(pattern, name));
      }),
      { numRuns: 50 * RUNS, seed: 1 },
    );
  });

  test('for names made from the pattern', () => {
    const filled = text('ab*$.\n', 10).chain((pattern) =>
      fc.tuple(
        fc.constant(pattern),
        fc.array(text('ab$.\n', 3), { minLength: 10, maxLength: 10 }).map((fillings) => {
          const rest = [...fillings];
          return pattern.replaceAll('*', () => rest.pop() ?? '');
        }),
      ),
    );
    fc.assert(
      fc.property(filled, ([pattern, name]) => {
        expect(matchesName(pattern, name)).toBe(true);
        expect(matchesByRegExp(pattern, name)).toBe(true);
      }),
      { numRuns: 5 * RUNS, seed: 2 },
    );
  });
});

describe('the time is linear', () => {
  const LONG = 65_535;
  const a = 'a'.repeat(LONG);

  test.each<[what: string, pattern: string, name: string, matches: boolean]>([
    ['many stars', '*'.repeat(LONG), a, true],
    ['many stars and letters', 'a*'.repeat(32_767), a, true],
    ['many stars and too many letters', `${'a*'.repeat(32_767)}b`, a, false],
    ['many missing parts', `*${'b*'.repeat(32_000)}`, a, false],
    ['a long part that almost matches everywhere', `*${'a'.repeat(30_000)}b*`, a, false],
    ['a long part that almost matches everywhere, at the end', `*${'a'.repeat(30_000)}b`, a, false],
    ['a long part with the odd letter first', `*b${'a'.repeat(30_000)}*`, a, false],
    ['a long part with the odd letter inside', `*${'a'.repeat(15_000)}b${'a'.repeat(15_000)}*`, a, false],
    ['a long part that matches late', `*${'a'.repeat(30_000)}b*`, `${a}b`, true],
    ['many long parts', `*${`${'a'.repeat(200)}b*`.repeat(300)}`, a, false],
    ['periods', `*${'ab'.repeat(15_000)}b*`, 'ab'.repeat(32_767), false],
  ])('for %s', (_, pattern, name, matches) => {
    const start = performance.now();
    expect(matchesName(pattern, name)).toBe(matches);
    // The product of the lengths, 2³² or so, would take seconds.
    expect(performance.now() - start).toBeLessThan(500);
  });
});
