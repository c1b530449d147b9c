import { constants, deflateSync, inflateRawSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import * as pako from 'pako';
import { describe, expect, test } from 'vitest';
import { type Inflated, inflateUpTo } from '../../src/codec/inflate.js';

const RUNS = Number(process.env['RUNS'] ?? 2000);
const MIB = 2 ** 20;

/** What node:zlib tells with `info`, which its types do not know. */
interface WithInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** What is known of how a stream ended. */
interface Ended {
  readonly status?: Inflated['status'] | undefined;
  readonly bytes?: Uint8Array | undefined;
  readonly left?: number | undefined;
}

/** Inflates as {@link inflateUpTo} does, by means of node:zlib, without a limit; tells why a stream is damaged. */
function byNode(stream: Uint8Array): { readonly ended: Ended; readonly fault: string } {
  try {
    const { buffer, engine } = inflateSync(stream, { info: true }) as unknown as WithInfo;
    const left = stream.length - engine.bytesWritten;
    return { ended: { status: 'complete', bytes: Uint8Array.from(buffer), left }, fault: '' };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return {
      ended: { status: error.code === 'Z_BUF_ERROR' ? 'cut' : 'damaged' },
      fault: error.message,
    };
  }
}

/** Inflates as {@link inflateUpTo} does, by means of pako, which tells what there was before a fault, too. */
function byPako(stream: Uint8Array, maxLength: number): Ended {
  const z = new pako.ZStream();
  z.input = stream;
  z.avail_in = stream.length;
  pako.zlibInflateInit(z);
  const parts: Uint8Array[] = [];
  for (;;) {
    z.output = new Uint8Array(Math.min(100_000, maxLength + 1 - z.total_out));
    z.next_out = 0;
    z.avail_out = z.output.length;
    const status = pako.zlibInflate(z, pako.Z_NO_FLUSH);
    parts.push(z.output.subarray(0, z.next_out));
    const bytes = Uint8Array.from(Buffer.concat(parts).subarray(0, maxLength));
    if (z.total_out > maxLength) return { status: 'too large', bytes };
    if (status === pako.Z_STREAM_END) return { status: 'complete', bytes, left: z.avail_in };
    if (status === pako.Z_OK && z.avail_out === 0) continue;
    const isCut = status === pako.Z_OK || status === pako.Z_BUF_ERROR;
    return { status: isCut ? 'cut' : 'damaged', bytes };
  }
}

/** What there is to compare: where a stream was left is told by what is left, but of a complete one alone. */
function comparable({ status, bytes, left }: Inflated): Ended {
  return status === 'complete' ? { status, bytes, left } : { status, bytes };
}

/** Expects what node:zlib and pako say of a stream, and returns the fault that node:zlib names. */
function expectSame(stream: Uint8Array, maxLength = MIB): string {
  const ours = comparable(inflateUpTo(stream, maxLength));
  expectEqual(ours, byPako(stream, maxLength));
  if (ours.status === 'too large') return 'too large';
  const { ended, fault } = byNode(stream);
  expectEqual(ended.status === 'complete' ? ours : { status: ours.status }, ended);
  return fault;
}

/** Compares bytes in one go: to look at each of a MiB takes long. */
function expectEqual(actual: Ended, expected: Ended): void {
  const { bytes = new Uint8Array(), ...rest } = actual;
  const { bytes: expectedBytes = new Uint8Array(), ...expectedRest } = expected;
  expect(rest).toEqual(expectedRest);
  expect(Buffer.compare(bytes, expectedBytes)).toBe(0);
}

/** Draws integers below a bound; the same ones for the same seed. */
type Draw = (bound: number) => number;

function drawFrom(seed: number): Draw {
  let state = seed;
  return (bound) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % bound;
  };
}

const draws = fc.integer().map(drawFrom);

