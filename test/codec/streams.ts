/** zlib streams of every kind for tests: drawn from a seed, valid, damaged, or written bit by bit. */
import { constants, deflateRawSync, deflateSync, inflateRawSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import * as pako from 'pako';
import type { DecodedBase64 } from '../../src/codec/base64.js';

export const MIB: number = 2 ** 20;

/** Draws an integer from 0 up to a bound; the same ones for the same seed. */
export type Draw = (bound: number) => number;

export function drawFrom(seed: number): Draw {
  let state = seed;
  return (bound) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % bound;
  };
}

export const draws: fc.Arbitrary<Draw> = fc.integer().map(drawFrom);

export function oneOf<Item>(draw: Draw, items: readonly Item[]): Item {
  const item = items[draw(items.length)];
  if (item === undefined) throw new Error('expected at least one item');
  return item;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** Returns bytes as if they had been decoded from base64; the view ends where they end. */
export function decodedOf(bytes: Uint8Array): DecodedBase64 {
  return { view: new DataView(Uint8Array.from(bytes).buffer), length: bytes.length };
}

/** Returns bytes that hardly compress. */
export function noise(length: number, seed = 1): Uint8Array {
  const draw = drawFrom(seed);
  return new Uint8Array(length).map(() => draw(256));
}

/** Draws bytes of a random number of values, with repeats. */
export function drawContent(draw: Draw, maxLength: number): Uint8Array {
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

const STRATEGIES = [pako.Z_DEFAULT_STRATEGY, pako.Z_FILTERED, pako.Z_FIXED, pako.Z_HUFFMAN_ONLY, pako.Z_RLE] as const;
const FLUSHES = [pako.Z_NO_FLUSH, pako.Z_PARTIAL_FLUSH, pako.Z_SYNC_FLUSH, pako.Z_FULL_FLUSH, pako.Z_BLOCK] as const;

/** Compresses with random settings: by node:zlib at once, or by pako in pieces with flushes between them. */
export function drawStream(draw: Draw, content: Uint8Array): Uint8Array {
  const windowBits = 9 + draw(7);
  const memLevel = 1 + draw(9);
  const level = draw(10);
  const strategy = oneOf(draw, STRATEGIES);
  if (draw(2) === 0) return Uint8Array.from(deflateSync(content, { windowBits, memLevel, level, strategy }));
  const z = new pako.ZStream();
  pako.zlibDeflateInit2(z, level, 8, windowBits, memLevel, strategy);
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

/** Returns the bytes of a stored block. */
export function storedBlock(content: Uint8Array, isFinal = false): Uint8Array {
  const length = [content.length & 0xff, content.length >> 8];
  return Uint8Array.of(isFinal ? 1 : 0, ...length, ...length.map((byte) => byte ^ 0xff), ...content);
}

/** Draws a stream of stored and fixed blocks with 78 9C, as Go's flushes make them. */
export function drawSimpleStream(draw: Draw, content: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let start = 0; start < content.length;) {
    const part = content.subarray(start, start + 1 + draw(content.length));
    start += part.length;
    const { Z_FIXED, Z_SYNC_FLUSH } = constants;
    // With a sync flush, an empty stored block follows the fixed one, which ends at a whole byte.
    const fixed = (): Uint8Array => deflateRawSync(part, { strategy: Z_FIXED, finishFlush: Z_SYNC_FLUSH });
    blocks.push(draw(2) === 0 ? storedBlock(part) : fixed());
  }
  const last = draw(2) === 0 ? storedBlock(new Uint8Array(), true) : Uint8Array.of(0b011, 0);
  return concat(Uint8Array.of(0x78, 0x9c), ...blocks, last, checksumOf(content));
}

export function checksumOf(content: Uint8Array): Uint8Array {
  return deflateSync(content).subarray(-4);
}

/** Turns blocks into a stream, with the right checksum if they inflate. */
export function withChecksum(blocks: Uint8Array): Uint8Array {
  const header = Uint8Array.of(0x78, 0x9c);
  try {
    // The types do not know that `info` adds the engine to the result.
    const { buffer, engine } = inflateRawSync(blocks, { info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return concat(header, blocks.subarray(0, engine.bytesWritten), checksumOf(buffer));
  } catch {
    return concat(header, blocks);
  }
}

/** Changes one place of a stream, or splices two streams. */
export function drawDamage(draw: Draw, stream: Uint8Array): Uint8Array {
  const place = draw(stream.length);
  const changed = Uint8Array.from(stream);
  switch (draw(7)) {
    case 0:
      return flipBit(stream, draw(8 * stream.length));
    case 1:
      changed[place] = draw(256);
      return changed;
    case 2:
      return stream.slice(0, place);
    case 3:
      return concat(stream.subarray(0, place), stream.subarray(place + 1));
    case 4:
      return concat(stream.subarray(0, place), Uint8Array.of(draw(256)), stream.subarray(place));
    case 5:
      return concat(stream, noise(1 + draw(5), place));
    default: {
      const other = drawStream(draw, drawContent(draw, 1000));
      return concat(stream.subarray(0, place), other.subarray(draw(other.length)));
    }
  }
}

export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

/** A content of 0.3 kB: text, repeats, and bytes of which a few are frequent, so that zlib writes a dynamic block. */
export const SAMPLE: Uint8Array = concat(
  new TextEncoder().encode(`${'970CA35de60c44645bbae8a215061b33'.repeat(2)} room 1, alice, 0123456789`),
  noise(220, 5).map((byte) => (byte < 200 ? byte & 3 : byte)),
);

/** Streams of {@link SAMPLE}, one of each kind. */
export const KINDS: readonly (readonly [kind: string, stream: Uint8Array, isSimple: boolean])[] = [
  ['one stored block', deflateSync(SAMPLE, { level: 0 }), true],
  ['one fixed block', deflateSync(SAMPLE, { strategy: constants.Z_FIXED }), true],
  [
    'a fixed block and an empty stored block, as Go writes it',
    concat(
      Uint8Array.of(0x78, 0x9c),
      goBlocks(
        deflateRawSync(SAMPLE, {
          strategy: constants.Z_FIXED,
          finishFlush: constants.Z_SYNC_FLUSH,
        }),
      ),
      checksumOf(SAMPLE),
    ),
    true,
  ],
  ['several stored and fixed blocks', drawSimpleStream(drawFrom(7), SAMPLE), true],
  ['a dynamic block', deflateSync(SAMPLE), false],
];

/** Appends the empty final block that Go writes when a stream is closed. */
function goBlocks(blocks: Uint8Array): Uint8Array {
  const final = Uint8Array.of(...blocks, 0x01, 0, 0, 0xff, 0xff);
  if (inflateRawSync(final).length !== SAMPLE.length) throw new Error('the block is not final');
  return final;
}

/** Returns a stream of so many MiB of zeros, made without them: each block of 1 MiB is the same. */
export function bomb(mebibytes: number): Uint8Array {
  const block = deflateRawSync(Buffer.alloc(MIB), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  // Adler-32 of n zeros: the low half stays 1, and the high half adds it up n times.
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE((((mebibytes * MIB) % 65_521) * 65_536 + 1) >>> 0);
  const blocks = Array.from({ length: mebibytes }, () => block);
  return concat(Uint8Array.of(0x78, 0xda), ...blocks, deflateRawSync(Buffer.alloc(0)), checksum);
}

/** Returns the content if the stream is valid and fills the array exactly, by node:zlib. */
export function contentOf(stream: Uint8Array): Uint8Array | undefined {
  try {
    const { buffer, engine } = inflateSync(stream, { info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return engine.bytesWritten === stream.length ? Uint8Array.from(buffer) : undefined;
  } catch {
    return undefined;
  }
}
