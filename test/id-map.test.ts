/** Maps with ids as keys, in a content and in arguments. */
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../src/codec/byte-reader.js';
import { unpackIdMap } from '../src/id-map.js';
import { limitsFor } from '../src/limits.js';
import { parsePrivileges, unpackPrivileges } from '../src/privileges.js';
import { errorOf } from './error-of.js';

function readerOf(...ids: readonly number[]): ByteReader {
  const words = [ids.length, ...ids.flatMap((id) => [id, 7, 0])];
  return new ByteReader(Uint8Array.from(words.flatMap((word) => [word & 0xff, word >> 8])));
}

const unpackers: readonly (readonly [what: string, unpack: (reader: ByteReader) => object])[] = [
  ['privilege', unpackPrivileges],
  ['resource', (reader) => unpackIdMap(reader, 'resource', () => reader.uint32())],
];

describe.each(unpackers)('a map with keys of kind %s', (kind, unpack) => {
  test.each([[[]], [[0]], [[0, 1, 65_535]], [[65_535, 1, 0]], [[2, 1, 3]]])('has the ids %j', (ids) => {
    expect(unpack(readerOf(...ids))).toEqual(Object.fromEntries(ids.map((id) => [id, 7])));
  });

  test.each([
    [[0, 0], 8],
    [[3, 1, 3], 14],
    [[3, 1, 1], 14],
    [[1, 2, 3, 2], 20],
  ])('is rejected at the second occurrence of an id: %j', (ids, offset) => {
    expect(errorOf(() => unpack(readerOf(...ids)))).toMatchObject({
      code: 'ERR_TOKEN_PRIVILEGES',
      offset,
      message: `token: duplicate ${kind} ${ids.at(-1)} at byte ${offset} of the content; mint the token with a map that has each id once`,
    });
  });
});

test('each privilege takes six bytes of the budget, and the map two', () => {
  let bytes = 0;
  const budget = (count: number): void => void (bytes += count);
  parsePrivileges({ 1: 0, 2: 60, 3: 60 }, 'privileges', limitsFor('format', false), budget);
  expect(bytes).toBe(2 + 3 * 6);
});