/** Bytes of as many values as are drawn, with pieces that come again. */
function drawContent(draw: Draw, maxLength: number): Uint8Array {
  const length = draw(maxLength + 1);
  const values = 1 + draw(256);
  const bytes: number[] = [];
  while (bytes.length < length) {
    if (bytes.length > 0 && draw(8) === 0) {
      const distance = 1 + draw(Math.min(bytes.length, 40_000));
      for (let left = 3 + draw(300); left > 0; left--) bytes.push(bytes.at(-distance) ?? 0);
    } else {
      bytes.push(draw(values));
    }
  }
  return Uint8Array.from(bytes.slice(0, length));
}

const STRATEGIES = [
  pako.Z_DEFAULT_STRATEGY,
  pako.Z_FILTERED,
  pako.Z_FIXED,
  pako.Z_HUFFMAN_ONLY,
  pako.Z_RLE,
] as const;
const FLUSHES = [
  pako.Z_NO_FLUSH,
  pako.Z_PARTIAL_FLUSH,
  pako.Z_SYNC_FLUSH,
  pako.Z_FULL_FLUSH,
  pako.Z_BLOCK,
] as const;

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

const DEFLATED = 8;

function oneOf<Item>(draw: Draw, items: readonly Item[]): Item {
  const item = items[draw(items.length)];
  if (item === undefined) throw new Error('there is one');
  return item;
}

/** Compresses with settings that are drawn: by node:zlib in one go, or by pako in pieces with flushes between them. */
function drawStream(draw: Draw, content: Uint8Array): Uint8Array {
  const windowBits = 9 + draw(7);
  const memLevel = 1 + draw(9);
  const level = draw(10);
  const strategy = oneOf(draw, STRATEGIES);
  if (draw(2) === 0) return Uint8Array.from(deflateSync(content, { windowBits, memLevel, level, strategy }));
  const z = new pako.ZStream();
  pako.zlibDeflateInit2(z, level, DEFLATED, windowBits, memLevel, strategy);
  z.output = new Uint8Array(2 * content.length + 10_000);
  z.avail_out = z.output.length;
  for (let start = 0; start < content.length;) {
    z.input = content.subarray(start, start + 1 + draw(content.length));
    z.next_in = 0;
    z.avail_in = z.input.length;
    start += z.input.length;
    pako.zlibDeflate(z, oneOf(draw, FLUSHES));
  }
  z.avail_in = 0;
  pako.zlibDeflate(z, pako.Z_FINISH);
  return z.output.slice(0, z.total_out);
}

/** Writes bits, the lowest first. */
class BitWriter {
  readonly #bytes: number[] = [];
  #count = 0;

