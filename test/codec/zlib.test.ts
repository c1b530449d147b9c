import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync, deflateSync, gzipSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { workspace } from '../../src/codec/fixed-codes.js';
import { compress, isLong } from '../../src/codec/zlib.js';
import { AccessTokenError, type AccessTokenErrorCode } from '../../src/errors.js';
import { deflate } from '../../src/platform/node.js';
import { inflate } from './streams.js';

const MIB = 2 ** 20;

/** The stream of a content, in an array of its own. */
function compressed(content: Uint8Array): Uint8Array {
  if (isLong(content)) return deflate(content);
  return compress(content, (stream) => Uint8Array.from(stream));
}

function codeOf(action: () => unknown): AccessTokenErrorCode | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof AccessTokenError) return error.code;
    throw error;
  }
  return undefined;
}

/** What node:zlib makes of a stream; undefined if it refuses it. */
function inflatedByNode(stream: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(stream);
  } catch {
    return undefined;
  }
}

function raise(): never {
  throw new Error('read, but not by node:zlib');
}

/** Bytes that are the same in every run, and hardly compress. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return new Uint8Array(length).map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

const TEXT = new TextEncoder().encode(
  `${'970CA35de60c44645bbae8a215061b33'.repeat(3)} room 1, alice, 0123456789`,
);

const CONTENTS: readonly (readonly [what: string, content: Uint8Array])[] = [
  ['nothing', new Uint8Array()],
  ['a byte', Uint8Array.of(0)],
  ['every byte', Uint8Array.from({ length: 256 }, (_, byte) => byte)],
  ['a text', TEXT],
  ['zeros', new Uint8Array(100_000)],
  ['noise', noise(100_000, 1)],
  ['a run and noise', Uint8Array.of(...new Uint8Array(300), ...noise(300, 2), ...new Uint8Array(300))],
  ['a distance of the whole window', Uint8Array.of(...noise(32_768, 3), ...noise(32_768, 3))],
  ...[1, 2, 3, 4, 257, 258, 259, 260, 511, 1023, 1024, 1025, 4096].map(
    (length) => [`${length} equal bytes`, new Uint8Array(length).fill(7)] as const,
  ),
];

function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  expect(Buffer.compare(actual, expected)).toBe(0);
}

describe.each(CONTENTS)('%s', (_, content) => {
  test('is inflated by node:zlib as it was compressed', () => {
    const stream = compressed(content);
    expect([...stream.subarray(0, 2)]).toEqual([0x78, 0x9c]);
    expectSame(inflateSync(stream), content);
  });

  test('comes back from its own stream', () => {
    expectSame(inflate(compressed(content), content.length), content);
  });

  const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;
  test.each([Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE])(
    'comes back from the streams of node:zlib with strategy %i',
    (strategy) => {
      for (const level of [0, 1, 6, 9]) {
        for (const windowBits of [9, 12, 15]) {
          const stream = deflateSync(content, { level, strategy, windowBits });
          expectSame(inflate(stream, MIB), content);
        }
      }
    },
  );
});

test('any bytes come back, from either side', () => {
  const repetitive = fc
    .array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 12 })
    .chain((parts) =>
      parts.length === 0 ? fc.constant(parts) : fc.array(fc.constantFrom(...parts), { maxLength: 30 }),
    )
    .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));
  fc.assert(
    fc.property(fc.oneof(repetitive, fc.uint8Array({ maxLength: 400 })), (content) => {
      expectSame(inflateSync(compressed(content)), content);
      expectSame(inflate(compressed(content), 1000), content);
      expectSame(inflate(deflateSync(content), 1000), content);
      expectSame(inflate(deflateSync(content, { strategy: constants.Z_FIXED }), 1000), content);
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test('what is compressed is as short as that of node:zlib, or nearly so, for what tokens hold', () => {
  expect(compressed(TEXT).length).toBeLessThanOrEqual(deflateSync(TEXT).length + 8);
});

test('a content is long from where distances have no code', () => {
  expect(isLong(new Uint8Array(1024))).toBe(false);
  expect(isLong(new Uint8Array(1025))).toBe(true);
});

test('stream and content are left alone', () => {
  const content = Uint8Array.from(TEXT);
  const stream = compressed(content);
  const copy = Uint8Array.from(stream);
  const inflated = inflate(stream, 1000);
  inflated.fill(0);
  expect(stream).toEqual(copy);
  expect(content).toEqual(TEXT);
  expectSame(inflate(stream, 1000), TEXT);
});

test('a stream in the midst of a buffer is read alone', () => {
  const stream = compressed(TEXT);
  const buffer = Uint8Array.of(1, 2, 3, ...stream, 4, 5, 6);
  expectSame(inflate(buffer.subarray(3, 3 + stream.length), 1000), TEXT);
});

/** Streams with blocks of each kind: stored, with fixed codes, with codes of their own. */
const STREAMS: readonly (readonly [what: string, stream: Uint8Array, content: Uint8Array])[] = [
  ['our own', compressed(TEXT), TEXT],
  ['stored', deflateSync(TEXT, { level: 0 }), TEXT],
  ['with fixed codes', deflateSync(TEXT, { strategy: constants.Z_FIXED }), TEXT],
  ['with codes of its own', dynamic(), dynamicContent()],
  ['of nothing', compressed(new Uint8Array()), new Uint8Array()],
];

