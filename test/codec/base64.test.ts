import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AccessTokenError } from '../../src/errors.js';
import { buildFpaToken, decodeToken } from '../../src/index.js';
import { decodeBase64 as decodeAndUse, firstBytes } from '../../src/codec/base64.js';
import { encodeBase64 } from '../../src/platform/node.js';

/** Decodes a text that stands at some place of a token. */
function decodeBase64(text: string, start: number): Uint8Array {
  return decodeAndUse(`${'0'.repeat(start)}${text}`, start, (view, length) =>
    firstBytes(view, length).slice(),
  );
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
])('%j is written as %j, and read back', (text, base64) => {
  const bytes = new TextEncoder().encode(text);
  expect(encodeBase64(bytes)).toBe(base64);
  expect(Uint8Array.from(decodeBase64(base64, 0))).toEqual(bytes);
});

test('only the part of a buffer that is given is written', () => {
  expect(encodeBase64(Uint8Array.of(0, 0xfb, 0xff, 0xbf, 0).subarray(1, 4))).toBe('+/+/');
});

test('what comes before the place where a text begins is no part of it', () => {
  expect(decodeAndUse('0==', 3, (_, length) => length)).toBe(0);
});

test.each([
  ['a short text', 'Zm9v'],
  ['a long text', 'Zm9v'.repeat(2000)],
])('the bytes of %s are gone when they were used', (_, text) => {
  const bytes = decodeAndUse(text, 0, (view, length) => {
    expect(firstBytes(view, 3)).toEqual(Uint8Array.from(Buffer.from('foo')));
    return firstBytes(view, length);
  });
  expect(bytes).toEqual(new Uint8Array((text.length / 4) * 3));
});

test.each([
  ['of base64url', 'Zm9v-'],
  ['beyond ASCII', '€'.repeat(1000)],
  ['beyond ASCII at its end', `${'Zm9v'.repeat(1000)}é`],
])('the bytes of a text %s are gone when it is refused', (_, text) => {
  expect(errorOf(text, 0).code).toBe('ERR_TOKEN_BASE64');
  const left = decodeAndUse('', 0, ({ buffer }) => new Uint8Array(buffer).findIndex((byte) => byte !== 0));
  expect(left).toBe(-1);
});

function errorOf(text: string, start: number): AccessTokenError {
  try {
    decodeBase64(text, start);
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(text)} was read`);
}

describe('what is not canonical is refused at the character at fault', () => {
  test.each<[text: string, offset: number, fault: RegExp]>([
    ['Zm9-', 3, /base64url/u],
    ['Zm_vYg==', 2, /base64url/u],
    ['Zm9 Yg==', 3, /space: a \+ that was not escaped/u],
    ['Zm9%2BYg', 3, /percent-encoded/u],
    ['Zm9v\n', 4, /white space/u],
    ['\nZm9v', 0, /white space/u],
    ['Zm9v\r\nYmFy', 4, /white space/u],
    ['Zm9v\tYg==', 4, /white space/u],
    ['Zm9v\u00a0', 4, /white space/u],
    ['Zm9!', 3, /not in the alphabet/u],
    ['Zm9\0', 3, /not in the alphabet/u],
    ['Zmé9', 2, /not in the alphabet/u],
    ['Zm😀', 2, /not in the alphabet/u],
    ['Zm\ud83d9', 2, /not in the alphabet/u],
    ['Ｚm9v', 0, /not in the alphabet/u],
    ['Z===', 1, /not in the alphabet/u],
    ['A===', 1, /not in the alphabet/u],
    ['Zm9vA===', 5, /not in the alphabet/u],
    ['====', 0, /not in the alphabet/u],
    ['Zg==Zg==', 2, /not in the alphabet/u],
    ['Zm9v====', 4, /not in the alphabet/u],
    ['Z=g=', 1, /not in the alphabet/u],
    ['=Zm9', 0, /not in the alphabet/u],
    ['Zg', 2, /multiple of 4: was it cut\?/u],
    ['Zg=', 3, /multiple of 4/u],
    ['Zm8', 3, /multiple of 4/u],
    ['Zm9vY', 5, /multiple of 4/u],
    ['Zm9v=', 5, /multiple of 4/u],
    ['Zm9v==', 6, /multiple of 4/u],
    ['Zh==', 1, /bits after the last byte/u],
    ['Zm9=', 2, /bits after the last byte/u],
    ['Zm9vYh==', 5, /bits after the last byte/u],
  ])('%j', (text, offset, fault) => {
    for (const start of [0, 3]) {
      const error = errorOf(text, start);
      expect(error).toMatchObject({ code: 'ERR_TOKEN_BASE64', offset: start + offset });
      expect(error.message).toMatch(fault);
      expect(error.message).toContain(`at character ${start + offset}`);
    }
  });

  test.each([4, 4092, 4096, 8192])('after %d characters that are right, beyond ASCII', (length) => {
    expect(errorOf(`${'Zm9v'.repeat(length / 4)}€`, 0)).toMatchObject({ offset: length });
    expect(errorOf(`${'Zm9v'.repeat(length / 4)}€`, 3)).toMatchObject({ offset: length + 3 });
  });

  test('in a token, counted from its start', () => {
    const token = buildFpaToken('0'.repeat(32), '1'.repeat(32), { issueTs: 1, salt: 1 });
    const at = token.length - 10;
    expect(() => decodeToken(`${token.slice(0, at)}-${token.slice(at + 1)}`)).toThrow(
      expect.objectContaining({ code: 'ERR_TOKEN_BASE64', offset: at }),
    );
  });
});

test('any bytes are read back from what they are written as', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(Uint8Array.from(decodeBase64(encodeBase64(bytes), 0))).toEqual(bytes);
    }),
    { seed: 1 },
  );
});

test('a text is read only if it is what its bytes are written as', () => {
  const alphabet = 'AQgwBZz019+/=-_ \n';
  const text = fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), maxLength: 12 });
  fc.assert(
    fc.property(text, (text) => {
      const canonical = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$/u.test(text);
      const bits = Buffer.from(text, 'base64').toString('base64') === text;
      if (canonical && bits) expect(encodeBase64(decodeBase64(text, 0))).toBe(text);
      else expect(errorOf(text, 0).offset).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 5000, seed: 2 },
  );
});
