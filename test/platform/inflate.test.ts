import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inflateFixed } from '../../src/codec/fixed-block.js';
import { type Inflated, decompressPartial } from '../../src/codec/zlib.js';
import * as node from '../../src/platform/node.js';
import * as pako from '../../src/platform/web.js';
import { BitWriter, LENGTH_CODE_ORDER, drawDynamicBlock, drawLengths } from '../codec/dynamic-blocks.js';
import {
  KINDS,
  MIB,
  SAMPLE,
  bomb,
  concat,
  contentOf,
  decodedOf,
  drawContent,
  drawDamage,
  drawFrom,
  drawSimpleStream,
  drawStream,
  draws,
  flipBit,
  noise,
  oneOf,
  withChecksum,
} from '../codec/streams.js';

const { inflate: inflateByNode } = node.decoder;
const { inflate: inflateByPako } = pako.decoder;

const RUNS = Number(process.env['RUNS'] ?? 100);

/** Compares bytes at once: comparing each of a MiB is slow. */
function expectEqual(actual: Inflated, expected: Inflated): void {
  expect({ ...actual, bytes: actual.bytes.length }).toEqual({ ...expected, bytes: expected.bytes.length });
  expect(Buffer.compare(actual.bytes, expected.bytes)).toBe(0);
}

/** Expects node:zlib, pako and the fast path to agree on a stream, and returns the result. */
function inflate(stream: Uint8Array, maxLength = 2 ** 17): Inflated {
  const result = inflateByNode(stream, maxLength);
  expectEqual(inflateByPako(stream, maxLength), result);
  expect(result.bytes.length).toBeLessThanOrEqual(maxLength);
  if (result.status === 'corrupt' || result.status === 'limit') expect(result.bytes).toHaveLength(0);
  if (result.status !== 'ok') expect(result.unused).toBe(0);
  const fast = inflateFixed(decodedOf(stream).view, stream.length, maxLength);
  if (fast !== undefined) expectEqual({ status: 'ok', bytes: fast, unused: 0 }, result);
  return result;
}

const LIMITS = [1, 2, 62, 63, 64, 65, 100, 1000, 16_383, 16_384, 16_385, MIB] as const;

describe('node:zlib and pako agree', () => {
  test('on valid streams of every kind, at any limit', () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const content = drawContent(draw, oneOf(draw, [10, 1000, 5000, 40_000]));
        const stream = draw(3) === 0 ? drawSimpleStream(draw, content) : drawStream(draw, content);
        expectEqual(inflate(stream), { status: 'ok', bytes: content, unused: 0 });
        inflate(stream, Math.max(1, oneOf(draw, [...LIMITS, content.length - 1, content.length])));
      }),
      { numRuns: RUNS },
    );
  });

  test('on damaged streams, at any limit', () => {
    const statuses = new Map<string, number>();
    fc.assert(
      fc.property(draws, (draw) => {
        const content = drawContent(draw, oneOf(draw, [50, 2000, 40_000]));
        const damaged = drawDamage(draw, drawStream(draw, content));
        const stream = draw(3) === 0 ? withChecksum(damaged.subarray(2)) : damaged;
        const { status } = inflate(stream, oneOf(draw, LIMITS));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }),
      { numRuns: 1.5 * RUNS },
    );
    expect([...statuses.keys()].sort()).toEqual(['corrupt', 'limit', 'ok', 'truncated']);
  });

  test('on the output before damage, at any limit', () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const content = drawContent(draw, oneOf(draw, [50, 2000]));
        const damaged = drawDamage(draw, drawStream(draw, content));
        const maxLength = oneOf(draw, LIMITS);
        expectEqual(
          decompressPartial(decodedOf(damaged), maxLength, inflateByPako),
          decompressPartial(decodedOf(damaged), maxLength, inflateByNode),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('on dynamic blocks, valid and invalid', () => {
    const statuses = new Map<string, number>();
    fc.assert(
      fc.property(draws, (draw) => {
        const writer = new BitWriter();
        for (let left = draw(3); left >= 0; left--) drawDynamicBlock(draw, writer, left === 0);
        const blocks = writer.finish();
        const stream = withChecksum(concat(blocks, blocks.subarray(0, draw(5))));
        const { status } = inflate(draw(10) === 0 ? stream.subarray(0, draw(stream.length + 1)) : stream);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }),
      { numRuns: RUNS },
    );
    for (const status of ['ok', 'corrupt', 'truncated']) expect(statuses.get(status)).toBeGreaterThan(RUNS / 100);
  });

  test('on random bits after the header of a dynamic block', () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const writer = new BitWriter().bits(draw(2), 1).bits(2, 2);
        writer.bits(draw(32), 5).bits(draw(32), 5).bits(15, 4);
        const lengthCode = drawLengths(draw, 1 + draw(19), 19, 7);
        for (const symbol of LENGTH_CODE_ORDER) writer.bits(lengthCode[symbol] ?? 0, 3);
        for (let left = draw(1000); left > 0; left--) writer.bits(draw(2), 1);
        inflate(withChecksum(writer.finish()));
      }),
      { numRuns: RUNS },
    );
  });

  test('on random bytes, with and without a header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        inflate(bytes);
        inflate(concat(Uint8Array.of(0x78, 0x9c), bytes));
        inflate(withChecksum(bytes));
      }),
      { numRuns: RUNS },
    );
  });

  test('on every header', () => {
    const body = deflateSync('room 1, room 1').subarray(2);
    const accepted: number[] = [];
    for (let header = 0; header <= 0xffff; header++) {
      // Some wrong check bits for 78, and right ones for methods 7 to 9.
      const method = (header >> 8) & 15;
      if (header % 31 === 0 ? method < 7 || method > 9 : header >> 8 !== 0x78 || (header & 3) !== 0) continue;
      const { status } = inflate(Uint8Array.of(header >> 8, header & 0xff, ...body), 1000);
      if (status === 'ok') accepted.push(header);
    }
    // CM = 8, CINFO up to 7, no dictionary, each with four levels.
    expect(accepted).toHaveLength(8 * 4);
    expect(accepted).toContain(0x789c);
  });
});

