import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8Length } from '../../src/codec/utf8.js';

test.each([
  ['', 0],
  ['a', 1],
  ['\0', 1],
  ['\u007f', 1],
  ['\u0080', 2],
  ['\u07ff', 2],
  ['\u0800', 3],
  ['\ud7ff', 3],
  ['\ue000', 3],
  ['\uffff', 3],
  ['\u{10000}', 4],
  ['\u{10ffff}', 4],
  ['\ufeff', 3],
  ['zoë 😀', 9],
])('%j takes %i bytes', (text, length) => {
  expect(utf8Length(text)).toBe(length);
});

test('every code unit that is no surrogate takes as many bytes as Buffer says', () => {
  const wrong: number[] = [];
  for (let unit = 0; unit <= 0xffff; unit++) {
    if (unit >= 0xd800 && unit <= 0xdfff) continue;
    const text = String.fromCharCode(unit);
    if (utf8Length(text) !== Buffer.byteLength(text)) wrong.push(unit);
  }
  expect(wrong).toEqual([]);
});

test('any well-formed text takes as many bytes as Buffer says', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      expect(utf8Length(text)).toBe(Buffer.byteLength(text));
    }),
    { numRuns: 500, seed: 1 },
  );
});
