import { constants, deflateRawSync, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_DEFLATED_LENGTH, deflateFixed as deflateToView, inflateFixed } from '../../src/codec/fixed-block.js';
import { BitWriter } from './dynamic-blocks.js';
import { vectorsOf } from './vectors.js';
import {
  KINDS,
  MIB,
  SAMPLE,
  checksumOf,
  concat,
  contentOf,
  drawContent,
  drawDamage,
  drawFrom,
  drawSimpleStream,
  drawStream,
  draws,
  flipBit,
  noise,
  oneOf,
  storedBlock,
  withChecksum,
} from './streams.js';

const RUNS = Number(process.env['RUNS'] ?? 200);

/** The longest content that `inflateFixed` accepts. */
const MAX_INFLATED_LENGTH = 8192;

/** Returns a copy of what `deflateFixed` writes to its buffer. */
function deflateFixed(content: Uint8Array, searchFrom: number): Uint8Array {
  return deflateToView(content, searchFrom).slice();
}

/** Inflates a stream in a buffer that ends with it, so that reading on throws. */
function inflate(stream: Uint8Array, maxLength: number): Uint8Array | undefined {
  return inflateFixed(new DataView(Uint8Array.from(stream).buffer), stream.length, maxLength);
}

function expectSameBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  expect(actual).toBeDefined();
  expect(Buffer.compare(actual ?? new Uint8Array(), expected)).toBe(0);
}

describe('deflateFixed', () => {
  test('writes one final fixed block that node:zlib and inflateFixed inflate to the input', () => {
    fc.assert(
      fc.property(draws, fc.nat(MAX_DEFLATED_LENGTH + 1), (draw, searchFrom) => {
        const content = drawContent(draw, MAX_DEFLATED_LENGTH);
        const stream = deflateFixed(content, searchFrom);
        expect((stream[2] ?? 0) & 7).toBe(0b011);
        expectSameBytes(contentOf(stream), content);
        expectSameBytes(inflate(stream, MIB), content);
      }),
      { numRuns: RUNS },
    );
  });

  test.each([0, 1, 2, 3, 4, 113, 114, 115, 116, 117, 257, 258, 259, MAX_DEFLATED_LENGTH - 1, MAX_DEFLATED_LENGTH])(
    'round-trips %d bytes of zeros, of 255 and of noise',
    (length) => {
      for (const content of [new Uint8Array(length), new Uint8Array(length).fill(255), noise(length)]) {
        expectSameBytes(contentOf(deflateFixed(content, 0)), content);
      }
    },
  );

  test('writes a far and long repeat at any bit offset', () => {
    const repeated = noise(200, 1);
    const between = noise(560, 2);
    for (let shift = 0; shift < 16; shift++) {
      // Literals from 144 on take nine bits.
      const content = concat(new Uint8Array(shift).fill(200), repeated, between, repeated);
      const stream = deflateFixed(content, 0);
      expectSameBytes(contentOf(stream), content);
      expect(stream.length).toBeLessThan(deflateFixed(content.subarray(0, shift + 760), 0).length + 12);
    }
  });

  test('searches for repeats only from searchFrom on', () => {
    const content = concat(noise(50), new Uint8Array(50), noise(50), new Uint8Array(50));
    const lengthFrom = (searchFrom: number): number => deflateFixed(content, searchFrom).length;
    expect(lengthFrom(0)).toBeLessThan(lengthFrom(50));
    expect(lengthFrom(50)).toBeLessThan(lengthFrom(100));
    expect(lengthFrom(100)).toBe(lengthFrom(150));
    expect(lengthFrom(150)).toBeLessThan(lengthFrom(200));
  });

  test('returns a view of its buffer, valid until the next call', () => {
    const first = deflateToView(SAMPLE, 0);
    const copy = first.slice();
    const second = deflateToView(new Uint8Array(5), 0);
    expect(second.buffer).toBe(first.buffer);
    expect(first).not.toEqual(copy);
    expect(deflateFixed(SAMPLE, 0)).toEqual(copy);
  });

  test('does not depend on earlier calls', () => {
    const content = Uint8Array.from({ length: MAX_DEFLATED_LENGTH }, (_, index) => index % 7);
    const copy = deflateFixed(content, 0);
    for (let round = 0; round < 100; round++) {
      deflateFixed(noise(1 + ((round * 97) % MAX_DEFLATED_LENGTH), round), 0);
      expect(deflateFixed(content, 0)).toEqual(copy);
    }
  });

  test('writes the header 78 9C, as the official builders do', () => {
    expect([...deflateFixed(new Uint8Array(5), 0).subarray(0, 2)]).toEqual([0x78, 0x9c]);
  });

  test('is at most 8 bytes longer than node:zlib on what tokens contain', () => {
    for (const content of vectorsOf('go-builders.json').map(({ stream }) => inflateSync(stream))) {
      expect(deflateFixed(content, 0).length).toBeLessThanOrEqual(deflateSync(content).length + 8);
    }
  });
});

