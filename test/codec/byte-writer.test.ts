import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../src/codec/byte-writer.js';

/** Returns what is written, in hex. */
function hexOf(write: (writer: ByteWriter) => void): string {
  const writer = new ByteWriter();
  write(writer);
  return Buffer.from(writer.finish()).toString('hex');
}

describe('writes little-endian integers', () => {
  test.each<['uint16' | 'int16' | 'uint32', number, string]>([
    ['uint16', 0, '0000'],
    ['uint16', 1, '0100'],
    ['uint16', 0x1234, '3412'],
    ['uint16', 65_535, 'ffff'],
    ['int16', -32_768, '0080'],
    ['int16', -1, 'ffff'],
    ['int16', 0, '0000'],
    ['int16', 32_767, 'ff7f'],
    ['uint32', 0, '00000000'],
    ['uint32', 0x1234_5678, '78563412'],
    ['uint32', 0x8000_0000, '00000080'],
    ['uint32', 4_294_967_295, 'ffffffff'],
  ])('%s %d', (method, value, hex) => {
    expect(
      hexOf((writer) => {
        writer[method](value);
      }),
    ).toBe(hex);
  });
});

test.each([
  ['', '0000'],
  ['ab', '02006162'],
  ['é', '0200c3a9'],
  ['\x7f', '01007f'],
  ['\x80', '0200c280'],
  ['€', '0300e282ac'],
  ['😀', '0400f09f9880'],
  ['\ufeff', '0300efbbbf'],
  ['\0', '010000'],
  ['€'.repeat(21_845), `ffff${'e282ac'.repeat(21_845)}`],
])('writes the length of a string in bytes before it: %j', (value, hex) => {
  expect(
    hexOf((writer) => {
      writer.string(value);
    }),
  ).toBe(hex);
});

test('writes bytes without a length', () => {
  const bytes = Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4);
  expect(
    hexOf((writer) => {
      writer.bytes(bytes);
      writer.bytes(new Uint8Array());
      writer.bytes(bytes);
    }),
  ).toBe('010203010203');
});

test('grows beyond its first buffer, at any kind of value', () => {
  for (const length of [1020, 1021, 1022, 1023, 1024, 1025, 5000, 2 ** 20]) {
    const writer = new ByteWriter();
    writer.bytes(new Uint8Array(length).fill(1));
    writer.uint32(0xffff_ffff);
    writer.string('é');
    writer.string('ab');
    const written = Buffer.from(writer.finish());
    expect(written).toHaveLength(length + 12);
    expect(written.subarray(0, length).every((byte) => byte === 1)).toBe(true);
    expect(written.subarray(length).toString('hex')).toBe('ffffffff0200c3a902006162');
  }
});

const VALUES: readonly (readonly [kind: string, write: (writer: ByteWriter) => void, hex: string])[] = [
  [
    'a uint16',
    (writer) => {
      writer.uint16(0x1234);
    },
    '3412',
  ],
  [
    'an int16',
    (writer) => {
      writer.int16(-2);
    },
    'feff',
  ],
  [
    'a uint32',
    (writer) => {
      writer.uint32(0x1234_5678);
    },
    '78563412',
  ],
  [
    'bytes',
    (writer) => {
      writer.bytes(Uint8Array.of(1, 2, 3, 4, 5));
    },
    '0102030405',
  ],
  [
    'an ASCII string',
    (writer) => {
      writer.string('abc');
    },
    '0300616263',
  ],
  [
    'another string',
    (writer) => {
      writer.string('a€é');
    },
    '060061e282acc3a9',
  ],
];

/** Starts a writer with a buffer of its own, of which `left` bytes are left. */
function writerWithLeft(left: number): ByteWriter {
  const writer = new ByteWriter();
  // More than the shared buffer has; the new buffer has exactly this length.
  writer.bytes(new Uint8Array(20_000).fill(1));
  // Doubles that buffer.
  writer.bytes(new Uint8Array(20_000 - left).fill(1));
  return writer;
}