  bits(value: number, count: number): this {
    for (let bit = 0; bit < count; bit++, this.#count++) {
      if ((this.#count & 7) === 0) this.#bytes.push(0);
      const last = this.#bytes.length - 1;
      this.#bytes[last] = (this.#bytes[last] ?? 0) | (((value >> bit) & 1) << (this.#count & 7));
    }
    return this;
  }

  /** Writes the Huffman code of a symbol, by the lengths of all; nothing if it has none. */
  symbol(lengths: readonly number[], symbol: number): this {
    const own = lengths[symbol] ?? 0;
    let code = 0;
    for (let length = 1; length <= own; length++) {
      code = 2 * (code + lengths.filter((other) => other === length - 1 && other > 0).length);
    }
    code += lengths.slice(0, symbol).filter((other) => other === own).length;
    for (let bit = own - 1; bit >= 0; bit--) this.bits(code >> bit, 1);
    return this;
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Draws the lengths of a code that leaves nothing out, of so many symbols, for some of those that there are. */
function drawLengths(draw: Draw, symbolCount: number, all: number, maxBits: number): number[] {
  const depths = symbolCount === 1 ? [1] : [0];
  while (depths.length < symbolCount) {
    const place = draw(depths.length);
    const depth = depths[place] ?? 0;
    if (depth < maxBits) depths.splice(place, 1, depth + 1, depth + 1);
  }
  const lengths = new Array<number>(all).fill(0);
  for (const depth of depths) {
    let symbol = draw(all);
    while (lengths[symbol] !== 0) symbol = (symbol + 1) % all;
    lengths[symbol] = depth;
  }
  return lengths;
}

/** Makes something wrong with the lengths of a code; not always does it matter. */
function spoil(draw: Draw, lengths: number[], maxBits: number): void {
  const place = draw(lengths.length);
  switch (draw(5)) {
    case 0:
      lengths[place] = draw(maxBits + 1);
      break;
    case 1:
      lengths.fill(0);
      break;
    case 2:
      // Often it is the end of the block that is left alone.
      lengths.fill(0)[draw(2) === 0 ? Math.min(256, lengths.length - 1) : place] = 1 + draw(2);
      break;
    case 3:
      lengths[lengths.findIndex((length) => length > 0)] = 0;
      break;
    default:
      lengths.forEach((length, symbol) => {
        if (length === 0 && draw(lengths.length) === 0) lengths[symbol] = 1 + draw(maxBits);
      });
  }
}

const LENGTH_CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Draws a block with codes of its own, any part of which may be wrong. */
function drawDynamicBlock(draw: Draw, writer: BitWriter, isLast: boolean): void {
  const literalCount = draw(20) === 0 ? 257 + draw(32) : 257 + draw(30);
  const distanceCount = draw(20) === 0 ? 1 + draw(32) : 1 + draw(30);
  const literals = drawLengths(draw, 1 + draw(oneOf(draw, [2, 6, 40, 250])), literalCount, 15);
  const distances = drawLengths(
    draw,
    1 + draw(Math.min(distanceCount, oneOf(draw, [1, 4, 32]))),
    distanceCount,
    15,
  );
  const coded = (): number[] => [...literals.keys()].filter((symbol) => literals[symbol] !== 0);
  // Most blocks can be ended.
  if (literals[256] === 0 && draw(12) !== 0) {
    const other = oneOf(draw, coded());
    literals[256] = literals[other] ?? 0;
    literals[other] = 0;
  }
  const lengthCode = drawLengths(draw, 19, 19, 7);
  if (draw(8) === 0) spoil(draw, literals, 15);
  if (draw(8) === 0) spoil(draw, distances, 15);
  const written = [...lengthCode];
  if (draw(20) === 0) spoil(draw, written, 7);

  writer.bits(isLast ? 1 : 0, 1).bits(2, 2);
  writer.bits(literalCount - 257, 5).bits(distanceCount - 1, 5);
  let lengthCodeCount = 19;
  while (lengthCodeCount > 4 && written[LENGTH_CODE_ORDER[lengthCodeCount - 1] ?? 0] === 0) lengthCodeCount--;
  writer.bits(lengthCodeCount - 4, 4);
  for (const symbol of LENGTH_CODE_ORDER.slice(0, lengthCodeCount)) writer.bits(written[symbol] ?? 0, 3);
  drawLengthSequence(draw, writer, lengthCode, [...literals, ...distances]);

  for (let left = draw(60); left > 0; left--) {
    const symbol = oneOf(draw, [256, ...coded()]);
    if (draw(100) === 0) writer.bits(draw(256), 8);
    if (symbol === 256) continue;
    writer.symbol(literals, symbol);
    if (symbol < 256) continue;
    writer.bits(draw(32), symbol < 265 || symbol > 284 ? 0 : (symbol - 261) >> 2);
    const distance =
      draw(4) === 0
        ? draw(30)
        : Math.max(
            0,
            distances.findIndex((length) => length > 0),
          );
    writer.symbol(distances, distance).bits(draw(4) === 0 ? draw(8192) : 0, Math.max(0, (distance >> 1) - 1));
  }
  writer.symbol(literals, 256);
}

/** Writes code lengths, with repeats where they are drawn, and now and then one that is wrong. */
function drawLengthSequence(
  draw: Draw,
  writer: BitWriter,
  code: readonly number[],
  lengths: readonly number[],
): void {
  for (let index = 0; index < lengths.length;) {
    const length = lengths[index] ?? 0;
    let run = 1;
    while (lengths[index + run] === length) run++;
    const repeats = index > 0 && lengths[index - 1] === length;
    if (draw(2000) === 0) {
      const symbol = 16 + draw(3);
      writer.symbol(code, symbol).bits(draw(128), [2, 3, 7][symbol - 16] ?? 0);
      index += 1 + draw(20);
    } else if (repeats && run >= 3 && draw(3) > 0) {
      const times = Math.min(run, 3 + draw(4));
      writer.symbol(code, 16).bits(times - 3, 2);
      index += times;
    } else if (length === 0 && run >= 3 && draw(4) > 0) {
      const isLong = run >= 11 && draw(4) > 0;
      const times = Math.min(run, isLong ? 11 + draw(128) : 3 + draw(8));
      writer.symbol(code, isLong ? 18 : 17).bits(times - (isLong ? 11 : 3), isLong ? 7 : 3);
      index += times;
    } else {
      writer.symbol(code, length);
      index++;
    }
  }
}

/** Puts blocks into a stream, with the right checksum if they inflate. */
function withChecksum(blocks: Uint8Array): Uint8Array {
  try {
    const { buffer, engine } = inflateRawSync(blocks, { info: true }) as unknown as WithInfo;
    const checksum = deflateSync(buffer).subarray(-4);
    return joined(Uint8Array.of(0x78, 0x9c), blocks.subarray(0, engine.bytesWritten), checksum);
  } catch {
    return joined(Uint8Array.of(0x78, 0x9c), blocks);
  }
}

describe('a stream is inflated as by node:zlib and pako', () => {
  test('whatever it was compressed with', () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const content = drawContent(draw, oneOf(draw, [10, 1000, 5000]));
        const stream = drawStream(draw, content);
        expectEqual(inflateUpTo(stream, MIB), { status: 'complete', bytes: content, left: 0 });
        expectSame(stream, oneOf(draw, [0, 1, 100, 1023, 1024, 1025, 4096, content.length, MIB]));
      }),
      { numRuns: RUNS },
    );
  });

  test('whatever codes it has', () => {
    const faults = new Map<string, number>();
    fc.assert(
      fc.property(draws, (draw) => {
        const writer = new BitWriter();
        for (let left = draw(3); left >= 0; left--) drawDynamicBlock(draw, writer, left === 0);
        const blocks = writer.finish();
        const stream = withChecksum(joined(blocks, blocks.subarray(0, draw(5))));
        const fault = expectSame(draw(10) === 0 ? stream.subarray(0, draw(stream.length + 1)) : stream);
        faults.set(fault, (faults.get(fault) ?? 0) + 1);
      }),
      { numRuns: RUNS },
    );
    // Each decision was met, and a good part was right.
    expect([...faults.keys()]).toEqual(
      expect.arrayContaining([
        'invalid bit length repeat',
        'invalid code -- missing end-of-block',
        'invalid code lengths set',
        'invalid distance code',
        'invalid distance too far back',
        'invalid distances set',
        'invalid literal/length code',
        'invalid literal/lengths set',
        'too many length or distance symbols',
        'unexpected end of file',
      ]),
    );
    expect(faults.get('')).toBeGreaterThan(RUNS / 5);
  });

  /** Writes the header of a block with codes of these lengths, the last block. */
  function dynamicHeader(writer: BitWriter, literals: readonly number[], distances: readonly number[]): void {
    writer.bits(1, 1).bits(2, 2);
    writer
      .bits(literals.length - 257, 5)
      .bits(distances.length - 1, 5)
      .bits(15, 4);
    // Thirteen codes of four bits, and six of five.
    const lengthCode = Array.from({ length: 19 }, (_, symbol) => (symbol < 13 ? 4 : 5));
    for (const symbol of LENGTH_CODE_ORDER) writer.bits(lengthCode[symbol] ?? 0, 3);
    for (const length of [...literals, ...distances]) writer.symbol(lengthCode, length);
  }

  /** Code lengths of so many symbols: one each from 1 to 14, and two of 15, for these symbols. */
  function longestCodes(symbolCount: number, symbols: readonly number[]): number[] {
    const lengths = new Array<number>(symbolCount).fill(0);
    for (const [index, symbol] of symbols.entries()) lengths[symbol] = Math.min(15, index + 1);
    return lengths;
  }

  test('with the longest codes and the most extra bits, wherever in a byte they begin', () => {
    const writer = new BitWriter();
    const draw = drawFrom(1);
    // More than the greatest distance, stored.
    writer.bits(0, 8).bits(40_000, 16).bits(~40_000, 16);
    for (let left = 40_000; left > 0; left--) writer.bits(draw(256), 8);
    const literals = longestCodes(286, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 256, 283, 284]);
    const distances = longestCodes(30, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 28, 29]);
    dynamicHeader(writer, literals, distances);
    for (let index = 0; index < 200; index++) {
      writer.symbol(literals, 283 + (index & 1)).bits(draw(32), 5);
      writer.symbol(distances, 28 + ((index >> 1) & 1)).bits(draw(8192), 13);
      for (let left = draw(8); left > 0; left--) writer.symbol(literals, 0);
    }
    writer.symbol(literals, 256);
    expect(expectSame(withChecksum(writer.finish()))).toBe('');
  });

  test.each<[what: string, distances: readonly number[], fault: string]>([
    ['one distance of one bit', [1], ''],
    ['two distances of one bit', [1, 1], ''],
    ['three distances of one bit', [1, 1, 1], 'invalid distances set'],
    ['one distance of two bits', [2], 'invalid distances set'],
    ['no distance', [0], ''],
  ])('with codes of %s', (_, distances, fault) => {
    const writer = new BitWriter();
    const literals = longestCodes(286, [65, 256]).map((length) => Math.min(length, 1));
    dynamicHeader(writer, literals, distances);
    writer.symbol(literals, 65).symbol(literals, 65).symbol(literals, 256);
    expect(expectSame(withChecksum(writer.finish()))).toBe(fault);
  });

  test.each([0, 1, 2, 3, 4, 5])('with the name of a dictionary, and %i bytes of it', (length) => {
    const stream = new Uint8Array(2 + length);
    stream.set([0x78, 0x20]);
    expect(inflateUpTo(stream, MIB)).toEqual({
      bytes: new Uint8Array(),
      status: length < 4 ? 'cut' : 'damaged',
      left: Math.max(0, length - 4),
    });
  });

  test('whatever bits follow the header of a block with codes of its own', () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const writer = new BitWriter()
          .bits(draw(2), 1)
          .bits(2, 2)
          .bits(draw(32), 5)
          .bits(draw(32), 5)
          .bits(15, 4);
        const lengthCode = drawLengths(draw, 1 + draw(19), 19, 7);
        for (const symbol of LENGTH_CODE_ORDER) writer.bits(lengthCode[symbol] ?? 0, 3);
        for (let left = draw(1000); left > 0; left--) writer.bits(draw(2), 1);
        expectSame(withChecksum(writer.finish()));
      }),
      { numRuns: RUNS },
    );
  });

  test('whatever bytes follow its header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(3), (bytes, type) => {
        expectSame(
          withChecksum(bytes.map((byte, index) => (index === 0 ? (byte & ~6) | (type << 1) : byte))),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('whatever damage it took', () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const stream = drawStream(draw, drawContent(draw, oneOf(draw, [50, 2000])));
        const damaged = drawDamage(draw, stream);
        expectSame(draw(3) === 0 ? withChecksum(damaged.subarray(2)) : damaged, oneOf(draw, [100, MIB]));
      }),
      { numRuns: RUNS },
    );
  });

  test('wherever it is cut', () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const stream = drawStream(draw, drawContent(draw, 1000));
        const { status, bytes } = inflateUpTo(stream.subarray(0, draw(stream.length)), MIB);
        expect(status).toBe('cut');
        expectEqual({ bytes }, { bytes: inflateSync(stream).subarray(0, bytes.length) });
      }),
      { numRuns: RUNS },
    );
  });
});

