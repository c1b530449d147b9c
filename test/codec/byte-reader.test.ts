import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/codec/byte-reader.js';
import { AccessTokenError } from '../../src/errors.js';

/** Returns a reader of bytes given in hex, inside a larger buffer. */
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

describe('reads little-endian integers', () => {
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

describe('string', () => {
  test.each([
    ['0000', ''],
    ['02006162', 'ab'],
    ['0300e282ac', '€'],
    ['0400f09f9880', '😀'],
    ['0300efbbbf', '\ufeff'],
    ['0600efbbbfefbbbf', '\ufeff\ufeff'],
    ['010000', '\0'],
  ])('decodes %s as %j', (hex, text) => {
    const reader = readerOf(hex);
    expect(reader.string()).toBe(text);
    reader.end('the last service');
  });

  test.each([
    ['a continuation byte alone', '80'],
    ['a byte that never occurs in UTF-8', 'ff'],
    ['a truncated character', 'e282'],
    ['an overlong form', 'c0af'],
    ['an overlong form of NUL', 'c080'],
    ['a surrogate', 'eda080'],
    ['a pair of surrogates', 'eda0bdedb880'],
    ['a code point beyond the last', 'f4908080'],
    ['a bad byte after good ones', '6162fe'],
  ])('rejects %s, with the offset of the string', (_, hex) => {
    const reader = readerOf(`0000${(hex.length / 2).toString(16).padStart(2, '0')}00${hex}`);
    reader.string();
    expect(errorOf(() => reader.string())).toMatchObject({
      code: 'ERR_TOKEN_UTF8',
      offset: 4,
      message: 'token: the string at byte 4 of the content is not valid UTF-8; mint a new token',
    });
  });

  test('decodes the next string after a rejected one', () => {
    errorOf(() => readerOf('0200e282').string());
    expect(readerOf('0300e282ac').string()).toBe('€');
  });
});

describe('bytes and rest', () => {
  test('return copies', () => {
    const source = Uint8Array.of(1, 2, 3, 4, 5);
    const reader = new ByteReader(source);
    const [first, rest] = [reader.bytes(2), reader.rest()];
    source.fill(0);
    expect([first, rest]).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3, 4, 5)]);
    expect([first.buffer.byteLength, rest.buffer.byteLength]).toEqual([2, 3]);
  });

  test('may be empty', () => {
    const reader = readerOf('');
    expect(reader.bytes(0)).toEqual(new Uint8Array());
    expect(reader.rest()).toEqual(new Uint8Array());
    reader.end('the last service');
  });
});

describe('throws ERR_TOKEN_TRUNCATED with the offset', () => {
  test.each<[what: string, hex: string, read: (reader: ByteReader) => unknown, offset: number]>([
    ['a uint16', '0102' + '03', (reader) => [reader.uint16(), reader.uint16()], 2],
    ['an int16', '0102' + '03', (reader) => [reader.uint16(), reader.int16()], 2],
    ['a uint32', '0102' + '030405', (reader) => [reader.uint16(), reader.uint32()], 2],
    ['bytes', '0102' + '030405', (reader) => [reader.uint16(), reader.bytes(4)], 2],
    ['the length of a string', '0102' + '03', (reader) => [reader.uint16(), reader.string()], 2],
    ['a string', '0102' + '0300' + 'e282', (reader) => [reader.uint16(), reader.string()], 4],
    ['a string of 65,535 bytes', 'ffff' + '00', (reader) => reader.string(), 2],
    ['an empty content', '', (reader) => reader.uint16(), 0],
  ])('for %s', (_, hex, read, offset) => {
    const error = errorOf(() => read(readerOf(hex)));
    expect(error).toMatchObject({ code: 'ERR_TOKEN_TRUNCATED', offset });
  });

  test('and a message with the expected and the actual length', () => {
    const reader = readerOf('010203');
    reader.uint16();
    expect(errorOf(() => reader.uint32())).toMatchObject({
      message: 'token: the content ends early: expected 4 bytes at byte 2, got 1; mint a new token',
    });
  });

  test('and reading can continue at that offset', () => {
    const reader = readerOf('0102');
    errorOf(() => reader.uint32());
    expect(reader.uint16()).toBe(0x0201);
  });
});

test('end rejects remaining bytes, with the offset of the first', () => {
  const reader = readerOf('010203');
  reader.uint16();
  const error = errorOf(() => {
    reader.end('the last service');
  });
  expect(error).toMatchObject({
    code: 'ERR_TOKEN_TRAILING_BYTES',
    offset: 2,
    message: 'token: 1 bytes follow the last service, from byte 2 of the content; mint a new token',
  });
  reader.rest();
  reader.end('the last service');
});
