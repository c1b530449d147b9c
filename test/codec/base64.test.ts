import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyDecoded, decodeBase64 } from '../../src/codec/base64.js';
import { AccessTokenError } from '../../src/errors.js';
import * as node from '../../src/platform/node.js';
import * as web from '../../src/platform/web.js';

const encodeByNode = (bytes: Uint8Array): string => node.signer.encodeBase64(bytes);
const encodeByWeb = (bytes: Uint8Array): string => web.signer.encodeBase64(bytes);

function decode(text: string, start = 0): Uint8Array {
  return copyDecoded(decodeBase64(text, start));
}

/** RFC 4648, 10. */
test.each([
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg=='],
  ['fooba', 'Zm9vYmE='],
  ['foobar', 'Zm9vYmFy'],
  ['\0\0\0', 'AAAA'],
  ['\0\0', 'AAA='],
  ['\0', 'AA=='],
])('%j is encoded as %j and decoded', (value, base64) => {
  const bytes = new TextEncoder().encode(value);
  expect(encodeByNode(bytes)).toBe(base64);
  expect(encodeByWeb(bytes)).toBe(base64);
  expect(decode(base64)).toEqual(bytes);
});

test.each([encodeByNode, encodeByWeb])('encodes only the given part of a buffer', (encode) => {
  expect(encode(Uint8Array.of(0, 0xfb, 0xff, 0xbf, 0).subarray(1, 4))).toBe('+/+/');
});

test('encodes and decodes long contents', () => {
  for (const length of [1024, 3069, 3072, 3073, 3075, 4096, 0x6000 - 1, 0x6000, 0x6001, 2 ** 20]) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * index) >> 3);
    const base64 = Buffer.from(bytes).toString('base64');
    expect(encodeByNode(bytes) === base64 && encodeByWeb(bytes) === base64).toBe(true);
    expect(Buffer.compare(decode(base64), bytes)).toBe(0);
  }
});

test('decodes from start on', () => {
  expect(decode('0==', 3)).toEqual(new Uint8Array());
  expect(decode('007Zm9v', 3)).toEqual(new TextEncoder().encode('foo'));
});

test('copyDecoded returns a copy with a buffer of its own', () => {
  const first = decode('Zm9v');
  for (let round = 0; round < 100; round++) decode('YmFy'.repeat(1 + 13 * round));
  expect(first).toEqual(new TextEncoder().encode('foo'));
  expect(first.buffer.byteLength).toBe(3);
});

test('decodes short strings into one buffer and long strings into buffers of their own', () => {
  const short = decodeBase64('QUJD'.repeat(1024), 0);
  expect(short.length).toBe(3072);
  const long = decodeBase64('QUJD'.repeat(1024) + 'QUJD', 0);
  const copy = copyDecoded(long);
  const next = decodeBase64('Zm9v', 0);
  expect(next.view).toBe(short.view);
  expect(long.view.buffer).not.toBe(short.view.buffer);
  expect(copyDecoded(long)).toEqual(copy);
  expect(Buffer.from(copy).toString()).toBe('ABC'.repeat(1025));
});

test('does not read what an earlier call left in the buffer', () => {
  decode('QUJD'.repeat(1024));
  for (const text of ['', 'Zm9vYg==', 'Zm9vYmE='])
    expect(decode(text)).toEqual(Uint8Array.from(Buffer.from(text, 'base64')));
  for (const text of ['Zg', 'Zm9vYg', 'Zm9vYg=']) expect(errorOf(text, 0)).toMatchObject({ offset: text.length });
});