/** Changes one place of a stream, or splices it. */
function drawDamage(draw: Draw, stream: Uint8Array): Uint8Array {
  const place = draw(stream.length);
  const changed = Uint8Array.from(stream);
  switch (draw(6)) {
    case 0:
      changed[place] = (changed[place] ?? 0) ^ (1 << draw(8));
      return changed;
    case 1:
      changed[place] = draw(256);
      return changed;
    case 2:
      return stream.slice(0, place);
    case 3:
      return joined(stream.subarray(0, place), stream.subarray(place + 1));
    case 4:
      return joined(stream.subarray(0, place), Uint8Array.of(draw(256)), stream.subarray(place));
    default: {
      const other = drawStream(draw, drawContent(draw, 1000));
      return joined(stream.subarray(0, place), other.subarray(draw(other.length)));
    }
  }
}

describe.each([
  ['stored', { level: 0 }],
  ['with fixed codes', { strategy: constants.Z_FIXED }],
  ['with codes of its own', {}],
])('a stream %s', (_, options) => {
  test('is cut at any place', () => {
    const content = drawContent(drawFrom(5), 3000);
    const stream = deflateSync(content, options);
    for (let length = 0; length < stream.length; length++) {
      expect(inflateUpTo(stream.subarray(0, length), MIB).status).toBe('cut');
      expectSame(stream.subarray(0, length));
    }
  });

  test.each([0, 1, MIB])('inflates to %i bytes', (length) => {
    const draw = drawFrom(length);
    for (const content of [new Uint8Array(length), new Uint8Array(length).map(() => draw(256))]) {
      const ended = inflateUpTo(deflateSync(content, options), MIB);
      expectEqual(ended, { status: 'complete', bytes: content, left: 0 });
    }
  });

  test('may reach back farther than its header says, as node:zlib and pako allow', () => {
    const piece = Uint8Array.from({ length: 600 }, (_, index) => drawFrom(index)(256));
    const stream = deflateSync(Buffer.concat([piece, piece]), options);
    stream.set([0x08, 0x1d]);
    expect(expectSame(stream)).toBe('');
  });
});

test('bytes after a stream are left', () => {
  const stream = deflateSync('a');
  expect(inflateUpTo(Buffer.concat([stream, Buffer.alloc(7)]), MIB)).toMatchObject({
    status: 'complete',
    left: 7,
  });
});

test('a long stream full of empty blocks with codes of their own is read in little time', () => {
  const writer = new BitWriter();
  for (let blocks = 90_000; blocks > 0; blocks--) {
    writer
      .bits(blocks === 1 ? 1 : 0, 1)
      .bits(2, 2)
      .bits(0, 5)
      .bits(0, 5)
      .bits(14, 4);
    for (const length of [0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]) writer.bits(length, 3);
    // 138 and 118 literals without a code, one bit for the end of the block, no distance; the end.
    writer.bits(0, 1).bits(127, 7).bits(0, 1).bits(107, 7).bits(0b11, 2).bits(0b01, 2).bits(0, 1);
  }
  const stream = withChecksum(writer.finish());
  expect(stream.length).toBeGreaterThan(1_000_000);
  const start = performance.now();
  expectEqual(inflateUpTo(stream, MIB), { status: 'complete', bytes: new Uint8Array(), left: 0 });
  expect(performance.now() - start).toBeLessThan(1000);
});
