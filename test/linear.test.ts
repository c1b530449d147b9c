/** Time grows with the length of what is given, and not with its square: patterns of tokens and regular expressions. */
import { readFileSync, readdirSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { matchesName } from '../src/wildcard.js';

/** Pieces that make a careless expression try again and again. */
const PIECES = [
  ...[
    'a',
    '0',
    '007',
    '007A',
    '006',
    ' ',
    '\n',
    '"',
    "'",
    '=',
    '==',
    '%',
    '*',
    '-',
    '_',
    '.',
    '/',
    ':',
    '\\',
    '\0',
  ],
  ...['a0', '0 ', '" ', 'agora ', 'agora token=', '/007', 'https://', 'x=&', 'eyJ.', 'a b', '{"', '💡'],
] as const;

const SHORT = 4000;
const FACTOR = 4;

/** The least time of several tries, in milliseconds. */
function timeOf(action: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    action();
    return performance.now() - start;
  });
  return Math.min(...times);
}

/** Below this, in milliseconds, a measurement says more of the machine than of the code; squares are far above it. */
const MEASURABLE = 15;

/** Growth by the square would be by 16; a machine that is busy gets three tries. */
function expectLinear(what: string, run: (length: number) => void): void {
  const ratios: number[] = [];
  for (let tries = 0; tries < 3; tries++) {
    const long = timeOf(() => {
      run(FACTOR * SHORT);
    });
    if (long < MEASURABLE) return;
    const short = timeOf(() => {
      run(SHORT);
    });
    ratios.push(long / short);
  }
  expect(Math.min(...ratios), what).toBeLessThan(2.2 * FACTOR);
}

test.each([
  ['stars', '*'.repeat(200), 'a'],
  ['a star between letters', 'a*'.repeat(200), 'a'],
  ['a part that almost fits', `*${'a'.repeat(100)}b*`, 'a'],
  ['parts that almost fit', `*${'ab'.repeat(50)}*${'ab'.repeat(50)}c`, 'ab'],
])('a pattern of %s', (what, pattern, piece) => {
  expectLinear(what, (length) => matchesName(pattern, piece.repeat(length)));
  expectLinear(`${what}, grown`, (length) => matchesName(pattern.repeat(length / 100), piece.repeat(length)));
});

const SRC = new URL('../src/', import.meta.url);

const expressions = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .flatMap((path) => {
    const file = ts.createSourceFile(
      path,
      readFileSync(new URL(path, SRC), 'utf8'),
      ts.ScriptTarget.ES2022,
      true,
    );
    return expressionsOf(file).map((text) => [`${path}: ${text}`, text] as const);
  });

function expressionsOf(node: ts.Node): readonly string[] {
  if (ts.isRegularExpressionLiteral(node)) return [node.text];
  const found: string[] = [];
  ts.forEachChild(node, (child) => void found.push(...expressionsOf(child)));
  return found;
}

test('there are expressions to try, and all but one are literals', () => {
  expect(expressions.length).toBeGreaterThan(20);
  const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const made = sources.filter((path) => readFileSync(new URL(path, SRC), 'utf8').includes('new RegExp('));
  // Anchored, of one class of characters: those that Agora allows.
  expect(made).toEqual(['limits.ts']);
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
