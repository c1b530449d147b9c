import { constants, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import * as pako from 'pako';
import { describe, expect, test } from 'vitest';
import { MAX_FIXED_LENGTH, deflateFixed, workspace } from '../../src/codec/fixed-codes.js';
import { compress } from '../../src/codec/zlib.js';
import { AccessTokenError } from '../../src/index.js';
import { inflate, inflateFixed } from './streams.js';

const RUNS = Number(process.env['RUNS'] ?? 2000);
const MAX_LENGTH = 2 ** 20;

/** Bytes without pattern, of few values, of a repeated piece, and with pieces of themselves copied back. */
function contents(maxLength: number): fc.Arbitrary<Uint8Array> {
  const random = fc.uint8Array({ maxLength });
  const few = fc
    .array(fc.constantFrom(0, 1, 0x61, 0xff), { maxLength })
    .map((bytes) => Uint8Array.from(bytes));
  const repeated = fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(maxLength))
    .map(([piece, length]) => Uint8Array.from({ length }, (_, index) => piece[index % piece.length] ?? 0));
  const copied = fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.array(fc.tuple(fc.nat(300), fc.nat(270))))
    .map(([first, copies]) => {
      const bytes = [...first];
      for (const [start, length] of copies) {
        bytes.push(...bytes.slice(start % bytes.length, (start % bytes.length) + length));
      }
      return Uint8Array.from(bytes.slice(0, maxLength));
    });
  return fc.oneof(random, few, repeated, copied);
}

const deflated = fc
  .record({
    content: contents(3000),
    level: fc.integer({ min: 0, max: 9 }),
    windowBits: fc.constantFrom(9, 12, 15, 15, 15),
    strategy: fc.constantFrom(
      constants.Z_FIXED,
      constants.Z_FIXED,
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_RLE,
    ),
  })
  .map(({ content, ...options }) => Uint8Array.from(deflateSync(content, options)));

const streams = fc.oneof(
  deflated,
  contents(MAX_FIXED_LENGTH).map((content) => deflate(content)),
);

/** A change to one place of a stream; most of them damage it. */
type Damage = (stream: Uint8Array, place: number, byte: number) => Uint8Array;

const DAMAGES: readonly Damage[] = [
  (stream, place, byte) =>
    stream.map((value, index) => (index === place ? value ^ (1 << (byte & 7)) : value)),
  (stream, place, byte) => stream.map((value, index) => (index === place ? byte : value)),
  (stream, place) => stream.slice(0, place),
  (stream, place) => Uint8Array.from([...stream.slice(0, place), ...stream.slice(place + 1)]),
  (stream, place, byte) => Uint8Array.from([...stream.slice(0, place), byte, ...stream.slice(place)]),
  (stream, _, byte) => Uint8Array.from([...stream, byte]),
  (stream, place, byte) => withChecksum(stream.map((value, index) => (index === place ? byte : value))),
];

const damaged = fc
  .tuple(streams, fc.constantFrom(...DAMAGES), fc.nat(), fc.nat(255))
  .map(([stream, damage, place, byte]) => damage(stream, place % stream.length, byte));

/** Bytes without a pattern that a compressor could use. */
function hashed(index: number): number {
  return Math.imul(index + 1, 0x9e3779b1) >>> 24;
}

function deflate(content: Uint8Array, searchedFrom = 0): Uint8Array {
  return workspace.slice(0, deflateFixed(content, searchedFrom));
}

/** Makes the checksum right for what the stream inflates to, where it inflates but for that. */
function withChecksum(stream: Uint8Array): Uint8Array {
  const raw = stream.slice(2, -4);
  try {
    const content = inflateSyncRaw(raw);
    const trailer = deflateSync(content).subarray(-4);
    return Uint8Array.from([...stream.slice(0, -4), ...trailer]);
  } catch {
    return stream;
  }
}

function inflateSyncRaw(raw: Uint8Array): Uint8Array {
  return pako.inflateRaw(raw);
}