function errorOf(text: string, start: number): AccessTokenError {
  try {
    decodeBase64(text, start);
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(text)} was decoded`);
}

describe('rejects what is not canonical, at the first bad character', () => {
  test.each<[text: string, offset: number, problem: RegExp]>([
    ['Zm9-', 3, /base64url characters; use \+ and \//u],
    ['Zm_vYg==', 2, /base64url/u],
    ['Zm9 Yg==', 3, /a space; escape \+ as %2B/u],
    ['Zm9%2BYg', 3, /percent-encoded; decode it first/u],
    ['Zm9v\n', 4, /whitespace; remove it/u],
    ['\nZm9v', 0, /whitespace/u],
    ['Zm9v\r\nYmFy', 4, /whitespace/u],
    ['Zm9v\tYg==', 4, /whitespace/u],
    ['Zm9v\u00a0', 4, /whitespace/u],
    ['Zm9!', 3, /outside the alphabet; pass the token exactly as it was minted$/u],
    ['Zm9\0', 3, /outside the alphabet/u],
    ['Zmé9', 2, /outside the alphabet/u],
    ['Zm😀', 2, /outside the alphabet/u],
    ['Zm\ud83d9', 2, /outside the alphabet/u],
    ['Ｚm9v', 0, /outside the alphabet/u],
    ['Z===', 1, /outside the alphabet/u],
    ['A===', 1, /outside the alphabet/u],
    ['Zm9vA===', 5, /outside the alphabet/u],
    ['====', 0, /outside the alphabet/u],
    ['Zg==Zg==', 2, /outside the alphabet/u],
    ['Zm9v====', 4, /outside the alphabet/u],
    ['Z=g=', 1, /outside the alphabet/u],
    ['=Zm9', 0, /outside the alphabet/u],
    ['Zg', 2, /multiple of 4; pass the whole token/u],
    ['Zg=', 3, /multiple of 4/u],
    ['Zm8', 3, /multiple of 4/u],
    ['Zm9vY', 5, /multiple of 4/u],
    ['Zm9v=', 5, /multiple of 4/u],
    ['Zm9v==', 6, /multiple of 4/u],
    ['Zh==', 1, /unused bits are not zero; pass the token exactly as it was minted$/u],
    ['Zm9=', 2, /unused bits are not zero/u],
    ['Zm9vYh==', 5, /unused bits are not zero/u],
  ])('%j', (text, offset, problem) => {
    for (const start of [0, 3]) {
      const error = errorOf(`${'0'.repeat(start)}${text}`, start);
      expect(error).toMatchObject({ code: 'ERR_TOKEN_BASE64', offset: start + offset });
      expect(error.message).toMatch(problem);
      expect(error.message).toContain(`token: not canonical base64 at character ${start + offset}: `);
    }
  });

  test.each([4, 4092, 4096, 8192])('after %d good characters, when it is not ASCII', (length) => {
    expect(errorOf(`${'Zm9v'.repeat(length / 4)}€`, 0)).toMatchObject({ offset: length });
    expect(errorOf(`007${'Zm9v'.repeat(length / 4)}€`, 3)).toMatchObject({ offset: length + 3 });
  });
});

test('decodes exactly the strings that encoding gives back', () => {
  const alphabet = 'AQgwBZz019+/=-_ \n\0é\u0141';
  const texts = fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), maxLength: 12 });
  fc.assert(
    fc.property(texts, (text) => {
      if (Buffer.from(text, 'base64').toString('base64') === text) expect(encodeByNode(decode(text))).toBe(text);
      else expect(errorOf(text, 0).offset).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 1000, seed: 2 },
  );
});

test.each(['QUJD', 'QUI=', 'QQ==', ''])('accepts any character anywhere in %j only if canonical', (text) => {
  const wrong: string[] = [];
  for (let index = 0; index <= text.length; index++) {
    for (let unit = 0; unit <= 0x2ff; unit++) {
      const other = `${text.slice(0, index)}${String.fromCharCode(unit)}${text.slice(index + 1)}`;
      const isCanonical = Buffer.from(other, 'base64').toString('base64') === other;
      let isAccepted = true;
      try {
        decodeBase64(other, 0);
      } catch {
        isAccepted = false;
      }
      if (isAccepted !== isCanonical) wrong.push(other);
    }
  }
  expect(wrong).toEqual([]);
});

test('decodes any bytes from their encoding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(decode(encodeByNode(bytes))).toEqual(bytes);
      expect(encodeByWeb(bytes)).toBe(encodeByNode(bytes));
    }),
    { seed: 1 },
  );
});