describe.each(VALUES)('grows for %s', (_, write, hex) => {
  test('with any number of bytes left in the shared buffer', () => {
    for (let left = 0; left <= hex.length / 2; left++) {
      const { byteOffset, buffer } = new ByteWriter().finish();
      const writer = new ByteWriter();
      const length = buffer.byteLength - byteOffset - left;
      writer.bytes(new Uint8Array(length).fill(1));
      write(writer);
      write(writer);
      const written = writer.finish();
      expect(Buffer.from(written.subarray(length)).toString('hex')).toBe(hex + hex);
      expect(written.subarray(0, length).every((byte) => byte === 1)).toBe(true);
    }
  });

  test('with any number of bytes left in a buffer of its own', () => {
    for (let left = 0; left <= hex.length / 2; left++) {
      const writer = writerWithLeft(left);
      write(writer);
      write(writer);
      const written = writer.finish();
      expect(Buffer.from(written.subarray(40_000 - left)).toString('hex')).toBe(hex + hex);
      expect(written.subarray(0, 40_000 - left).every((byte) => byte === 1)).toBe(true);
    }
  });
});

test('a writer that grows leaves the room in the shared buffer to the next', () => {
  const { byteOffset, buffer } = new ByteWriter().finish();
  const large = new ByteWriter();
  large.uint16(1);
  large.bytes(new Uint8Array(9000));
  expect(large.finish().buffer).not.toBe(buffer);
  const next = new ByteWriter();
  next.uint16(2);
  const written = next.finish();
  expect(written.buffer).toBe(buffer);
  expect(written.byteOffset).toBe(byteOffset);
});

test.each([
  [1024, true],
  [1023, false],
])('a writer that starts with %d bytes left uses the shared buffer: %s', (left, isUsed) => {
  // Fills what is left, so that a new buffer begins.
  const { byteOffset, buffer } = new ByteWriter().finish();
  const filler = new ByteWriter();
  filler.bytes(new Uint8Array(buffer.byteLength - byteOffset));
  filler.finish();
  const first = new ByteWriter();
  first.bytes(new Uint8Array(8192 - left));
  const shared = first.finish().buffer;
  expect(new ByteWriter().finish().buffer === shared).toBe(isUsed);
});

test('contents share a buffer until less than 1 KiB is left', () => {
  const buffers = new Map<ArrayBufferLike, number>();
  const contents: Uint8Array[] = [];
  for (let round = 0; round < 600; round++) {
    const writer = new ByteWriter();
    writer.bytes(new Uint8Array(100).fill(round));
    const content = writer.finish();
    contents.push(content);
    buffers.set(content.buffer, (buffers.get(content.buffer) ?? 0) + 1);
  }
  expect(contents.every((content, round) => content.every((byte) => byte === (round & 0xff)))).toBe(true);
  // The first buffer may be partly used, the last one is.
  expect([...buffers.values()].slice(1, -1)).toEqual(new Array(buffers.size - 2).fill(72));
  expect([...buffers.keys()].every(({ byteLength }) => byteLength === 8192)).toBe(true);
});

test('finish returns all bytes written so far, and leaves earlier results alone', () => {
  const writer = new ByteWriter();
  writer.uint16(1);
  const first = writer.finish();
  writer.uint16(2);
  expect(writer.finish()).toEqual(Uint8Array.of(1, 0, 2, 0));
  for (let round = 0; round < 1000; round++) {
    const other = new ByteWriter();
    other.bytes(new Uint8Array(1 + (round % 1100)).fill(7));
    other.finish();
  }
  expect(first).toEqual(Uint8Array.of(1, 0));
});

test('shows nothing of an earlier writer', () => {
  const earlier = new ByteWriter();
  earlier.bytes(new Uint8Array(600).fill(7));
  const writer = new ByteWriter();
  writer.bytes(new Uint8Array(600));
  writer.uint16(1);
  expect(writer.finish()).toEqual(Uint8Array.of(...new Uint8Array(600), 1, 0));
});
