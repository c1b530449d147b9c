import { constants, deflateRawSync, deflateSync, gzipSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  AccessTokenError,
  type ApaasService,
  type RtcService,
  type Service,
  buildToken,
  decodeToken,
} from '../src/index.js';
import {
  type ReferenceClaims,
  referenceContent,
  referenceService,
  str,
  tokenOfContent,
  tokenOfStream,
  uint16,
  uint32,
} from './reference.js';

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const NOW = 1_700_000_000;
const MIB = 2 ** 20;
/** The bytes of a content before its services. */
const HEADER_LENGTH = 82;
const MAX_TOKEN_LENGTH = 1.5 * MIB;

const RTC: RtcService = { type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: 3600, 2: 60 } };
const RTM2: Service = {
  type: 'rtm2',
  userId: 'alice',
  permissions: { 0: { 0: ['news', 'sport'], 1: [] }, 4: { 1: ['alice'] } },
  privileges: { 1: 3600 },
};
const APAAS: ApaasService = {
  type: 'apaas',
  roomUuid: 'room',
  userUuid: 'alice',
  role: -1,
  privileges: { 1: 60 },
};
const UNKNOWN: Service = { type: 'unknown', typeId: 99, count: 2, body: Uint8Array.of(1, 2, 3) };

function contentWith(services: readonly Service[], claims: Partial<ReferenceClaims> = {}): Buffer {
  return referenceContent({
    appId: APP_ID,
    appCertificate: CERTIFICATE,
    issueTs: NOW,
    expire: 3600,
    salt: 1,
    services,
    ...claims,
  });
}

function tokenWith(services: readonly Service[], claims: Partial<ReferenceClaims> = {}): string {
  return tokenOfContent(contentWith(services, claims));
}

/** A token with services given as bytes, and their count; its signature is all zeros. */
function tokenOf(count: number, ...services: readonly Uint8Array[]): string {
  const header = [str(Buffer.alloc(32)), str(APP_ID), uint32(NOW), uint32(3600), uint32(1), uint16(count)];
  return tokenOfContent(Buffer.concat([...header, ...services]));
}