describe.each(KINDS)('%s', (_, stream, isSimple) => {
  test('is ok', () => {
    expectEqual(inflate(stream), { status: 'ok', bytes: SAMPLE, unused: 0 });
  });

  test('is truncated, with a prefix of the output, when cut', () => {
    let previous = 0;
    for (let missing = stream.length; missing > 0; missing -= isSimple && missing > 9 ? 3 : 1) {
      const length = stream.length - missing;
      const { status, bytes } = inflate(stream.subarray(0, length));
      expect(status).toBe('truncated');
      expect(Buffer.compare(bytes, SAMPLE.subarray(0, bytes.length))).toBe(0);
      expect(bytes.length).toBeGreaterThanOrEqual(previous);
      previous = bytes.length;
    }
    expect(previous).toBe(SAMPLE.length);
  });

  test('reports the bytes after its end', () => {
    for (const unused of [1, 4, 1000]) {
      expectEqual(inflate(concat(stream, noise(unused))), { status: 'ok', bytes: SAMPLE, unused });
    }
  });

  test('is ok up to the limit, and above it exceeds the limit', () => {
    expect(inflate(stream, SAMPLE.length + 1).status).toBe('ok');
    expect(inflate(stream, SAMPLE.length).status).toBe('ok');
    expect(inflate(stream, SAMPLE.length - 1).status).toBe('limit');
    expect(inflate(stream, 1).status).toBe('limit');
  });

  test('exceeds the limit also when it is truncated after the limit', () => {
    expect(inflate(stream.subarray(0, stream.length - 4), SAMPLE.length).status).toBe('truncated');
    expect(inflate(stream.subarray(0, stream.length - 4), SAMPLE.length - 1).status).toBe('limit');
  });

  test('exceeds the limit also when it is corrupt after the limit', () => {
    const damaged = flipBit(stream, 8 * stream.length - 1);
    expect(inflate(damaged, SAMPLE.length).status).toBe('corrupt');
    expect(inflate(damaged, SAMPLE.length - 2).status).toBe('limit');
  });

  test('is corrupt when any bit of the checksum is flipped', () => {
    for (let bit = 8 * stream.length - 32; bit < 8 * stream.length; bit++) {
      expect(inflate(flipBit(stream, bit)).status).toBe('corrupt');
    }
  });

  test('has the result of node:zlib when a bit of every third byte is flipped', () => {
    for (let byte = 0; byte < stream.length; byte += 3) {
      const damaged = flipBit(stream, 8 * byte + ((byte * 3) & 7));
      const { status, bytes, unused } = inflate(damaged, 1000);
      if (status === 'ok' && unused === 0) expect(contentOf(damaged)).toEqual(bytes);
    }
  });
});

describe('preset dictionaries', () => {
  test.each([
    [0, 'truncated'],
    [3, 'truncated'],
    [4, 'corrupt'],
    [5, 'corrupt'],
  ])('with %i bytes after the header are %s', (length, status) => {
    expect(inflate(concat(Uint8Array.of(0x78, 0x20), new Uint8Array(length))).status).toBe(status);
  });

  test('are corrupt in a whole stream', () => {
    const stream = deflateSync(SAMPLE, { dictionary: Buffer.from('room 1, alice') });
    expect(inflate(stream).status).toBe('corrupt');
  });
});