/** What node:zlib makes of a stream: its content if the stream is right and ends where the bytes do. */
function byNode(stream: Uint8Array): string {
  try {
    // With `info`, node:zlib tells how many bytes it used, which its types do not know.
    const { buffer, engine } = inflateSync(stream, { info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return engine.bytesWritten === stream.length ? buffer.toString('hex') : 'refused';
  } catch {
    return 'refused';
  }
}

function byUs(stream: Uint8Array): string {
  try {
    return Buffer.from(inflate(stream, MAX_LENGTH)).toString('hex');
  } catch (error) {
    if (error instanceof AccessTokenError) return 'refused';
    throw error;
  }
}

function byPako(stream: Uint8Array): string {
  try {
    return Buffer.from(pako.inflate(stream)).toString('hex');
  } catch {
    return 'refused';
  }
}

describe('what is compressed', () => {
  test('inflates to the same bytes with node:zlib, with pako, and here', () => {
    fc.assert(
      fc.property(contents(MAX_FIXED_LENGTH), fc.nat(MAX_FIXED_LENGTH + 1), (content, searchedFrom) => {
        const stream = deflate(content, searchedFrom);
        const hex = Buffer.from(content).toString('hex');
        expect(byNode(stream)).toBe(hex);
        expect(byPako(stream)).toBe(hex);
        for (const spare of [0, 1, 10]) {
          const output = new Uint8Array(content.length + spare);
          expect(inflateFixed(stream, output)).toBe(content.length);
          expect(Buffer.from(output).toString('hex')).toBe(hex + '00'.repeat(spare));
        }
        if (content.length > 0) expect(inflateFixed(stream, new Uint8Array(content.length - 1))).toBe(-1);
      }),
      { numRuns: RUNS },
    );
  });

  test.each([0, 1, 2, 3, 257, 258, 259, 260, 261, MAX_FIXED_LENGTH - 1, MAX_FIXED_LENGTH])(
    'inflates to the same %d bytes of every kind',
    (length) => {
      for (const byteAt of [() => 0, () => 255, (index: number) => (index * index) >> 3, hashed]) {
        const content = Uint8Array.from({ length }, (_, index) => byteAt(index));
        const stream = compress(content, (view) => view.slice());
        expect(inflateSync(stream).equals(content)).toBe(true);
        expect(Buffer.from(pako.inflate(stream)).equals(content)).toBe(true);
        expect(Buffer.from(inflate(stream, MAX_LENGTH)).equals(content)).toBe(true);
      }
    },
  );

  test('inflates to the same wherever in a byte a far and long repeat begins', () => {
    const repeated = Array.from({ length: 200 }, (_, index) => hashed(index));
    const between = Array.from({ length: 560 }, (_, index) => hashed(1000 + index));
    for (let shift = 0; shift < 16; shift++) {
      // Literals from 144 on take nine bits.
      const content = Uint8Array.from([
        ...new Array<number>(shift).fill(200),
        ...repeated,
        ...between,
        ...repeated,
      ]);
      const stream = deflate(content);
      expect(inflateSync(stream).equals(content)).toBe(true);
      expect(stream.length).toBeLessThan(deflate(content.subarray(0, shift + 760)).length + 10);
    }
  });

  test('has repeats of what is searched, and of nothing else', () => {
    const noise = Array.from({ length: 50 }, (_, index) => hashed(index));
    const content = Uint8Array.from([...noise, ...new Uint8Array(50), ...noise, ...new Uint8Array(50)]);
    const lengthFrom = (searchedFrom: number): number => deflate(content, searchedFrom).length;
    expect(lengthFrom(0)).toBeLessThan(lengthFrom(50));
    expect(lengthFrom(50)).toBeLessThan(lengthFrom(100));
    expect(lengthFrom(100)).toBe(lengthFrom(150));
    expect(lengthFrom(150)).toBeLessThan(lengthFrom(200));
    expect(deflate(Uint8Array.from(noise), 50)).toEqual(deflate(Uint8Array.from(noise)));
  });

  test('does not depend on what was compressed before, however much that was', () => {
    const content = Uint8Array.from({ length: MAX_FIXED_LENGTH }, (_, index) => index % 7);
    const first = deflate(content);
    for (let round = 0; round < 5; round++) {
      deflate(Uint8Array.from({ length: MAX_FIXED_LENGTH }, (_, index) => hashed(index + round)));
      expect(deflate(content)).toEqual(first);
    }
  });

  test('begins with 78 9C, as the official tokens do', () => {
    expect([...deflate(new Uint8Array(5)).subarray(0, 2)]).toEqual([0x78, 0x9c]);
    expect([...compress(new Uint8Array(5000), (view) => view.slice(0, 2))]).toEqual([0x78, 0x9c]);
  });
});

describe('what is inflated', () => {
  test('is what node:zlib and pako make of it', () => {
    fc.assert(
      fc.property(streams, (stream) => {
        expect(byUs(stream)).toBe(byNode(stream));
        expect(byUs(stream)).toBe(byPako(stream));
      }),
      { numRuns: RUNS },
    );
  });

  test('is refused where node:zlib refuses it, and where bytes follow the stream', () => {
    fc.assert(
      fc.property(damaged, (stream) => {
        expect(byUs(stream)).toBe(byNode(stream));
        // pako does not say whether it used up all bytes.
        if (byUs(stream) !== 'refused') expect(byUs(stream)).toBe(byPako(stream));
        if (byPako(stream) === 'refused') expect(byUs(stream)).toBe('refused');
      }),
      { numRuns: RUNS },
    );
  });

  test('may be arbitrary bytes after a right beginning', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const stream = withChecksum(Uint8Array.from([0x78, 0x9c, ((bytes[0] ?? 0) & ~7) | 0b011, ...bytes]));
        expect(byUs(stream)).toBe(byNode(stream));
      }),
      { numRuns: RUNS },
    );
  });

  test('is read, not declined, with the longest repeats at any distance', () => {
    for (let distance = 1; distance <= 700; distance++) {
      const bytes = Array.from({ length: distance }, (_, index) => hashed(index) >> 1);
      const content = Uint8Array.from({ length: distance + 259 }, (_, index) => bytes[index % distance] ?? 0);
      const stream = deflateSync(content, { level: 9, strategy: constants.Z_FIXED });
      expect(inflateFixed(stream, new Uint8Array(content.length))).toBe(content.length);
    }
  });

  test.each([
    ['literals', (index: number) => hashed(index)],
    ['a repeat', () => 7],
  ])('is read as long as it fits the workspace, and declined beyond, if it has %s', (_, byteAt) => {
    for (const length of [2046, 2047, 2048, 2049, 2050, 2300]) {
      const content = Uint8Array.from({ length }, (_, index) => byteAt(index));
      const stream = deflateSync(content, { level: 9, strategy: constants.Z_FIXED });
      const output = new Uint8Array(MAX_LENGTH);
      expect(inflateFixed(stream, output)).toBe(length <= 2048 ? length : -1);
      if (length <= 2048) expect(output.subarray(0, length)).toEqual(content);
    }
  });

  test('is read as long as it fits the output, and declined beyond', () => {
    const content = new Uint8Array(600).fill(7);
    const stream = deflate(content);
    expect(inflateFixed(stream, new Uint8Array(600))).toBe(600);
    expect(inflateFixed(stream, new Uint8Array(599))).toBe(-1);
    for (const length of [1, 2, 3, 4]) {
      const literals = deflate(Uint8Array.of(1, 2, 3, 4).subarray(0, length));
      expect(inflateFixed(literals, new Uint8Array(length - 1))).toBe(-1);
    }
  });

  test.each([
    ['no bytes', []],
    ['a header alone', [0x78, 0x9c]],
    ['a header and the beginning of a block', [0x78, 0x9c, 0b011]],
    ['another window', [0x68, 0x81, 0b011, 0, 0, 0, 0, 1]],
    ['wrong check bits', [0x78, 0x9d, 0b011, 0, 0, 0, 0, 1]],
    ['a preset dictionary', [0x78, 0xbb, 0b011, 0, 0, 0, 0, 1]],
    ['a block that is not the last', [0x78, 0x9c, 0b010, 0, 0, 0, 0, 1]],
    ['a stored block', [0x78, 0x9c, 0b001, 0, 0, 0xff, 0xff, 0, 0, 0, 1]],
    ['codes of its own', [0x78, 0x9c, 0b101, 0, 0, 0, 0, 1]],
  ])('is declined if it is %s', (_, bytes) => {
    expect(inflateFixed(Uint8Array.from(bytes), new Uint8Array(10))).toBe(-1);
  });

  test('is the empty content if the block is empty', () => {
    expect(inflateFixed(Uint8Array.of(0x78, 0x9c, 0b011, 0, 0, 0, 0, 1), new Uint8Array(0))).toBe(0);
  });
});
