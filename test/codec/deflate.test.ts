import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import * as pako from 'pako';
import { describe, expect, test } from 'vitest';
import { deflate } from '../../src/codec/deflate.js';
import { inflateUpTo } from '../../src/codec/inflate.js';

const RUNS = Number(process.env['RUNS'] ?? 2000);
const MIB = 2 ** 20;

/** Deflates bytes, and expects all three to inflate them, and no more bytes than stored ones take. */
function expectDeflated(content: Uint8Array): Uint8Array {
  const stream = deflate(content);
  expect([...stream.subarray(0, 2)]).toEqual([0x78, 0x9c]);
  expect(stream.length).toBeLessThanOrEqual(
    content.length + 5 * Math.max(1, Math.ceil(content.length / 65_535)) + 6,
  );
  expect(Buffer.compare(inflateSync(stream), content)).toBe(0);
  expect(Buffer.compare(pako.inflate(stream), content)).toBe(0);
  const { status, bytes, left } = inflateUpTo(stream, content.length);
  expect([status, left]).toEqual(['complete', 0]);
  expect(Buffer.compare(bytes, content)).toBe(0);
  return stream;
}

/** Integers below a bound that look random; the same ones for the same seed. */
function drawFrom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % bound;
  };
}

function noise(length: number, values = 256): Uint8Array {
  const draw = drawFrom(length);
  return new Uint8Array(length).map(() => draw(values));
}

/** Bytes in sections, each of values and with repeats of its own. */
function contentFrom(seed: number): Uint8Array {
  const draw = drawFrom(seed);
  const bytes: number[] = [];
  for (let sections = draw(4); sections >= 0; sections--) {
    const values = 1 + draw(256);
    const repeats = 1 + draw(30);
    // Now and then, more than one block.
    const end = bytes.length + draw(draw(50) === 0 ? 80_000 : 2000);
    while (bytes.length < end) {
      if (bytes.length > 0 && draw(repeats) === 0) {
        const distance = 1 + draw(Math.min(bytes.length, draw(2) === 0 ? 10 : 40_000));
        for (let left = draw(300); left >= 0; left--) bytes.push(bytes.at(-distance) ?? 0);
      } else {
        // Lesser values are more frequent.
        bytes.push(draw(1 + draw(values)));
      }
    }
  }
  return Uint8Array.from(bytes);
}

test('any bytes come back from what they are deflated to, with node:zlib, with pako, and here', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer().map(contentFrom), fc.uint8Array({ maxLength: 3000 })), (content) => {
      expectDeflated(content);
    }),
    { numRuns: RUNS },
  );
});

test.each([0, 1, 2, 3, 4, 257, 258, 259, 32_767, 32_768, 32_769, 65_534, 65_535, 65_536, 131_070, 131_071])(
  'so do %i bytes of every kind',
  (length) => {
    expectDeflated(new Uint8Array(length));
    expectDeflated(noise(length));
    expectDeflated(noise(length, 2));
    const half = noise(Math.ceil(length / 2));
    expectDeflated(Uint8Array.from(Buffer.concat([half, half])));
  },
);

/**
 * Bytes of which no three come again, and rare ones each as often as the two before together: joining these takes a
 * level of the tree for each, beneath those of the frequent ones.
 */
function deep(): Uint8Array {
  const rare: number[] = [];
  // Beneath these are the end of the block, and lengths that there may be once nevertheless.
  for (let [byte, count, next] = [200, 4, 7]; byte < 210; byte++) {
    rare.push(...new Array<number>(count).fill(byte));
    [count, next] = [next, count + next];
  }
  const draw = drawFrom(1);
  const bytes: number[] = [];
  const seen = new Set<string>();
  while (bytes.length < 65_535) {
    const isRare = rare.length > 0 && bytes.length % 60 === 0;
    const byte = isRare ? (rare.at(-1) ?? 0) : draw(200);
    const three = [...bytes.slice(-2), byte].join();
    if (seen.has(three) && !isRare) continue;
    seen.add(three);
    bytes.push(byte);
    if (isRare) rare.pop();
  }
  return Uint8Array.from(bytes);
}

test('a tree that is too deep is made as flat as codes have to be', () => {
  const content = deep();
  expect(expectDeflated(content).length).toBeLessThanOrEqual(1.01 * deflateSync(content).length);
});

const encoder = new TextEncoder();

const NAMES = encoder.encode(
  Array.from({ length: 80_000 }, (_, index) => `channel-${String(index).padStart(6, '0')}`).join(''),
);

const WORDS = 'the room und größe 東京 大阪 привет мир of and to in ein für channel user alice bob'.split(
  ' ',
);

function words(count: number): Uint8Array {
  const draw = drawFrom(1);
  return encoder.encode(
    Array.from({ length: count }, () => WORDS[draw(draw(WORDS.length) + 1)] ?? '').join(' '),
  );
}

describe('a content of 1 MiB', () => {
  test.each([
    ['names', NAMES, 1.02],
    ['text', words(200_000), 1.05],
    ['noise', noise(MIB), 1],
    ['noise of few values', noise(MIB, 5), 1.05],
    ['zeros', new Uint8Array(MIB), 1.25],
  ])('of %s is hardly longer than that of node:zlib', (_, longer, ratio) => {
    const content = longer.subarray(0, MIB);
    expect(content).toHaveLength(MIB);
    expect(expectDeflated(content).length / deflateSync(content).length).toBeLessThanOrEqual(ratio);
  });

  test.each([
    ['short runs', (index: number) => (index % 100 === 99 ? index >> 8 : 0)],
    ['runs that are nearly the same', (index: number) => (index % 127 === 0 ? index / 127 : 1)],
    ['a pattern that hardly changes', (index: number) => (index % 7) + (index % 1001 === 0 ? 1 : 0)],
  ])('of %s does not take long', (_, byteAt) => {
    const content = Uint8Array.from({ length: MIB }, (_, index) => byteAt(index));
    const start = performance.now();
    deflate(content);
    expect(performance.now() - start).toBeLessThan(3000);
    expectDeflated(content);
  });
});

test('what is deflated is left alone, and always deflated to the same', () => {
  const content = contentFrom(2);
  const copy = Uint8Array.from(content);
  const stream = Uint8Array.from(deflate(content));
  deflate(noise(100_000));
  expect(deflate(content)).toEqual(stream);
  expect(content).toEqual(copy);
});