function dynamicContent(): Uint8Array {
  return noise(500, 5).map((byte) => (byte < 200 ? byte & 3 : byte));
}

function dynamic(): Uint8Array {
  return deflateSync(dynamicContent());
}

describe.each(STREAMS)('a stream %s', (_, stream, content) => {
  test('is read', () => {
    expectSame(inflate(stream, MIB), content);
  });

  test('that ends early is refused, wherever it does', () => {
    const codes = new Set<unknown>();
    for (let length = 0; length < stream.length; length++) {
      codes.add(codeOf(() => inflate(stream.subarray(0, length), MIB)));
    }
    expect([...codes]).toEqual(['ERR_TOKEN_TRUNCATED']);
  });

  test('with a wrong checksum is refused, whichever bit is wrong', () => {
    const codes = new Set<unknown>();
    for (let bit = 0; bit < 32; bit++) {
      const at = stream.length - 4 + (bit >> 3);
      const damaged = Uint8Array.from(stream);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit & 7));
      codes.add(codeOf(() => inflate(damaged, MIB)));
    }
    expect([...codes]).toEqual(['ERR_TOKEN_ZLIB']);
  });

  test('with bytes after it is refused', () => {
    for (const trailing of [[0], [0, 0, 0, 0], [...stream]]) {
      const longer = Uint8Array.of(...stream, ...trailing);
      expect(codeOf(() => inflate(longer, MIB))).toBe('ERR_TOKEN_TRAILING_BYTES');
    }
  });

  test('may inflate to as many bytes as are allowed, and to no more', () => {
    expectSame(inflate(stream, content.length), content);
    for (let maxLength = content.length - 1; maxLength > content.length - 20 && maxLength > 0; maxLength--) {
      expect(codeOf(() => inflate(stream, maxLength))).toBe('ERR_TOKEN_TOO_LARGE');
    }
  });

  test('with a flipped bit is read as node:zlib reads it, or refused', () => {
    const codes = new Set<AccessTokenErrorCode>();
    for (let bit = 0; bit < 8 * stream.length; bit++) {
      const damaged = Uint8Array.from(stream);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const expected = inflatedByNode(damaged);
      const code = codeOf(() => {
        expectSame(inflate(damaged, MIB), expected ?? raise());
      });
      if (code !== undefined) codes.add(code);
      if (expected === undefined) expect(code).toBeDefined();
    }
    expect([...codes].filter((code) => !code.startsWith('ERR_TOKEN_'))).toEqual([]);
    expect(codes).toContain('ERR_TOKEN_ZLIB');
  });
});

describe('the header', () => {
  const body = compressed(TEXT).subarray(2);

  test('may be any of zlib with a window of at least the distances', () => {
    for (const header of [0x7801, 0x785e, 0x789c, 0x78da]) {
      expectSame(inflate(Uint8Array.of(header >> 8, header & 0xff, ...body), 1000), TEXT);
    }
  });

  test('is refused whenever node:zlib refuses it', () => {
    const differing: string[] = [];
    for (let header = 0; header <= 0xffff; header++) {
      // All whose check bits are right, whatever else they say, and all that begin as a good one does.
      if (header % 31 !== 0 && header >> 8 !== 0x78) continue;
      const stream = Uint8Array.of(header >> 8, header & 0xff, ...body);
      const expected = inflatedByNode(stream) !== undefined;
      if ((codeOf(() => inflate(stream, 1000)) === undefined) !== expected)
        differing.push(header.toString(16));
    }
    expect(differing).toEqual([]);
  });

  test.each<[what: string, stream: Uint8Array]>([
    ['of another method', Uint8Array.of(0x77, 0x9c + 8, ...body)],
    ['of a window of 64 KiB', Uint8Array.of(0x88, 0x1c, ...body)],
    ['with a wrong check', Uint8Array.of(0x78, 0x9d, ...body)],
    ['that asks for a dictionary', Uint8Array.of(0x78, 0xbb, 0, 0, 0, 1, ...body)],
    ['of a stream with a dictionary', deflateSync(TEXT, { dictionary: Buffer.from('room 1, alice') })],
    ['of gzip', gzipSync(TEXT)],
    ['that is left out', deflateRawSync(TEXT)],
    ['that is text', new TextEncoder().encode('{"token":"007"}')],
    ['that is all zeros', new Uint8Array(100)],
  ])('%s is refused', (_, stream) => {
    expect(codeOf(() => inflate(stream, MIB))).toBe('ERR_TOKEN_ZLIB');
  });
});

