/** Wildcards and regular expressions take time linear in the length of their input. */
import { readFileSync, readdirSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { matchesName } from '../src/wildcard.js';

/** Pieces that make a regular expression backtrack. */
const PIECES = [
  ...['a', '0', '007', '007A', '006', ' ', '\n', '"', "'", '=', '==', '%', '*', '-', '_', '.', '/', ':', '\\', '\0'],
  ...['a0', '0 ', '" ', 'agora ', 'agora token=', '/007', 'https://', 'x=&', 'eyJ.', 'a b', '{"', '💡'],
] as const;

const SHORT = 4000;
const FACTOR = 4;

/** Runs an action and returns its time in milliseconds. */
function timeOf(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

/** Returns the shortest time of several runs; of one, if that is too short to be measured. */
function shortestTime(action: () => void): number {
  let shortest = timeOf(action);
  for (let run = 1; run < 5 && shortest >= MEASURABLE; run++) shortest = Math.min(shortest, timeOf(action));
  return shortest;
}

/** Shorter times, in milliseconds, are not measurable; quadratic time is far above. */
const MEASURABLE = 15;

/** Quadratic time would grow 16-fold. A busy machine gets three tries. */
function expectLinear(what: string, run: (length: number) => void): void {
  const ratios: number[] = [];
  for (let tries = 0; tries < 3; tries++) {
    const long = shortestTime(() => {
      run(FACTOR * SHORT);
    });
    if (long < MEASURABLE) return;
    const short = shortestTime(() => {
      run(SHORT);
    });
    ratios.push(long / short);
  }
  expect(Math.min(...ratios), what).toBeLessThan(2.2 * FACTOR);
}

test.each([
  ['stars', '*'.repeat(200), 'a'],
  ['a star between letters', 'a*'.repeat(200), 'a'],
  ['a part that almost matches', `*${'a'.repeat(100)}b*`, 'a'],
  ['parts that almost match', `*${'ab'.repeat(50)}*${'ab'.repeat(50)}c`, 'ab'],
])('a pattern of %s', (what, pattern, piece) => {
  expectLinear(what, (length) => matchesName(pattern, piece.repeat(length)));
  expectLinear(`${what}, grown`, (length) => matchesName(pattern.repeat(length / 100), piece.repeat(length)));
});

const SRC = new URL('../src/', import.meta.url);

const expressions = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .flatMap((path) => {
    const file = ts.createSourceFile(path, readFileSync(new URL(path, SRC), 'utf8'), ts.ScriptTarget.ES2022, true);
    return expressionsOf(file).map((text) => [`${path}: ${text}`, text] as const);
  });

function expressionsOf(node: ts.Node): readonly string[] {
  if (ts.isRegularExpressionLiteral(node)) return [node.text];
  const found: string[] = [];
  ts.forEachChild(node, (child) => void found.push(...expressionsOf(child)));
  return found;
}

test('all regular expressions but one are literals', () => {
  expect(expressions.length).toBeGreaterThan(20);
  const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const made = sources.filter((path) => readFileSync(new URL(path, SRC), 'utf8').includes('new RegExp('));
  // Anchored, of one class of characters: those that Agora allows.
  expect(made).toEqual(['names.ts']);
});

test.each(expressions)(
  '%s',
  (what, text) => {
    const end = text.lastIndexOf('/');
    const flags = text.slice(end + 1);
    const expression = new RegExp(text.slice(1, end), flags.includes('g') ? flags : `${flags}g`);
    for (const first of PIECES) {
      for (const second of ['', '!', '\n']) {
        expectLinear(`${what} of ${JSON.stringify(first)}`, (length) => {
          (first.repeat(length / first.length) + second).replace(expression, '');
        });
      }
    }
  },
  120_000,
);