/** Returns the error about a token, or undefined if it is decoded. */
function errorOf(token: unknown, ...options: readonly unknown[]): AccessTokenError | undefined {
  try {
    Reflect.apply(decodeToken as (...args: unknown[]) => unknown, undefined, [token, ...options]);
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
  return undefined;
}

function codeOf(token: unknown, ...options: readonly unknown[]): string {
  return errorOf(token, ...options)?.code ?? 'decoded';
}

const LOBBY = tokenWith([RTC]);

describe('a decoded token', () => {
  test('has all fields and the raw bytes', () => {
    const content = contentWith([RTC, APAAS, RTM2, UNKNOWN]);
    expect(decodeToken(tokenOfContent(content))).toStrictEqual({
      version: '007',
      appId: APP_ID,
      issueTs: NOW,
      expire: 3600,
      expiresAt: NOW + 3600,
      salt: 1,
      services: [RTC, APAAS, RTM2, UNKNOWN],
      signature: Uint8Array.from(content.subarray(2, 34)),
      content: Uint8Array.from(content),
    });
  });

  test('need not have a valid signature', () => {
    const token = tokenOf(1, referenceService(RTC));
    expect(decodeToken(token)).toMatchObject({ signature: new Uint8Array(32), services: [RTC] });
  });

  test('has integers up to the maximum', () => {
    const claims = { issueTs: 0xffff_ffff, expire: 0xffff_ffff, salt: 0xffff_ffff };
    const services: Service[] = [{ type: 'fpa', privileges: { 0: 0, 1: 0xffff_ffff, 65_535: 1 } }];
    expect(decodeToken(tokenWith(services, claims))).toMatchObject({
      ...claims,
      expiresAt: 2 * 0xffff_ffff,
      services,
    });
  });

  test.each([-32_768, -1, 0, 1, 32_767])('has the APaaS role %i', (role) => {
    expect(decodeToken(tokenWith([{ ...APAAS, role }])).services).toStrictEqual([{ ...APAAS, role }]);
  });

  test.each([
    ['a byte order mark', '\uFEFFlobby'],
    ['a byte order mark alone', '\uFEFF'],
    ['NUL', 'a\0b'],
    ['characters beyond the basic plane', '\u{1F4A1}\u{10FFFF}'],
    ['the replacement character', '\uFFFD'],
    ['a noncharacter', '\uFFFF'],
    ['nothing', ''],
    ['65,535 bytes', '\u4E2D'.repeat(21_845)],
  ])('keeps a string with %s', (_name, text) => {
    const services: Service[] = [
      { type: 'rtc', channelName: text, uid: text, privileges: {} },
      { type: 'rtm2', userId: text, permissions: { 0: { 0: [text] } }, privileges: {} },
    ];
    expect(decodeToken(tokenWith(services)).services).toStrictEqual(services);
  });

  test('may have no services', () => {
    expect(decodeToken(tokenWith([])).services).toStrictEqual([]);
  });

  test('may have services out of order, and several of one type', () => {
    const services = [RTM2, RTC, APAAS, RTC];
    expect(decodeToken(tokenOf(4, ...services.map(referenceService))).services).toStrictEqual(services);
  });

  test('may have ids out of order', () => {
    const map = Buffer.concat([uint16(2), uint16(9), uint32(90), uint16(1), uint32(10)]);
    const { services } = decodeToken(tokenOf(1, uint16(4), map));
    expect(services).toStrictEqual([{ type: 'fpa', privileges: { 1: 10, 9: 90 } }]);
  });

  test.each([0, 1, 31, 33, 65_535])('may have a signature of %i bytes', (length) => {
    const content = Buffer.concat([str(Buffer.alloc(length, 7)), contentWith([RTC]).subarray(34)]);
    const { signature, services } = decodeToken(tokenOfContent(content));
    expect(Buffer.from(signature).equals(Buffer.alloc(length, 7))).toBe(true);
    expect(services).toStrictEqual([RTC]);
  });

  test.each(['', '0', APP_ID.slice(1), APP_ID + APP_ID, 'not an App ID', '\uFEFF'])(
    'may have the App ID %j',
    (appId) => {
      expect(decodeToken(tokenWith([RTC], { appId }))).toMatchObject({ appId, services: [RTC] });
    },
  );

  test.each([0, 11, 99, 65_535])('has a service of the unknown type %i, with all bytes after it', (typeId) => {
    const body = Buffer.concat([Buffer.of(0, 0, 7), referenceService(RTC)]);
    const token = tokenOf(2, Buffer.concat([uint16(typeId), body]));
    expect(decodeToken(token).services).toStrictEqual([
      { type: 'unknown', typeId, count: 2, body: Uint8Array.from(body) },
    ]);
  });

  test('has an unknown service without a body', () => {
    expect(decodeToken(tokenOf(1, uint16(99))).services).toStrictEqual([
      { type: 'unknown', typeId: 99, count: 1, body: new Uint8Array() },
    ]);
  });

  test.each<[string, readonly Service[]]>([
    ['after known ones', [RTC, RTM2, UNKNOWN]],
    ['before known ones', [{ type: 'unknown', typeId: 0, count: 2, body: referenceService(RTC) }]],
  ])('builds to the same content with an unknown service %s', (_name, services) => {
    const content = contentWith(services);
    const { appId, issueTs, expire, salt, services: decoded } = decodeToken(tokenOfContent(content));
    const again = buildToken({
      appId,
      appCertificate: CERTIFICATE,
      issueTs,
      expire,
      salt,
      services: decoded,
    });
    expect(Buffer.from(decodeToken(again).content).equals(content)).toBe(true);
  });

  test('builds to the same content with an unknown service of type 0 in last place, also as a copy', () => {
    const content = Buffer.concat([
      str(Buffer.alloc(32)),
      contentWith([]).subarray(34, HEADER_LENGTH - 2),
      uint16(3),
      referenceService(RTC),
      Buffer.of(0, 0, 7, 7),
    ]);
    const { appId, issueTs, expire, salt, services } = decodeToken(tokenOfContent(content));
    expect(services).toStrictEqual([RTC, { type: 'unknown', typeId: 0, count: 2, body: Uint8Array.of(7, 7) }]);
    const request = { appId, appCertificate: CERTIFICATE, issueTs, expire, salt };
    for (const copy of [services, structuredClone(services), services.map((service) => ({ ...service }))]) {
      const again = decodeToken(buildToken({ ...request, services: copy })).content;
      expect(Buffer.from(again.subarray(34)).equals(content.subarray(34))).toBe(true);
    }
  });

  test('is plain data without getters', () => {
    const decoded = decodeToken(tokenWith([RTC, APAAS, RTM2, UNKNOWN]));
    expect(structuredClone(decoded)).toStrictEqual(decoded);
    expect(gettersWithin(decoded)).toEqual([]);
  });

  test('shares nothing with later results', () => {
    const token = tokenWith([RTC, UNKNOWN]);
    const before = structuredClone(decodeToken(token));
    const changed = decodeToken(token);
    changed.content.fill(0);
    changed.signature.fill(0);
    for (const service of changed.services) {
      if (service.type === 'unknown') service.body.fill(0);
      else Object.assign(service.privileges, { 1: 0 });
      Object.assign(service, { type: 'fpa' });
    }
    expect(decodeToken(token)).toStrictEqual(before);
  });

  test('has bytes in buffers of their own', () => {
    const { content, signature, services } = decodeToken(tokenWith([UNKNOWN]));
    const bodies = services.flatMap((service) => (service.type === 'unknown' ? [service.body] : []));
    expect(bodies.length).toBe(1);
    for (const bytes of [content, signature, ...bodies]) {
      expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
      expect(bytes.buffer.byteLength).toBe(bytes.length);
    }
    expect(new Set([content, signature, ...bodies].map(({ buffer }) => buffer)).size).toBe(3);
  });
});

/** The names of properties, at any depth, that are not plain values. */
function gettersWithin(value: object): string[] {
  if (ArrayBuffer.isView(value)) return [];
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([name, descriptor]) => {
    const inner: unknown = descriptor.value;
    if (!('value' in descriptor)) return [name];
    return typeof inner === 'object' && inner !== null ? gettersWithin(inner) : [];
  });
}