/** Streams whose header is good and whose block is not (RFC 1951, 3.2). */
test.each([
  ['a block of the reserved type', '07'],
  ['a stored block whose length and complement do not go together', '010500faf0'],
  ['more than 286 codes for lengths', 'fdff0f'],
  ['a distance before the start of the content', '4b04620000'],
  ['code lengths that repeat nothing', '05c08105000000000010ff'],
])('%s is refused', (_, hex) => {
  const stream = Buffer.concat([Buffer.from(`789c${hex}`, 'hex'), Buffer.alloc(40, 0xff)]);
  expect(() => inflateSync(stream)).toThrow();
  expect(codeOf(() => inflate(stream, MIB))).toBe('ERR_TOKEN_ZLIB');
});

test('any bytes are inflated as by node:zlib, or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
      const stream = Uint8Array.of(0x78, 0x9c, ...body);
      const expected = inflatedByNode(stream);
      const code = codeOf(() => {
        expectSame(inflate(stream, MIB), expected ?? raise());
      });
      if (expected === undefined) expect(code).toMatch(/^ERR_TOKEN_/u);
    }),
    { numRuns: 3000, seed: 3 },
  );
});

describe('the limit', () => {
  test.each([1, 2, 1023, 1024, 1025, 4096, 4097, 65_536, MIB - 1, MIB])(
    'of %i bytes is exact',
    (maxLength) => {
      for (const fill of [new Uint8Array(maxLength), noise(maxLength, 7)]) {
        expectSame(inflate(deflateSync(fill), maxLength), fill);
        const larger = deflateSync(Buffer.concat([fill, Buffer.of(1)]));
        expect(codeOf(() => inflate(larger, maxLength))).toBe('ERR_TOKEN_TOO_LARGE');
      }
    },
  );
});

/** A zlib stream of so many MiB of zeros, made without them: each block of 1 MiB is the same. */
function bomb(mebibytes: number): Uint8Array {
  const block = deflateRawSync(Buffer.alloc(MIB), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const last = deflateRawSync(Buffer.alloc(0));
  // Adler-32 of n zeros: the low half stays 1, and the high half adds it up n times.
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE((((mebibytes * MIB) % 65_521) * 65_536 + 1) >>> 0);
  return Buffer.concat([
    Buffer.of(0x78, 0xda),
    ...Array.from({ length: mebibytes }, () => block),
    last,
    checksum,
  ]);
}

describe('a stream that inflates to 1 GiB', () => {
  const stream = bomb(1024);

  test('is one: a smaller of its kind is inflated by node:zlib', () => {
    const content = inflateSync(bomb(8));
    expect(content).toHaveLength(8 * MIB);
    expect(content.every((byte) => byte === 0)).toBe(true);
    expect(stream.length).toBeLessThan(1.1 * MIB);
  });

  test('is refused in less than 50 ms', () => {
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      expect(codeOf(() => inflate(stream, MIB))).toBe('ERR_TOKEN_TOO_LARGE');
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });

  test('is refused with less than 8 MiB of memory', () => {
    const allocated = (): number => {
      const { arrayBuffers, heapUsed } = process.memoryUsage();
      return arrayBuffers + heapUsed;
    };
    const before = allocated();
    expect(codeOf(() => inflate(stream, MIB))).toBe('ERR_TOKEN_TOO_LARGE');
    expect(allocated() - before).toBeLessThan(8 * MIB);
  });

  test('is refused for a small limit, too', () => {
    expect(codeOf(() => inflate(stream, 1))).toBe('ERR_TOKEN_TOO_LARGE');
  });
});

test('a stream of 200,000 empty blocks is read in less than a second', () => {
  const empty = Buffer.from('000000ffff', 'hex');
  const stream = Buffer.concat([
    Buffer.of(0x78, 0x9c),
    Buffer.alloc(5 * 200_000, empty),
    Buffer.from('0300', 'hex'),
    Buffer.from('00000001', 'hex'),
  ]);
  expect(inflateSync(stream)).toHaveLength(0);
  const start = performance.now();
  expectSame(inflate(stream, MIB), new Uint8Array());
  expect(performance.now() - start).toBeLessThan(1000);
});

test('noise that no compression shortens comes back', () => {
  const content = randomBytes(10_000);
  expectSame(inflate(compressed(content), MIB), content);
});

describe('nothing stays in the workspace', () => {
  const content = Uint8Array.from({ length: 1000 }, (_, index) => index * index);
  const stream = compressed(content);
  const left = (): number => workspace.findIndex((byte) => byte !== 0);

  test('of what is compressed', () => {
    compress(content, () => {
      expect(left()).toBe(0);
    });
    expect(left()).toBe(-1);
  });

  test('of what is inflated', () => {
    expectSame(inflate(stream, 1000), content);
    expect(left()).toBe(-1);
  });

  test('of what is refused', () => {
    expect(codeOf(() => inflate(stream, 999))).toBe('ERR_TOKEN_TOO_LARGE');
    expect(left()).toBe(-1);
    expect(codeOf(() => inflate(stream.subarray(0, -1), 1000))).toBe('ERR_TOKEN_TRUNCATED');
    expect(left()).toBe(-1);
  });
});
