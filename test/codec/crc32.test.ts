import { crc32 as nodeCrc32 } from 'node:zlib';
import CRC32 from 'crc-32';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../../src/codec/crc32.js';

test('the sum of the nine digits is the check value of the catalogues', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test('the sum of nothing is 0', () => {
  expect(crc32(new Uint8Array())).toBe(0);
});

test('the sum of each single byte is that of crc-32', () => {
  for (let byte = 0; byte < 256; byte++) {
    expect(crc32(Uint8Array.of(byte))).toBe(CRC32.buf([byte]) >>> 0);
  }
});

test('the sum of any bytes is that of crc-32 and of node:zlib', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), (bytes) => {
      expect(crc32(bytes)).toBe(CRC32.buf(bytes) >>> 0);
      expect(crc32(bytes)).toBe(nodeCrc32(bytes));
    }),
    { numRuns: 2000 },
  );
});