describe('inflateFixed', () => {
  test('accepts every vector of stored and fixed blocks', () => {
    let accepted = 0;
    for (const file of ['go-builders.json', 'node-builders.json', 'go-services.json'] as const) {
      for (const { id, stream } of vectorsOf(file)) {
        const isDynamic = ((stream[2] ?? 0) & 6) === 4;
        const content = inflateSync(stream);
        if (isDynamic || content.length > MAX_INFLATED_LENGTH) continue;
        expect(inflate(stream, MIB), `${file} ${id}`).toEqual(Uint8Array.from(content));
        accepted += 1;
      }
    }
    expect(accepted).toBe(126 + 17 + 76);
  });

  test('accepts any sequence of stored and fixed blocks', () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const content = drawContent(draw, oneOf(draw, [10, 300, 3000]));
        expectSameBytes(inflate(drawSimpleStream(draw, content), MIB), content);
      }),
      { numRuns: RUNS },
    );
  });

  test('returns what node:zlib returns, or declines, for any stream', () => {
    let accepted = 0;
    fc.assert(
      fc.property(draws, (draw) => {
        const content = drawContent(draw, oneOf(draw, [10, 300, 3000]));
        const stream = draw(3) === 0 ? drawStream(draw, content) : drawSimpleStream(draw, content);
        const damaged = drawDamage(draw, stream);
        const candidate = draw(2) === 0 ? withChecksum(damaged.subarray(2)) : damaged;
        const actual = inflate(candidate, MIB);
        if (actual === undefined) return;
        accepted += 1;
        expectSameBytes(contentOf(candidate), actual);
      }),
      { numRuns: 2 * RUNS },
    );
    expect(accepted).toBeGreaterThan(RUNS / 10);
  });

  test('returns what node:zlib returns for arbitrary bytes in a block', () => {
    let accepted = 0;
    fc.assert(
      fc.property(draws, (draw) => {
        const bytes = noise(1 + draw(oneOf(draw, [6, 60])), draw(2 ** 30));
        bytes[0] = ((bytes[0] ?? 0) & ~7) | oneOf(draw, [0b011, 0b010]);
        // Matches may reach into the stored block; zeros are the code for the end of a block.
        const blocks = concat(storedBlock(noise(draw(400))), bytes, new Uint8Array(draw(4)));
        const stream = withChecksum(blocks);
        const expected = contentOf(stream);
        const actual = inflate(stream, MIB);
        if (actual === undefined) return;
        accepted += 1;
        expectSameBytes(expected, actual);
      }),
      { numRuns: 2 * RUNS },
    );
    expect(accepted).toBeGreaterThan(RUNS / 20);
  });

  describe.each(KINDS.filter(([, , isSimple]) => isSimple))('%s', (_, stream) => {
    test('is accepted', () => {
      expectSameBytes(inflate(stream, MIB), SAMPLE);
    });

    test('is accepted inside a larger buffer', () => {
      const buffer = concat(noise(3), stream, noise(5));
      expectSameBytes(inflateFixed(new DataView(buffer.buffer, 3), stream.length, MIB), SAMPLE);
    });

    test('is accepted up to the limit, and declined above', () => {
      expectSameBytes(inflate(stream, SAMPLE.length), SAMPLE);
      for (let less = 1; less <= SAMPLE.length; less++) {
        expect(inflate(stream, SAMPLE.length - less)).toBeUndefined();
      }
    });

    test('is declined when truncated at any byte', () => {
      const whole = new DataView(Uint8Array.from(stream).buffer);
      for (let length = 0; length < stream.length; length++) {
        expect(inflate(stream.subarray(0, length), MIB)).toBeUndefined();
        // The rest of the stream follows in the buffer.
        expect(inflateFixed(whole, length, MIB)).toBeUndefined();
      }
    });

    test('is declined when bytes follow', () => {
      for (const trailing of [[0], [0, 0, 0, 0], [...stream]]) {
        expect(inflate(concat(stream, Uint8Array.from(trailing)), MIB)).toBeUndefined();
      }
    });

    test('agrees with node:zlib when any bit is flipped', () => {
      for (let bit = 0; bit < 8 * stream.length; bit++) {
        const damaged = flipBit(stream, bit);
        const actual = inflate(damaged, MIB);
        if (actual !== undefined) expectSameBytes(contentOf(damaged), actual);
      }
    });
  });

  test('accepts the longest match at any distance', () => {
    for (let distance = 1; distance <= 700; distance += 3) {
      const piece = noise(distance, distance);
      const content = Uint8Array.from({ length: distance + 259 }, (_, index) => piece[index % distance] ?? 0);
      const stream = deflateSync(content, { level: 9, strategy: constants.Z_FIXED });
      expectSameBytes(inflate(stream, MIB), content);
    }
  });

  test.each([
    ['literals', noise],
    ['matches', (length: number): Uint8Array => new Uint8Array(length).fill(7)],
  ])('accepts up to 8192 bytes of %s, and declines more', (_, make) => {
    for (const length of [8190, 8191, 8192, 8193, 8194, 8450]) {
      const content = make(length);
      for (const options of [{ level: 9, strategy: constants.Z_FIXED }, { level: 0 }]) {
        const actual = inflate(deflateSync(content, options), MIB);
        if (length <= MAX_INFLATED_LENGTH) expectSameBytes(actual, content);
        else expect(actual).toBeUndefined();
      }
    }
  });

  test('accepts an empty content', () => {
    expect(inflate(Uint8Array.of(0x78, 0x9c, 0b011, 0, 0, 0, 0, 1), 1)).toEqual(new Uint8Array());
    const empty = storedBlock(new Uint8Array(), true);
    expect(inflate(concat(Uint8Array.of(0x78, 0x9c), empty, Uint8Array.of(0, 0, 0, 1)), 1)).toEqual(new Uint8Array());
  });

  test('accepts a match that reaches into an earlier block', () => {
    const stored = noise(300);
    const raw = deflateRawSync(concat(stored, stored), { strategy: constants.Z_FIXED });
    const stream = concat(Uint8Array.of(0x78, 0x9c), raw, checksumOf(concat(stored, stored)));
    expectSameBytes(inflate(stream, MIB), concat(stored, stored));
    const z = drawSimpleStream(drawFrom(3), concat(stored, stored));
    expectSameBytes(inflate(z, MIB), concat(stored, stored));
  });

  test.each<[problem: string, bytes: readonly number[]]>([
    ['no bytes', []],
    ['only a header', [0x78, 0x9c]],
    ['a header and the start of a block', [0x78, 0x9c, 0b011]],
    ['another window size', [0x68, 0x81, 0b011, 0, 0, 0, 0, 1]],
    ['wrong check bits', [0x78, 0x9d, 0b011, 0, 0, 0, 0, 1]],
    ['a preset dictionary', [0x78, 0xbb, 0b011, 0, 0, 0, 0, 1]],
    ['no final block', [0x78, 0x9c, 0b010, 0, 0, 0, 0, 1]],
    ['a dynamic block', [0x78, 0x9c, 0b101, 0, 0, 0, 0, 1]],
    ['a block of the reserved type', [0x78, 0x9c, 0b111, 0, 0, 0, 0, 1]],
    ['a stored block with a wrong complement', [0x78, 0x9c, 0b001, 0, 0, 0xff, 0xfe, 0, 0, 0, 1]],
    ['a stored block that ends early', [0x78, 0x9c, 0b001, 1, 0, 0xfe, 0xff, 0, 0, 0, 1]],
    ['a match before the start', [0x78, 0x9c, 0x4b, 0x04, 0x62, 0, 0, 0, 0, 0, 1]],
    ['a wrong checksum', [0x78, 0x9c, 0b011, 0, 0, 0, 0, 2]],
  ])('declines %s', (_, bytes) => {
    expect(inflate(Uint8Array.from(bytes), MIB)).toBeUndefined();
  });

  /** Writes literals with fixed codes, whose bits are sent from the most significant one. */
  function literals(writer: BitWriter, ...values: readonly number[]): BitWriter {
    for (const value of values) code(writer, value < 144 ? 0x30 + value : 0x190 + value - 144, value < 144 ? 8 : 9);
    return writer;
  }

  function code(writer: BitWriter, value: number, length: number): BitWriter {
    for (let bit = length - 1; bit >= 0; bit--) writer.bits(value >> bit, 1);
    return writer;
  }

  const FIXED = 0b01;
  const block = (isFinal: boolean): BitWriter => new BitWriter().bits(isFinal ? 1 : 0, 1).bits(FIXED, 2);

  // Each stream would be accepted, with this content, by a reader that goes on where it should decline.
  test.each<[problem: string, blocks: Uint8Array, content: readonly number[]]>([
    ['a final stored block without a length', Uint8Array.of(0b001), []],
    [
      'a stored block whose header starts in the last bits before the checksum',
      literals(block(false), 160, 160, 160, 160).bits(0, 7).bits(0, 2).finish(),
      [160, 160, 160, 160],
    ],
    [
      'a stored block with a wrong complement, and a fixed block in its header',
      literals(new BitWriter().bits(0, 3).bits(1, 1).bits(FIXED, 2), 97, 97, 97, 97).bits(0, 7).finish(),
      [97, 97, 97, 97],
    ],
    [
      'a stored block that ends early, and a fixed block in its header',
      Uint8Array.of(24, 3, 2, 252, 253, 0, 0),
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 253, 240],
    ],
    [
      'a final fixed block of which only the header is there',
      literals(block(false), 200, 200, 200).bits(0, 7).bits(1, 1).bits(FIXED, 2).finish(),
      [200, 200, 200],
    ],
    ['a match before the start, and a fixed block in its code', Uint8Array.of(0b00011010, 0), []],
    [
      'a length code without a meaning',
      code(literals(block(true), 97), 0b11000110, 8)
        .bits(0, 5)
        .bits(0, 7)
        .finish(),
      [97],
    ],
    [
      'a distance code without a meaning',
      code(code(literals(block(true), 97), 1, 7), 0b11110, 5)
        .bits(0, 7)
        .finish(),
      [97, 0, 0, 0],
    ],
    [
      'a length and a distance code without a meaning',
      code(code(literals(block(true), 97), 0b11000111, 8), 0b11111, 5)
        .bits(0, 7)
        .finish(),
      [97],
    ],
  ])('declines %s', (_, blocks, content) => {
    const stream = concat(Uint8Array.of(0x78, 0x9c), blocks, checksumOf(Uint8Array.from(content)));
    expect(contentOf(stream)).toBeUndefined();
    // The output buffer holds zeros before.
    expect(inflate(deflateFixed(new Uint8Array(100), 0), MIB)).toHaveLength(100);
    expect(inflate(stream, MIB)).toBeUndefined();
  });

  test('declines a match before the start, even with a valid checksum', () => {
    // The literal "a" and a match of 3 at distance 2.
    const blocks = Uint8Array.of(0x4b, 0x04, 0x42, 0x00);
    // What the match would copy if the byte before the start were 0.
    const content = Uint8Array.of(0x61, 0, 0x61, 0);
    const stream = concat(Uint8Array.of(0x78, 0x9c), blocks, checksumOf(content));
    expect(inflate(stream, MIB)).toBeUndefined();
  });

  test('returns an array with a buffer of its own', () => {
    const stream = deflateFixed(SAMPLE, 0);
    const [first, second] = [inflate(stream, MIB), inflate(stream, MIB)];
    expect(first?.buffer.byteLength).toBe(SAMPLE.length);
    first?.fill(0);
    expectSameBytes(second, SAMPLE);
    expectSameBytes(inflate(stream, MIB), SAMPLE);
  });
});