test.each<[what: string, stream: Uint8Array, status: string]>([
  ['no bytes', new Uint8Array(), 'truncated'],
  ['one byte', Uint8Array.of(0x78), 'truncated'],
  ['a byte that starts no header', Uint8Array.of(0xff), 'truncated'],
  ['gzip', gzipSync(SAMPLE), 'corrupt'],
  ['a raw stream', deflateRawSync(SAMPLE), 'corrupt'],
  ['zeros', new Uint8Array(100), 'corrupt'],
  ['JSON', new TextEncoder().encode('{"token":"007"}'), 'corrupt'],
  ['a block of the reserved type', Buffer.from('789c07', 'hex'), 'corrupt'],
  ['a stored block with a wrong complement', Buffer.from('789c010500faf0ffff', 'hex'), 'corrupt'],
  ['more than 286 length codes', Buffer.from('789cfdff0f00000000', 'hex'), 'corrupt'],
  ['a distance before the start', Buffer.from('789c4b0462000000000000', 'hex'), 'corrupt'],
])('%s: %s is the status', (_, stream, status) => {
  expect(inflate(stream).status).toBe(status);
});

test('matches may reach back beyond the window that the header declares', () => {
  const piece = noise(600);
  const stream = deflateSync(concat(piece, piece));
  stream.set([0x08, 0x1d]);
  expectEqual(inflate(stream), { status: 'ok', bytes: concat(piece, piece), unused: 0 });
});

test.each([1, 2, 63, 64, 65, 1024, 16_383, 16_384, 16_385, 65_536, MIB])(
  'the limit of %i bytes is exact',
  (maxLength) => {
    for (const content of [new Uint8Array(maxLength), noise(maxLength)]) {
      expectEqual(inflate(deflateSync(content), maxLength), { status: 'ok', bytes: content, unused: 0 });
      const larger = deflateSync(concat(content, Uint8Array.of(1)));
      expect(inflate(larger, maxLength).status).toBe('limit');
    }
  },
);

describe('a stream of 1 GiB', () => {
  const stream = bomb(1024);

  test('is valid: a smaller one of its kind is inflated by node:zlib', () => {
    expect(contentOf(bomb(2))).toHaveLength(2 * MIB);
    expect(stream.length).toBeLessThan(1.1 * MIB);
  });

  test.each([
    ['node:zlib', inflateByNode],
    ['pako', inflateByPako],
  ])('exceeds the limit in less than 100 ms and 8 MiB by %s', (_, inflateBy) => {
    const used = (): number => {
      const { arrayBuffers, heapUsed } = process.memoryUsage();
      return arrayBuffers + heapUsed;
    };
    const times = [1, 2, 3].map(() => {
      const [start, before] = [performance.now(), used()];
      expect(inflateBy(stream, MIB).status).toBe('limit');
      expect(used() - before).toBeLessThan(8 * MIB);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  });
});

test.each([
  ['node:zlib', inflateByNode],
  ['pako', inflateByPako],
])('%s inflates 200,000 empty blocks in less than a second', (_, inflateBy) => {
  const blocks = Buffer.alloc(5 * 200_000, Buffer.from('000000ffff', 'hex'));
  const stream = concat(Uint8Array.of(0x78, 0x9c), blocks, Uint8Array.of(3, 0, 0, 0, 0, 1));
  const start = performance.now();
  expectEqual(inflateBy(stream, MIB), { status: 'ok', bytes: new Uint8Array(), unused: 0 });
  expect(performance.now() - start).toBeLessThan(1000);
});

test('the longest codes with the most extra bits inflate, at any bit offset', () => {
  const draw = drawFrom(1);
  const writer = new BitWriter();
  // More than the greatest distance, stored.
  writer.bits(0, 8).bits(40_000, 16).bits(~40_000, 16);
  for (let left = 40_000; left > 0; left--) writer.bits(draw(256), 8);
  drawDynamicBlock(drawFrom(4), writer, true);
  inflate(withChecksum(writer.finish()));
});

test.each([
  ['node:zlib', inflateByNode],
  ['pako', inflateByPako],
])('%s returns a plain Uint8Array with a buffer of its own and leaves the input alone', (_, inflateBy) => {
  const stream = Uint8Array.from(deflateSync(SAMPLE));
  const copy = stream.slice();
  for (const input of [stream, stream.subarray(0, stream.length - 5)]) {
    const { bytes } = inflateBy(input, MIB);
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
    bytes.fill(0);
  }
  expect(stream).toEqual(copy);
});