describe('a value that is not a token', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['a bigint', 7n],
    ['a boolean', true],
    ['a symbol', Symbol('007')],
    ['a function', () => LOBBY],
    ['an array with a token', [LOBBY]],
    ['a token as bytes', Buffer.from(LOBBY)],
    ['an object that converts to a token', { toString: () => LOBBY }],
    ['a String object', new String(LOBBY)],
    ['a proxy of a String object', new Proxy(new String(LOBBY), {})],
    ['a promise of a token', Promise.resolve(LOBBY)],
  ])('is rejected: %s', (_name, token) => {
    expect(errorOf(token)).toMatchObject({ code: 'ERR_TOKEN_TYPE', argument: 'token' });
  });

  test.each([
    ['', 'ERR_TOKEN_VERSION'],
    ['0', 'ERR_TOKEN_VERSION'],
    ['00', 'ERR_TOKEN_VERSION'],
    ['005', 'ERR_TOKEN_VERSION'],
    ['008', 'ERR_TOKEN_VERSION'],
    ['07', 'ERR_TOKEN_VERSION'],
    ['undefined', 'ERR_TOKEN_VERSION'],
    [APP_ID, 'ERR_TOKEN_VERSION'],
    ['\uFF10\uFF10\uFF17eJx', 'ERR_TOKEN_VERSION'],
    [LOBBY.replace('007', '008'), 'ERR_TOKEN_VERSION'],
    [LOBBY.replace('007', '001'), 'ERR_TOKEN_VERSION'],
    [` ${LOBBY}`, 'ERR_TOKEN_VERSION'],
    [`"${LOBBY}"`, 'ERR_TOKEN_VERSION'],
    [`\uFEFF${LOBBY}`, 'ERR_TOKEN_VERSION'],
    ['006', 'ERR_LEGACY_TOKEN'],
    [`006${APP_ID}IACxSb`, 'ERR_LEGACY_TOKEN'],
    [LOBBY.replace('007', '006'), 'ERR_LEGACY_TOKEN'],
    ['007', 'ERR_TOKEN_TRUNCATED'],
  ])('%j is rejected with %s', (token, code) => {
    expect(codeOf(token)).toBe(code);
  });
});

describe('error messages', () => {
  const content = contentWith([RTC]);
  const stream = deflateSync(content);

  test.each<[message: string, token: unknown, options?: unknown]>([
    ['token: expected a text, got undefined; pass the token itself', undefined],
    ['token: expected a text, got an object; pass the token itself', Promise.resolve(LOBBY)],
    [
      'token: expected a text that begins with 007; pass the text that the token server answered, and nothing else',
      '008',
    ],
    [
      'token: an AccessToken of the older version 006, expected 007; read it with decodeToken006, verify it with verifyToken006',
      `006${APP_ID}`,
    ],
    ['token: expected at most 1572864 characters, got 1572865; pass the token alone', '007'.padEnd(1_572_865, 'A')],
    ['options: expected an object of options, got 7; pass a plain object, written as { … }', LOBBY, 7],
    ['maxLength: unknown property; known are maxContentLength', LOBBY, { maxLength: 7 }],
    ['maxContentLength: expected an integer from 1 to 1048576, got 0; it counts bytes', LOBBY, { maxContentLength: 0 }],
  ])('%s', (message, token, options) => {
    expect(errorOf(token, options)?.message).toBe(message);
  });

  test.each<[message: RegExp, token: unknown, options?: unknown]>([
    [/not a zlib stream/u, tokenOfStream(Buffer.from('no stream at all'))],
    [/zlib stream ends early/u, tokenOfStream(stream.subarray(0, -1))],
    [/more than 20 bytes.*maxContentLength/u, LOBBY, { maxContentLength: 20 }],
    [/2 bytes follow the zlib stream/u, tokenOfStream(Buffer.concat([stream, Buffer.alloc(2)]))],
    [/2 bytes follow the last service/u, tokenOfContent(Buffer.concat([content, Buffer.alloc(2)]))],
    [/not (?:valid )?UTF-8/u, tokenOfContent(contentWith([RTC]).fill(0xff, 36, 37))],
  ])('%s', (message, token, options) => {
    expect(errorOf(token, options)?.message).toMatch(message);
  });
});

describe('base64', () => {
  test('is accepted with each padding', () => {
    for (const stream of [[1, 2, 3], [1, 2], [1], [0xfb, 0xff, 0xfe]]) {
      expect(codeOf(tokenOfStream(Uint8Array.from(stream)))).toMatch(/^ERR_TOKEN_(?:ZLIB|TRUNCATED)$/u);
    }
  });

  test.each<[string, string, number]>([
    ['a character of base64url', '-//+', 3],
    ['another character of base64url', '+/_+', 5],
    ['a space for +', '+// +//+', 6],
    ['a leading space', ' +//+', 3],
    ['a trailing line break', '+//+\n', 7],
    ['a line break within', '+//+\r\n+//+', 7],
    ['percent-encoding', '%2B//+', 3],
    ['percent-encoded padding', 'QQ%3D%3D', 5],
    ['quotes', '"+//+"', 3],
    ['NUL', 'QU\0I', 5],
    ['a byte order mark', '\uFEFFQUI=', 3],
    ['a character beyond ASCII', 'Q\u00DCI=', 4],
    ['a character whose low byte is in the alphabet', '\u0141UI=', 3],
    ['a full-width character', 'QU\uFF29=', 5],
    ['half of a surrogate pair', 'QU\uD83DI', 5],
    ['padding at the start', '=QQ=', 3],
    ['padding within', 'QQ==QQ==', 5],
    ['padding alone', '====', 3],
    ['too much padding', 'QQ===', 5],
    ['padding after a single character', 'Q===', 4],
    ['set bits before two paddings', 'QR==', 4],
    ['set bits before one padding', 'QUJ=', 5],
  ])('is rejected at the offset of %s', (_name, text, offset) => {
    expect(errorOf(`007${text}`)).toMatchObject({ code: 'ERR_TOKEN_BASE64', offset });
  });

  test.each(['Q', 'QQ', 'QUI', 'QUJDR', 'QQ=', 'QUI==', 'QUJDQQ', 'QUJD='])(
    'of a wrong length is rejected: %j',
    (text) => {
      const { code, offset } = errorOf(`007${text}`) ?? {};
      expect(code).toBe('ERR_TOKEN_BASE64');
      expect(offset).toBeGreaterThanOrEqual(3);
      expect(offset).toBeLessThanOrEqual(3 + text.length);
    },
  );

  test('is rejected with anything added, or without its padding', () => {
    const padded = ['a', 'ab', 'abc', 'abcd', 'abcde']
      .map((channelName) => tokenWith([{ ...RTC, channelName }]))
      .find((token) => token.endsWith('='));
    if (padded === undefined) throw new Error('none of the tokens has padding');
    expect(codeOf(padded)).toBe('decoded');
    for (const changed of [
      padded.replace(/=+$/u, ''),
      `${padded}=`,
      `${padded}\n`,
      `${padded} `,
      `${padded}A`,
      padded + padded,
    ]) {
      expect(codeOf(changed)).toBe('ERR_TOKEN_BASE64');
    }
  });
});

