import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/codec/byte-reader.js';
import { AccessTokenError } from '../../src/errors.js';

/** A reader of bytes in hex, which stand in the midst of a larger buffer. */
function readerOf(hex: string): ByteReader {
  const bytes = Buffer.from(`ffff${hex}ffff`, 'hex');
  return new ByteReader(new Uint8Array(bytes).subarray(2, bytes.length - 2));
}

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(AccessTokenError);
    return error;
  }
  return undefined;
}

describe('integers are little-endian', () => {
  test.each<['uint16' | 'int16' | 'uint32', string, number]>([
    ['uint16', '0000', 0],
    ['uint16', '3412', 0x1234],
    ['uint16', 'ffff', 65_535],
    ['int16', '0080', -32_768],
    ['int16', 'ffff', -1],
    ['int16', 'ff7f', 32_767],
    ['uint32', '78563412', 0x1234_5678],
    ['uint32', '00000080', 2_147_483_648],
    ['uint32', 'ffffffff', 4_294_967_295],
  ])('%s of %s is %d', (method, hex, value) => {
    const reader = readerOf(hex);
    expect(reader[method]()).toBe(value);
    expect(reader.offset).toBe(hex.length / 2);
  });
});

describe('a text', () => {
  test.each([
    ['0000', ''],
    ['02006162', 'ab'],
    ['0300e282ac', '€'],
    ['0400f09f9880', '😀'],
    ['0300efbbbf', '\ufeff'],
    ['0600efbbbfefbbbf', '\ufeff\ufeff'],
    ['010000', '\0'],
  ])('of %s is %j', (hex, text) => {
    const reader = readerOf(hex);
    expect(reader.string()).toBe(text);
    reader.end('the last service');
  });

  test.each([
    ['a continuation alone', '80'],
    ['a byte that never stands in UTF-8', 'ff'],
    ['a character that ends early', 'e282'],
    ['an overlong form', 'c0af'],
    ['an overlong form of NUL', 'c080'],
    ['a surrogate', 'eda080'],
    ['a pair of surrogates', 'eda0bdedb880'],
    ['a code point beyond the last', 'f4908080'],
    ['a bad byte after good ones', '6162fe'],
  ])('is refused with %s, where it begins', (_, hex) => {
    const reader = readerOf(`0000${(hex.length / 2).toString(16).padStart(2, '0')}00${hex}`);
    reader.string();
    expect(errorOf(() => reader.string())).toMatchObject({
      code: 'ERR_TOKEN_UTF8',
      offset: 4,
      message: 'token: the text at byte 4 of the content is not UTF-8',
    });
  });

  test('after one that was refused is read as any other', () => {
    errorOf(() => readerOf('0200e282').string());
    expect(readerOf('0300e282ac').string()).toBe('€');
  });
});

describe('bytes', () => {
  test('are given in arrays of their own', () => {
    const source = Uint8Array.of(1, 2, 3, 4, 5);
    const reader = new ByteReader(source);
    const [first, rest] = [reader.bytes(2), reader.rest()];
    source.fill(0);
    expect([first, rest]).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3, 4, 5)]);
    expect([first.buffer.byteLength, rest.buffer.byteLength]).toEqual([2, 3]);
  });

  test('may be none', () => {
    const reader = readerOf('');
    expect(reader.bytes(0)).toEqual(new Uint8Array());
    expect(reader.rest()).toEqual(new Uint8Array());
    reader.end('the last service');
  });
});

describe('an end that comes early is refused where it is met', () => {
  test.each<[what: string, hex: string, read: (reader: ByteReader) => unknown, offset: number]>([
    ['a uint16', '0102' + '03', (reader) => [reader.uint16(), reader.uint16()], 2],
    ['an int16', '0102' + '03', (reader) => [reader.uint16(), reader.int16()], 2],
    ['a uint32', '0102' + '030405', (reader) => [reader.uint16(), reader.uint32()], 2],
    ['bytes', '0102' + '030405', (reader) => [reader.uint16(), reader.bytes(4)], 2],
    ['the length of a text', '0102' + '03', (reader) => [reader.uint16(), reader.string()], 2],
    ['a text', '0102' + '0300' + 'e282', (reader) => [reader.uint16(), reader.string()], 4],
    ['a text of 65,535 bytes', 'ffff' + '00', (reader) => reader.string(), 2],
    ['nothing at all', '', (reader) => reader.uint16(), 0],
  ])('in %s', (_, hex, read, offset) => {
    const error = errorOf(() => read(readerOf(hex)));
    expect(error).toMatchObject({ code: 'ERR_TOKEN_TRUNCATED', offset });
  });

  test('and says what was expected, and what there is', () => {
    const reader = readerOf('010203');
    reader.uint16();
    expect(errorOf(() => reader.uint32())).toMatchObject({
      message: 'token: the content ends early: expected 4 bytes at byte 2, got 1',
    });
  });

  test('and reading may go on from there', () => {
    const reader = readerOf('0102');
    errorOf(() => reader.uint32());
    expect(reader.uint16()).toBe(0x0201);
  });
});

test('bytes that are left are refused where they begin', () => {
  const reader = readerOf('010203');
  reader.uint16();
  const error = errorOf(() => {
    reader.end('the last service');
  });
  expect(error).toMatchObject({
    code: 'ERR_TOKEN_TRAILING_BYTES',
    offset: 2,
    message: 'token: 1 bytes follow the last service, from byte 2 of the content',
  });
  reader.rest();
  reader.end('the last service');
});
