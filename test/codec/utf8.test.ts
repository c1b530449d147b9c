import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeUtf8, utf8Length } from '../../src/codec/utf8.js';
import { wellFormed } from './strings.js';

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
])('utf8Length of %j is %i', (text, length) => {
  expect(utf8Length(text)).toBe(length);
});

test('utf8Length agrees with Buffer on every code unit except surrogates', () => {
  const wrong: number[] = [];
  for (let unit = 0; unit <= 0xffff; unit++) {
    if (unit >= 0xd800 && unit <= 0xdfff) continue;
    const text = String.fromCharCode(unit);
    if (utf8Length(text) !== Buffer.byteLength(text)) wrong.push(unit);
  }
  expect(wrong).toEqual([]);
});

test('utf8Length agrees with Buffer on any well-formed string', () => {
  fc.assert(
    fc.property(wellFormed(40), (text) => {
      expect(utf8Length(text)).toBe(Buffer.byteLength(text));
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('decodeUtf8 decodes any part of the bytes', () => {
  for (const last of ['~', 'é', '€', '😀']) {
    const text = `${Array.from({ length: 90 }, (_, index) => String.fromCharCode(33 + index)).join('')}${last}`;
    const bytes = Uint8Array.from(Buffer.from(text));
    for (let start = 0; start <= 90; start++) {
      expect(decodeUtf8(bytes, start, bytes.length)).toBe(text.slice(start));
      expect(decodeUtf8(bytes, start, 90)).toBe(text.slice(start, 90));
    }
  }
});

test.each([1, 63, 64, 65, 200])('decodeUtf8 rejects a truncated character after %d others', (length) => {
  const bytes = Uint8Array.from(Buffer.from(`${'a'.repeat(length)}é`));
  expect(() => decodeUtf8(bytes, 0, length + 1)).toThrow(TypeError);
  expect(decodeUtf8(bytes, 0, length)).toBe('a'.repeat(length));
});
