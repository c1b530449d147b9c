import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { md5Hex } from '../../src/codec/md5.js';
import { wellFormed } from './strings.js';

/** RFC 1321, A.5. */
test.each([
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['a', '0cc175b9c0f1b6a831c399e269772661'],
  ['abc', '900150983cd24fb0d6963f7d28e17f72'],
  ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    '57edf4a22be3c955ac49da2e2107b67a',
  ],
])('the digest of %j is %s', (value, digest) => {
  expect(md5Hex(value)).toBe(digest);
});

function nodeMd5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}

test('keeps the leading zeros of a digest', () => {
  expect(md5Hex('user23')).toBe(nodeMd5('user23'));
  expect(md5Hex('user23')).toMatch(/^0[0-9a-f]{31}$/u);
});

describe('agrees with node:crypto', () => {
  test.each(['x', '\0', 'é', '€', '😀'])('on up to 256 repetitions of %j', (character) => {
    for (let count = 0; count <= 256; count++) {
      const text = character.repeat(count);
      expect(md5Hex(text)).toBe(nodeMd5(text));
    }
  });

  test('on any string', () => {
    fc.assert(
      fc.property(wellFormed(150), (text) => {
        expect(md5Hex(text)).toBe(nodeMd5(text));
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test('on a string of 65,535 bytes', () => {
    expect(md5Hex('€'.repeat(21_845))).toBe(nodeMd5('€'.repeat(21_845)));
  });
});