describe('a zlib stream', () => {
  const CONTENT = contentWith([RTC]);
  const STREAM = deflateSync(CONTENT, { strategy: constants.Z_FIXED });

  test.each([0, 1, 6, 9])('of level %i is decoded', (level) => {
    expect(codeOf(tokenOfStream(deflateSync(CONTENT, { level })))).toBe('decoded');
  });

  test.each([9, 12, 15])('with a window of 2 to the %i is decoded', (windowBits) => {
    expect(codeOf(tokenOfStream(deflateSync(CONTENT, { windowBits })))).toBe('decoded');
  });

  test('cut anywhere is truncated', () => {
    const codes = Array.from(STREAM, (_, length) => codeOf(tokenOfStream(STREAM.subarray(0, length))));
    expect(new Set(codes)).toEqual(new Set(['ERR_TOKEN_TRUNCATED']));
  });

  test.each<[string, Uint8Array]>([
    ['a byte', Buffer.of(0)],
    ['a line break', Buffer.from('\n')],
    ['itself', STREAM],
    ['a thousand zeros', Buffer.alloc(1000)],
  ])('followed by %s is rejected', (_name, more) => {
    expect(codeOf(tokenOfStream(Buffer.concat([STREAM, more])))).toBe('ERR_TOKEN_TRAILING_BYTES');
  });

  test.each([1, 2, 3, 4])('with a wrong byte in its checksum is rejected: %i from the end', (place) => {
    const damaged = Buffer.from(STREAM);
    const index = damaged.length - place;
    damaged.writeUInt8(damaged.readUInt8(index) ^ 1, index);
    expect(codeOf(tokenOfStream(damaged))).toBe('ERR_TOKEN_ZLIB');
  });

  const withHeader = (header: string): Buffer => Buffer.concat([Buffer.from(header, 'hex'), STREAM.subarray(2)]);
  test.each<[string, Uint8Array]>([
    ['arbitrary bytes', Buffer.from('this is not a zlib stream')],
    ['raw deflate', deflateRawSync(CONTENT)],
    ['gzip', gzipSync(CONTENT)],
    ['a header with a wrong check', withHeader('789d')],
    ['another method than deflate', withHeader('7918')],
    ['a window that is too large', withHeader('881c')],
    ['a preset dictionary without its id', withHeader('7820')],
    ['a preset dictionary', deflateSync(CONTENT, { dictionary: Buffer.from('lobby') })],
    ['a block of the reserved type', withHeader('789c07').subarray(0, 3)],
    ['a stored block with a wrong length', Buffer.from('789c010100ffff61', 'hex')],
  ])('is rejected: %s', (_name, stream) => {
    expect(codeOf(tokenOfStream(stream))).toBe('ERR_TOKEN_ZLIB');
  });

  test.each(['7801', '785e', '789c', '78da'])('with the header %s is decoded', (header) => {
    expect(codeOf(tokenOfStream(withHeader(header)))).toBe('decoded');
  });

  /** A stream with fixed codes, in which 32 zeros are encoded by `writeZeros`. */
  function streamWith(writeZeros: (writer: BitWriter) => void): Buffer {
    const content = Buffer.concat([str(Buffer.alloc(32)), CONTENT.subarray(34)]);
    const writer = new BitWriter().bits(1, 1).bits(1, 2);
    for (const byte of content.subarray(0, 2)) writer.literal(byte);
    writeZeros(writer);
    for (const byte of content.subarray(34)) writer.literal(byte);
    return zlibOf(writer.code(0, 7).finish(), deflateSync(content).subarray(-4));
  }

  const writeZeros = (writer: BitWriter, count: number): BitWriter => {
    for (let left = count; left > 0; left--) writer.literal(0);
    return writer;
  };
  /** The code for lengths 31 to 34 and for distances 33 to 48, with their extra bits. */
  const lengthAndDistance = (writer: BitWriter, length: number, distance: number): BitWriter =>
    writer
      .code(272 - 256, 7)
      .bits(length - 31, 2)
      .code(10, 5)
      .bits(distance - 33, 4);

  test.each<[string, (writer: BitWriter) => void]>([
    ['as literals', (writer) => writeZeros(writer, 32)],
    // Distance 1, whose code is 0.
    [
      'as a match of the first',
      (writer) =>
        writeZeros(writer, 1)
          .code(272 - 256, 7)
          .bits(0, 2)
          .code(0, 5),
    ],
  ])('with zeros encoded %s is decoded', (_name, write) => {
    expect(codeOf(tokenOfStream(streamWith(write)))).toBe('decoded');
  });

  test.each<[string, (writer: BitWriter) => void]>([
    ['as a match before the first byte', (writer) => lengthAndDistance(writer, 32, 34)],
    [
      'and an invalid length code',
      (writer) =>
        writeZeros(writer, 32)
          .code(0xc0 + 286 - 280, 8)
          .code(0, 5),
    ],
    [
      'and another invalid length code',
      (writer) =>
        writeZeros(writer, 32)
          .code(0xc0 + 287 - 280, 8)
          .code(0, 5),
    ],
    [
      'and an invalid distance code',
      (writer) =>
        writeZeros(writer, 1)
          .code(272 - 256, 7)
          .bits(0, 2)
          .code(30, 5),
    ],
    [
      'and another invalid distance code',
      (writer) =>
        writeZeros(writer, 1)
          .code(272 - 256, 7)
          .bits(0, 2)
          .code(31, 5),
    ],
  ])('with zeros encoded %s is rejected', (_name, write) => {
    expect(codeOf(tokenOfStream(streamWith(write)))).toBe('ERR_TOKEN_ZLIB');
  });
});

describe('a content', () => {
  test('cut anywhere is truncated, with an offset within the rest', () => {
    const content = contentWith([RTC, APAAS, RTM2]);
    for (const length of content.keys()) {
      const { code, offset } = errorOf(tokenOfContent(content.subarray(0, length))) ?? {};
      expect(code).toBe('ERR_TOKEN_TRUNCATED');
      expect(offset).toBeLessThanOrEqual(length);
    }
  });

  test.each([
    ['signature', 20, 2],
    ['App ID', 50, 36],
    ['issue time', 70, 68],
    ['lifetime', 75, 72],
    ['salt', 79, 76],
    ['count of services', 81, 80],
    ['type of a service', 83, 82],
    ['count of privileges', 85, 84],
    ['privilege', 87, 86],
    ['lifetime of a privilege', 90, 88],
  ])('cut in the %s has the offset of that field', (_name, length, offset) => {
    const token = tokenOfContent(contentWith([RTC]).subarray(0, length));
    expect(errorOf(token)).toMatchObject({ code: 'ERR_TOKEN_TRUNCATED', offset });
  });

  test('with more services than its count is rejected at their offset', () => {
    const first = referenceService(RTC);
    expect(errorOf(tokenOf(1, first, first))).toMatchObject({
      code: 'ERR_TOKEN_TRAILING_BYTES',
      offset: HEADER_LENGTH + first.length,
    });
    expect(errorOf(tokenOf(0, first))).toMatchObject({
      code: 'ERR_TOKEN_TRAILING_BYTES',
      offset: HEADER_LENGTH,
    });
    expect(codeOf(tokenOf(1, first, Buffer.of(0)))).toBe('ERR_TOKEN_TRAILING_BYTES');
  });

  test('with fewer services than its count is truncated', () => {
    const first = referenceService(RTC);
    expect(errorOf(tokenOf(2, first))).toMatchObject({
      code: 'ERR_TOKEN_TRUNCATED',
      offset: HEADER_LENGTH + first.length,
    });
  });

  const mapOf = (...entries: readonly (readonly [id: number, value: Uint8Array])[]): Buffer =>
    Buffer.concat([uint16(entries.length), ...entries.flatMap(([id, value]) => [uint16(id), value])]);

  test.each([
    ['in a row', [1, 1]],
    ['after others', [1, 2, 3, 1]],
    ['with ids of 0', [0, 0]],
  ])('with a duplicate privilege id is rejected at its offset: %s', (_name, ids) => {
    const service = Buffer.concat([uint16(4), mapOf(...ids.map((id) => [id, uint32(60)] as const))]);
    const offset = HEADER_LENGTH + service.length - 6;
    expect(errorOf(tokenOf(1, service))).toMatchObject({
      code: 'ERR_TOKEN_PRIVILEGES',
      offset,
      message: expect.stringContaining(`privilege ${ids[0]} `) as string,
    });
  });

  const rtm2With = (permissions: Uint8Array): Buffer => Buffer.concat([uint16(8), mapOf(), str('a'), permissions]);
  const NO_NAMES = uint16(0);

  test('with a duplicate resource type is rejected at its offset', () => {
    const token = tokenOf(1, rtm2With(mapOf([3, mapOf()], [3, mapOf()])));
    expect(errorOf(token)).toMatchObject({
      code: 'ERR_TOKEN_PRIVILEGES',
      offset: HEADER_LENGTH + 7 + 2 + 4,
      message: expect.stringContaining('resource type 3 ') as string,
    });
  });

  test('with a duplicate permission type is rejected at its offset', () => {
    const token = tokenOf(1, rtm2With(mapOf([3, mapOf([1, NO_NAMES], [1, NO_NAMES])])));
    expect(errorOf(token)).toMatchObject({
      code: 'ERR_TOKEN_PRIVILEGES',
      offset: HEADER_LENGTH + 7 + 2 + 2 + 2 + 4,
      message: expect.stringContaining('permission type 1 ') as string,
    });
  });

  test('with the same id in different maps is decoded', () => {
    const permissions = mapOf([3, mapOf([3, NO_NAMES])], [4, mapOf([3, NO_NAMES])]);
    const fpa = Buffer.concat([uint16(4), mapOf([3, uint32(60)])]);
    expect(codeOf(tokenOf(3, fpa, fpa, rtm2With(permissions)))).toBe('decoded');
  });

  const NOT_UTF8: readonly (readonly [string, readonly number[]])[] = [
    ['a byte that never occurs', [0xff]],
    ['a continuation without a start', [0x80]],
    ['a start without its continuation', [0xe2, 0x82]],
    ['a start before another', [0xe2, 0x41, 0x41]],
    ['NUL in two bytes', [0xc0, 0x80]],
    ['a slash in three bytes', [0xe0, 0x80, 0xaf]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['both halves of a surrogate pair', [0xed, 0xa0, 0xbd, 0xed, 0xb2, 0xa1]],
    ['a code point beyond the last', [0xf4, 0x90, 0x80, 0x80]],
    ['five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ];

  test.each(NOT_UTF8)('with %s in a string is rejected at the offset of the string', (_name, bytes) => {
    const text = str(Buffer.concat([Buffer.from('a'), Uint8Array.from(bytes)]));
    const channel = Buffer.concat([uint16(1), mapOf(), text, str('42')]);
    expect(errorOf(tokenOf(1, channel))).toMatchObject({
      code: 'ERR_TOKEN_UTF8',
      offset: HEADER_LENGTH + 6,
    });
    const uid = Buffer.concat([uint16(1), mapOf(), str('lobby'), text]);
    expect(errorOf(tokenOf(1, uid))).toMatchObject({ code: 'ERR_TOKEN_UTF8', offset: HEADER_LENGTH + 13 });
    const name = rtm2With(mapOf([0, mapOf([0, Buffer.concat([uint16(1), text])])]));
    expect(codeOf(tokenOf(1, name))).toBe('ERR_TOKEN_UTF8');
    const appId = Buffer.concat([str(Buffer.alloc(32)), text]);
    expect(errorOf(tokenOfContent(appId))).toMatchObject({ code: 'ERR_TOKEN_UTF8', offset: 36 });
  });

  test('with invalid UTF-8 in an unknown service is decoded', () => {
    expect(codeOf(tokenOf(1, uint16(99), Buffer.of(0xff)))).toBe('decoded');
  });
});

describe('sizes', () => {
  /** A token with a content of this length. */
  const tokenOfLength = (length: number): string =>
    tokenWith([{ type: 'unknown', typeId: 99, count: 1, body: Buffer.alloc(length - HEADER_LENGTH - 2, 'lobby') }]);

  test('a content of 1 MiB is decoded, one byte more is too large', () => {
    expect(decodeToken(tokenOfLength(MIB)).content.length).toBe(MIB);
    expect(codeOf(tokenOfLength(MIB + 1))).toBe('ERR_TOKEN_TOO_LARGE');
  });

  test('a content of 1 MiB is built, one byte more is rejected', () => {
    const build = (length: number): string => {
      const body = new Uint8Array(length - HEADER_LENGTH - 2);
      const services: Service[] = [{ type: 'unknown', typeId: 99, count: 1, body }];
      return buildToken({ appId: APP_ID, appCertificate: CERTIFICATE, expire: 60, services });
    };
    expect(decodeToken(build(MIB)).content.length).toBe(MIB);
    expect(() => build(MIB + 1)).toThrow(expect.objectContaining({ code: 'ERR_SERVICE' }));
  });

  test.each([100, 1024, 65_536, 524_287])('a content of %i bytes is decoded with exactly that limit', (length) => {
    const token = tokenOfLength(length);
    expect(codeOf(token, { maxContentLength: length })).toBe('decoded');
    expect(codeOf(token, { maxContentLength: length + 1 })).toBe('decoded');
    expect(codeOf(token, { maxContentLength: length - 1 })).toBe('ERR_TOKEN_TOO_LARGE');
    expect(codeOf(token, { maxContentLength: 1 })).toBe('ERR_TOKEN_TOO_LARGE');
    expect(codeOf(token, { maxContentLength: MIB })).toBe('decoded');
  });

  test.each([0, -1, 1.5, NaN, Infinity, MIB + 1, '1000', null, 1000n, {}])(
    'a maxContentLength of %o is rejected',
    (value) => {
      expect(errorOf(LOBBY, { maxContentLength: value })).toMatchObject({
        code: 'ERR_OPTIONS',
        argument: 'maxContentLength',
      });
    },
  );

  test.each([
    { options: null },
    { options: 1000 },
    { options: 'maxContentLength' },
    { options: [] },
    { options: { maxLength: 1000 } },
    { options: { maxcontentlength: 1000 } },
    { options: new Map() },
  ])('the options $options are rejected', ({ options }) => {
    expect(codeOf(LOBBY, options)).toBe('ERR_OPTIONS');
  });

  test('options may be empty', () => {
    expect(codeOf(LOBBY, {})).toBe('decoded');
    expect(codeOf(LOBBY, undefined)).toBe('decoded');
  });

  test('a string of up to 1.5 Mi characters is decoded', () => {
    // A group of four characters more would be beyond the limit.
    const token = tokenOfStream(streamOf(MAX_TOKEN_LENGTH - 4));
    expect(token.length).toBe(MAX_TOKEN_LENGTH - 1);
    expect(decodeToken(token)).toMatchObject({ appId: APP_ID, services: [{ uid: '42' }] });
  });

  test('a longer string is rejected before decoding', () => {
    expect(codeOf(tokenOfStream(streamOf(MAX_TOKEN_LENGTH)))).toBe('ERR_TOKEN_TOO_LARGE');
    expect(codeOf(`007${'!'.repeat(MAX_TOKEN_LENGTH - 3)}`)).toBe('ERR_TOKEN_BASE64');
    expect(codeOf(`007${'!'.repeat(MAX_TOKEN_LENGTH - 2)}`)).toBe('ERR_TOKEN_TOO_LARGE');
    const huge = `007${'!'.repeat(2 ** 28)}`;
    expect(fastest(() => codeOf(huge), 10)).toBeLessThan(10);
  });

  /** A valid stream that has this many characters in base64, most of them for empty blocks before its content. */
  function streamOf(characters: number): Buffer {
    const EMPTY_BLOCK = Buffer.from('000000ffff', 'hex');
    const length = (characters / 4) * 3;
    for (const channelName of ['', 'a', 'ab', 'abc', 'abcd']) {
      const stream = deflateSync(contentWith([{ ...RTC, channelName }]), { level: 0 });
      const blocks = (length - stream.length) / EMPTY_BLOCK.length;
      if (!Number.isInteger(blocks)) continue;
      return Buffer.concat([
        stream.subarray(0, 2),
        Buffer.alloc(blocks * EMPTY_BLOCK.length, EMPTY_BLOCK),
        stream.subarray(2),
      ]);
    }
    throw new Error('none of five lengths fits');
  }
});

/** The fewest milliseconds that an action took, of at most three attempts until one is below the limit. */
function fastest(action: () => unknown, limit: number): number {
  let best = Infinity;
  for (let attempt = 0; attempt < 3 && best >= limit; attempt++) {
    const start = performance.now();
    action();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** Writes a deflate stream bit by bit, the lowest bit of each value first. */
class BitWriter {
  readonly #bytes: number[] = [];
  #pending = 0;
  #count = 0;

  bits(value: number, count: number): this {
    this.#pending |= value << this.#count;
    this.#count += count;
    for (; this.#count >= 8; this.#count -= 8) {
      this.#bytes.push(this.#pending & 0xff);
      this.#pending >>= 8;
    }
    return this;
  }

  /** Writes a Huffman code, whose highest bit comes first. */
  code(value: number, length: number): this {
    for (let bit = length - 1; bit >= 0; bit--) this.bits((value >> bit) & 1, 1);
    return this;
  }

  /** Writes the fixed code of a byte. */
  literal(byte: number): this {
    return byte < 144 ? this.code(0x30 + byte, 8) : this.code(0x190 + byte - 144, 9);
  }

  get length(): number {
    return this.#bytes.length;
  }

  finish(): Buffer {
    return Buffer.from(this.#count === 0 ? this.#bytes : [...this.#bytes, this.#pending]);
  }
}

/** Puts deflate blocks into a zlib stream; the checksum, left out, is that of no bytes. */
function zlibOf(blocks: Uint8Array, checksum: Uint8Array = Buffer.of(0, 0, 0, 1)): Buffer {
  return Buffer.concat([Buffer.from('789c', 'hex'), blocks, checksum]);
}

describe('time and memory are bounded', () => {
  test('for a token that inflates to 1 GiB', () => {
    const token = tokenOfStream(streamOfZeros(2 ** 30));
    expect(token.length).toBeLessThan(MAX_TOKEN_LENGTH);
    const memory = (): number => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    const [before, peakBefore] = [memory(), process.resourceUsage().maxRSS];
    expect(fastest(() => codeOf(token), 50)).toBeLessThan(50);
    expect(codeOf(token)).toBe('ERR_TOKEN_TOO_LARGE');
    expect(memory() - before).toBeLessThan(24 * MIB);
    // In KiB; the highest that the process ever took, so that nothing collected in between is missed.
    expect(process.resourceUsage().maxRSS - peakBefore).toBeLessThan(64 * 1024);
  });

  test('for a token that inflates to 1 GiB, and a small limit', () => {
    const token = tokenOfStream(streamOfZeros(2 ** 30));
    expect(fastest(() => codeOf(token, { maxContentLength: 1024 }), 50)).toBeLessThan(50);
    expect(codeOf(token, { maxContentLength: 1024 })).toBe('ERR_TOKEN_TOO_LARGE');
  });

  /** A zlib stream of so many zeros, a multiple of 16 MiB, without ever holding them. */
  function streamOfZeros(length: number): Buffer {
    const CHUNK_LENGTH = 2 ** 24;
    // A flush leaves a whole number of bytes, and no way back to what came before.
    const chunk = deflateRawSync(Buffer.alloc(CHUNK_LENGTH), {
      level: 9,
      finishFlush: constants.Z_FULL_FLUSH,
    });
    const checksum = Buffer.alloc(4);
    checksum.writeUInt16BE(length % 65_521);
    checksum.writeUInt16BE(1, 2);
    return Buffer.concat([
      Buffer.from('78da', 'hex'),
      Buffer.alloc(chunk.length * (length / CHUNK_LENGTH), chunk),
      Buffer.from('0300', 'hex'),
      checksum,
    ]);
  }

  test('the stream of zeros is valid', () => {
    const stream = streamOfZeros(2 ** 25);
    expect(inflateSync(stream).length).toBe(2 ** 25);
    expect(codeOf(tokenOfStream(stream))).toBe('ERR_TOKEN_TOO_LARGE');
  });

  /** The bytes of blocks that the longest token can hold. */
  const ROOM = (MAX_TOKEN_LENGTH / 4 - 1) * 3 - zlibOf(Buffer.of()).length - 32;

  test.each<[string, (writer: BitWriter, last: 0 | 1) => void]>([
    ['stored', (writer, last) => writer.bits(last, 1).bits(0, 2).bits(0, 5).bits(0, 16).bits(0xff, 8).bits(0xff, 8)],
    ['with fixed codes', (writer, last) => writer.bits(last, 1).bits(1, 2).bits(0, 7)],
    ['with dynamic codes', writeDynamicBlock],
  ])('for a long token of empty blocks, %s', (_name, writeBlock) => {
    const writer = new BitWriter();
    while (writer.length < ROOM) writeBlock(writer, 0);
    writeBlock(writer, 1);
    const stream = zlibOf(writer.finish());
    expect(inflateSync(stream).length).toBe(0);
    const token = tokenOfStream(stream);
    expect(token.length).toBeGreaterThan(MAX_TOKEN_LENGTH - 128);
    // An empty content ends before its signature.
    expect(codeOf(token)).toBe('ERR_TOKEN_TRUNCATED');
    expect(fastest(() => codeOf(token), 3000)).toBeLessThan(3000);
  });

  /** A block with the smallest tables of its own: the end of the block is its only code. */
  function writeDynamicBlock(writer: BitWriter, last: 0 | 1): void {
    writer.bits(last, 1).bits(2, 2).bits(0, 5).bits(0, 5).bits(14, 4);
    // How long the codes of 16, 17, 18, 0, 8, 7, … are: 1 for a run of zeros, 2 for the lengths 0 and 1.
    for (const length of [0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]) writer.bits(length, 3);
    // 138 + 118 literals without a code, one bit for the end of the block, no code for a distance; the end.
    writer.bits(0, 1).bits(127, 7).bits(0, 1).bits(107, 7).bits(0b11, 2).bits(0b01, 2).bits(0, 1);
  }

  test('for a content of 65,535 services', () => {
    const services = Array.from({ length: 65_535 }, () =>
      referenceService({ ...RTC, privileges: {}, channelName: 'a' }),
    );
    const token = tokenOf(65_535, ...services);
    expect(decodeToken(token).services.length).toBe(65_535);
    expect(fastest(() => codeOf(token), 2000)).toBeLessThan(2000);
  });

  test('for RTM2 permissions with as many empty names as fit', () => {
    const LISTS = 7;
    const NAMES = 65_535;
    const list = Buffer.concat([uint16(NAMES), Buffer.alloc(2 * NAMES)]);
    const lists = Array.from({ length: LISTS }, (_, id) => Buffer.concat([uint16(id), list]));
    const used = Buffer.concat([uint16(8), uint16(0), str(''), uint16(1), uint16(0), uint16(LISTS + 1), ...lists]);
    const left = Math.floor((MIB - HEADER_LENGTH - used.length - 4) / 2);
    const token = tokenOf(1, used, uint16(LISTS), uint16(left), Buffer.alloc(2 * left));
    const { content, services } = decodeToken(token);
    expect(content.length).toBeGreaterThan(MIB - 2);
    const [service] = services;
    if (service?.type !== 'rtm2') throw new Error('the service is RTM2');
    const names = Object.values(service.permissions[0] ?? {});
    expect(names.map(({ length }) => length)).toEqual([...Array<number>(LISTS).fill(NAMES), left]);
    expect(names.every((list) => list.every((name) => name === ''))).toBe(true);
    expect(fastest(() => codeOf(token), 2000)).toBeLessThan(2000);
  });

  test('for maps with 65,535 ids', () => {
    const ids = Array.from({ length: 65_535 }, (_, id) => Buffer.concat([uint16(id), uint32(id)]));
    const service = Buffer.concat([uint16(4), uint16(65_535), ...ids]);
    const token = tokenOf(2, service, service);
    const [first] = decodeToken(token).services;
    expect(first?.type === 'fpa' && Object.keys(first.privileges).length).toBe(65_535);
    expect(fastest(() => codeOf(token), 2000)).toBeLessThan(2000);
  });

  test('for counts larger than the content', () => {
    const MAX = uint16(0xffff);
    const empty = [uint16(8), uint16(0), str('')];
    for (const token of [
      tokenOf(0xffff),
      tokenOf(1, uint16(4), MAX),
      tokenOf(1, ...empty, MAX),
      tokenOf(1, ...empty, uint16(1), uint16(0), MAX),
      tokenOf(1, ...empty, uint16(1), uint16(0), uint16(1), uint16(0), MAX),
      tokenOf(1, uint16(2), uint16(0), MAX),
    ]) {
      expect(codeOf(token)).toBe('ERR_TOKEN_TRUNCATED');
      expect(fastest(() => codeOf(token), 50)).toBeLessThan(50);
    }
  });
});
