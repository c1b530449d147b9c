import { createHmac } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  AccessTokenError,
  type BuildToken006Options,
  buildFpaToken,
  buildToken006,
  decodeToken,
  decodeToken006,
  verifyToken,
  verifyToken006,
} from '../src/index.js';
import { crc32 } from '../src/token006.js';
import { RUNS, formatText, project, uint32 as anyUint32 } from './arbitraries.js';
import { str, uint16, uint32 } from './reference.js';
import { errorOf } from './error-of.js';

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const OTHER_CERTIFICATE = 'fedcba9876543210fedcba9876543210';
const NOW = 1_700_000_000;
const END = NOW + 3600;
/** Where the base64 starts. */
const BODY_START = 35;
const MAX_TOKEN_LENGTH = 1.5 * 2 ** 20;

const LOBBY: BuildToken006Options & { readonly salt: number } = {
  appId: APP_ID,
  appCertificate: CERTIFICATE,
  channelName: 'lobby',
  uid: 42,
  ts: END,
  salt: 1,
  privileges: { 1: END, 2: END - 60 },
};
const TOKEN = buildToken006(LOBBY);
const JOIN = { channelName: 'lobby', uid: 42 };

afterEach(() => {
  vi.restoreAllMocks();
});

/** CRC-32, a bit at a time (ISO 3309). */
function referenceCrc32(text: string): number {
  let crc = 0xffff_ffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return ~crc >>> 0;
}

/** The parts of a token. */
interface Parts {
  readonly appId: string;
  readonly appCertificate: string;
  readonly channelName: string;
  readonly uid: string;
  readonly salt: number;
  readonly ts: number;
  /** In this order. */
  readonly privileges: readonly (readonly [id: number, end: number])[];
  readonly crcChannelName?: number;
  readonly crcUid?: number;
  readonly signature?: Uint8Array;
}

/** Encodes a content. */
function referenceContent({ appId, appCertificate, channelName, uid, ...parts }: Parts): Buffer {
  const map = parts.privileges.map(([id, end]) => Buffer.concat([uint16(id), uint32(end)]));
  const message = Buffer.concat([uint32(parts.salt), uint32(parts.ts), uint16(map.length), ...map]);
  const signed = Buffer.concat([Buffer.from(appId + channelName + uid), message]);
  return Buffer.concat([
    str(parts.signature ?? createHmac('sha256', appCertificate).update(signed).digest()),
    uint32(parts.crcChannelName ?? referenceCrc32(channelName)),
    uint32(parts.crcUid ?? referenceCrc32(uid)),
    str(message),
  ]);
}

function tokenOf(content: Uint8Array, appId = APP_ID): string {
  return `006${appId}${Buffer.from(content).toString('base64')}`;
}

function tokenWith(parts: Partial<Parts>): string {
  const all = { ...LOBBY, uid: '42', privileges: [[1, END]] as const, ...parts };
  return tokenOf(referenceContent(all), all.appId);
}

/** Calls a function with any arguments, like a program without types. */
function call(action: (...args: never[]) => unknown, ...args: readonly unknown[]): unknown {
  return Reflect.apply(action as (...args: unknown[]) => unknown, undefined, args);
}

/** Returns `'passes'`, or the code of the error. The time of the check is now by default. */
function outcome(token: string, expected: object = JOIN, certificate: unknown = CERTIFICATE): string {
  try {
    call(verifyToken006, token, certificate, { now: NOW, ...expected });
    return 'passes';
  } catch (error) {
    if (error instanceof AccessTokenError) return error.code;
    throw error;
  }
}

describe('crc32', () => {
  test.each([
    ['', 0],
    ['123456789', 0xcbf4_3926],
    ['lobby', 3_437_516_279],
    ['频道', 1_648_304_389],
    ['用户', 501_916_381],
  ])('of %j is that of its UTF-8 bytes, unsigned', (text, crc) => {
    expect(crc32(text)).toBe(crc);
  });

  test('equals a bitwise reference', () => {
    fc.assert(
      fc.property(formatText, (text) => {
        expect(crc32(text)).toBe(referenceCrc32(text));
      }),
      { numRuns: RUNS, examples: [['\u{10000}'], ['\u{10FFFF}'], ['a\u{1F4A1}\uD7FF\uE000\uFFFF']] },
    );
  });
});

describe('a decoded token', () => {
  test('has all fields and the raw bytes', () => {
    const signature = Uint8Array.from(Buffer.from(TOKEN.slice(BODY_START), 'base64').subarray(2, 34));
    expect(decodeToken006(TOKEN)).toStrictEqual({
      version: '006',
      appId: APP_ID,
      signature,
      crcChannelName: referenceCrc32('lobby'),
      crcUid: referenceCrc32('42'),
      salt: 1,
      ts: END,
      privileges: { 1: END, 2: END - 60 },
      content: Uint8Array.from(Buffer.from(TOKEN.slice(BODY_START), 'base64')),
    });
  });

  test('shares nothing with later results', () => {
    const [one, two] = [decodeToken006(TOKEN), decodeToken006(TOKEN)];
    one.content.fill(7);
    expect(two.content).not.toEqual(one.content);
    expect(two).toStrictEqual(decodeToken006(TOKEN));
    expect(one.signature).toStrictEqual(two.signature);
  });

  test('may have ids out of order, or none', () => {
    const decoded = decodeToken006(
      tokenWith({
        privileges: [
          [9, 90],
          [1, 10],
        ],
      }),
    );
    expect(decoded.privileges).toStrictEqual({ 1: 10, 9: 90 });
    expect(decodeToken006(tokenWith({ privileges: [] })).privileges).toStrictEqual({});
  });

  test('has integers up to the maximum', () => {
    const max = 0xffff_ffff;
    const numbers = { salt: max, ts: max, crcChannelName: max, crcUid: max };
    const token = tokenWith({
      ...numbers,
      privileges: [
        [0, 0],
        [65_535, max],
      ],
    });
    expect(decodeToken006(token)).toMatchObject({ ...numbers, privileges: { 0: 0, 65_535: max } });
  });

  test.each([0, 1, 31, 33, 65_535])('may have a signature of %i bytes, but does not verify', (length) => {
    const token = tokenWith({ signature: Buffer.alloc(length, 7) });
    expect(decodeToken006(token).signature).toStrictEqual(new Uint8Array(length).fill(7));
    expect(outcome(token)).toBe('ERR_SIGNATURE_MISMATCH');
  });

  test.each(['z'.repeat(32), ' '.repeat(32), '频'.repeat(32), '\u{1F4A1}'.repeat(16)])(
    'may have the App ID %j, but does not verify',
    (appId) => {
      const token = tokenWith({ appId });
      expect(decodeToken006(token).appId).toBe(appId);
      expect(outcome(token)).toBe('ERR_APP_ID_MISMATCH');
    },
  );

  test('may have 10,920 privileges', () => {
    const privileges = Object.fromEntries(Array.from({ length: 10_920 }, (_, id) => [id, id]));
    expect(decodeToken006(buildToken006({ ...LOBBY, privileges })).privileges).toStrictEqual(privileges);
  });
});

describe('the format', () => {
  const content = referenceContent({ ...LOBBY, uid: '42', privileges: [[1, END]] });
  /** Where the length of the message is, and where the number of privileges. */
  const [messageAt, countAt] = [42, 52];

  function patched(at: number, value: number): Buffer {
    const copy = Buffer.from(content);
    copy.writeUInt16LE(value, at);
    return copy;
  }

  test.each<[what: string, token: unknown, code: string]>([
    ['undefined', undefined, 'ERR_TOKEN_TYPE'],
    ['null', null, 'ERR_TOKEN_TYPE'],
    ['a number', 6, 'ERR_TOKEN_TYPE'],
    ['a String object', Object(TOKEN), 'ERR_TOKEN_TYPE'],
    ['an array', [TOKEN], 'ERR_TOKEN_TYPE'],
    ['an empty string', '', 'ERR_TOKEN_VERSION'],
    ['a truncated version', '00', 'ERR_TOKEN_VERSION'],
    ['an older version', TOKEN.replace('006', '005'), 'ERR_TOKEN_VERSION'],
    ['a newer version', buildFpaToken(APP_ID, CERTIFICATE), 'ERR_TOKEN_VERSION'],
    ['a space before it', ` ${TOKEN}`, 'ERR_TOKEN_VERSION'],
    ['a version alone', '006', 'ERR_TOKEN_TRUNCATED'],
    ['a truncated App ID', `006${APP_ID.slice(1)}`, 'ERR_TOKEN_TRUNCATED'],
    ['no content', `006${APP_ID}`, 'ERR_TOKEN_TRUNCATED'],
    ['a trailing byte', tokenOf(Buffer.concat([content, Buffer.of(0)])), 'ERR_TOKEN_TRAILING_BYTES'],
    ['a message longer than its length', tokenOf(patched(messageAt, 15)), 'ERR_TOKEN_TRAILING_BYTES'],
    ['a message with length 0', tokenOf(patched(messageAt, 0)), 'ERR_TOKEN_TRAILING_BYTES'],
    ['a message shorter than its length', tokenOf(patched(messageAt, 17)), 'ERR_TOKEN_TRUNCATED'],
    ['more privileges than the message has', tokenOf(patched(countAt, 2)), 'ERR_TOKEN_TRUNCATED'],
    ['bytes after the privileges', tokenOf(patched(countAt, 0)), 'ERR_TOKEN_TRAILING_BYTES'],
    [
      'a duplicate privilege',
      tokenWith({
        privileges: [
          [1, END],
          [1, END],
        ],
      }),
      'ERR_TOKEN_PRIVILEGES',
    ],
    ['base64url', `006${APP_ID}IA-_`, 'ERR_TOKEN_BASE64'],
    ['a space in it', `${TOKEN.slice(0, 40)} ${TOKEN.slice(41)}`, 'ERR_TOKEN_BASE64'],
    ['a line break after it', `${TOKEN}\n`, 'ERR_TOKEN_BASE64'],
    ['missing padding', `006${APP_ID}IA`, 'ERR_TOKEN_BASE64'],
    ['unused bits that are not zero', `006${APP_ID}IB==`, 'ERR_TOKEN_BASE64'],
    ['a character too many', '006'.padEnd(MAX_TOKEN_LENGTH + 1, 'A'), 'ERR_TOKEN_TOO_LARGE'],
    ['the maximum number of characters', '006'.padEnd(MAX_TOKEN_LENGTH, 'A'), 'ERR_TOKEN_BASE64'],
  ])('is rejected: %s', (_, token, code) => {
    expect(errorOf(() => call(decodeToken006, token)).code).toBe(code);
    expect(errorOf(() => call(verifyToken006, token, CERTIFICATE, JOIN)).code).toBe(code);
  });

  test('is rejected if the content is cut anywhere', () => {
    for (let length = 0; length < content.length; length++) {
      const error = errorOf(() => decodeToken006(tokenOf(content.subarray(0, length))));
      expect(error.code).toBe('ERR_TOKEN_TRUNCATED');
      expect(error.offset).toBeLessThanOrEqual(length);
    }
  });

  test.each<[what: string, token: string, offset: number]>([
    ['a character of the token', `006${APP_ID}IAC?`, 38],
    ['a character after an App ID of other characters', `006${'频'.repeat(32)}IAC?`, 38],
    ['a byte after the message', tokenOf(Buffer.concat([content, Buffer.of(0)])), 60],
    ['a byte after the privileges', tokenOf(patched(countAt, 0)), 54],
    ['a byte in the message', tokenOf(patched(countAt, 2)), 60],
  ])('is rejected with the offset of %s', (_, token, offset) => {
    expect(errorOf(() => decodeToken006(token)).offset).toBe(offset);
  });

  test('is rejected with the functions for the other version', () => {
    const token007 = buildFpaToken(APP_ID, CERTIFICATE);
    expect(errorOf(() => call(decodeToken006, 7)).argument).toBe('token');
    expect(errorOf(() => decodeToken006(token007)).message).toMatch(/decodeToken\b.*verifyToken\b/u);
    const legacy = expect.objectContaining({
      code: 'ERR_LEGACY_TOKEN',
      message: expect.stringMatching(/decodeToken006.*verifyToken006/u) as string,
    }) as Error;
    expect(() => decodeToken(TOKEN)).toThrow(legacy);
    expect(() => verifyToken(TOKEN, CERTIFICATE)).toThrow(legacy);
  });
});

describe('buildToken006', () => {
  test('encodes the content of the reference, and builds again from the decoded fields', () => {
    const claims = fc.record({
      project,
      channelName: formatText,
      uid: fc.oneof(anyUint32, formatText),
      ts: anyUint32,
      salt: anyUint32,
      privileges: fc.dictionary(fc.integer({ min: 0, max: 65_535 }).map(String), anyUint32, { maxKeys: 6 }),
    });
    fc.assert(
      fc.property(claims, ({ project: { appId, appCertificate }, channelName, uid, ...rest }) => {
        const token = buildToken006({ appId, appCertificate, channelName, uid, ...rest });
        const entries = Object.entries(rest.privileges).map(([id, end]) => [Number(id), end] as const);
        const privileges = entries.sort(([a], [b]) => a - b);
        const text = uid === 0 ? '' : String(uid);
        const content = referenceContent({
          ...rest,
          appId,
          appCertificate,
          channelName,
          uid: text,
          privileges,
        });
        expect(token).toBe(tokenOf(content, appId));
        const { salt, ts, privileges: read } = decodeToken006(token);
        const again = { appId, appCertificate, channelName, uid: text, ts, salt, privileges: read };
        expect(buildToken006(again)).toBe(token);
      }),
      { numRuns: RUNS },
    );
  });

  test('has a random salt by default', () => {
    const { appId, appCertificate, channelName, uid, ts, privileges } = LOBBY;
    const saltless = { appId, appCertificate, channelName, uid, ts, privileges };
    const salts = [saltless, saltless, { ...saltless, salt: undefined }].map((options) => {
      const token = buildToken006(options);
      expect(outcome(token)).toBe('passes');
      return decodeToken006(token).salt;
    });
    expect(new Set(salts).size).toBe(3);
  });

  test.each<[uid: number | string, crcUid: number]>([
    [0, 0],
    ['', 0],
    ['0', referenceCrc32('0')],
    [4_294_967_295, referenceCrc32('4294967295')],
    ['4294967295', referenceCrc32('4294967295')],
    ['alice', referenceCrc32('alice')],
  ])('accepts the uid %j', (uid, crcUid) => {
    expect(decodeToken006(buildToken006({ ...LOBBY, uid })).crcUid).toBe(crcUid);
  });

  const tooMany = Object.fromEntries(Array.from({ length: 10_921 }, (_, id) => [id, 0]));

  test.each<[argument: string, value: unknown, code: string]>([
    ['appId', APP_ID.slice(1), 'ERR_APP_ID'],
    ['appId', undefined, 'ERR_APP_ID'],
    ['appCertificate', `${CERTIFICATE}\n`, 'ERR_APP_CERTIFICATE'],
    ['appCertificate', undefined, 'ERR_APP_CERTIFICATE'],
    ['channelName', undefined, 'ERR_CHANNEL_NAME'],
    ['channelName', 7, 'ERR_CHANNEL_NAME'],
    ['channelName', 'a'.repeat(65_536), 'ERR_CHANNEL_NAME'],
    ['channelName', '中'.repeat(21_846), 'ERR_CHANNEL_NAME'],
    ['channelName', 'a\uD83D', 'ERR_CHANNEL_NAME'],
    ['uid', undefined, 'ERR_UID'],
    ['uid', null, 'ERR_UID'],
    ['uid', -1, 'ERR_UID'],
    ['uid', -0, 'ERR_UID'],
    ['uid', 1.5, 'ERR_UID'],
    ['uid', NaN, 'ERR_UID'],
    ['uid', 2 ** 32, 'ERR_UID'],
    ['uid', 42n, 'ERR_UID'],
    ['uid', 'a'.repeat(65_536), 'ERR_UID'],
    ['uid', '\uDE00', 'ERR_UID'],
    ['ts', undefined, 'ERR_EXPIRE'],
    ['ts', '1700000000', 'ERR_EXPIRE'],
    ['ts', -1, 'ERR_EXPIRE'],
    ['ts', 0.5, 'ERR_EXPIRE'],
    ['ts', 2 ** 32, 'ERR_EXPIRE'],
    ['ts', new Date(0), 'ERR_EXPIRE'],
    ['salt', null, 'ERR_SALT'],
    ['salt', -1, 'ERR_SALT'],
    ['salt', 2 ** 32, 'ERR_SALT'],
    ['privileges', undefined, 'ERR_PRIVILEGES'],
    ['privileges', [1], 'ERR_PRIVILEGES'],
    ['privileges', new Map([[1, END]]), 'ERR_PRIVILEGES'],
    ['privileges', { join: END }, 'ERR_PRIVILEGES'],
    ['privileges', { 65_536: END }, 'ERR_PRIVILEGES'],
    ['privileges', tooMany, 'ERR_PRIVILEGES'],
    ['privileges[1]', { 1: 2 ** 32 }, 'ERR_EXPIRE'],
    ['privileges[1]', { 1: undefined }, 'ERR_EXPIRE'],
    ['privileges[1000]', { 1: END, 1000: -1 }, 'ERR_EXPIRE'],
    ['expire', 3600, 'ERR_OPTIONS'],
    ['limits', 'format', 'ERR_OPTIONS'],
  ])('rejects %s: %o', (argument, value, code) => {
    const options = { ...LOBBY, [argument.replace(/\[.*$/u, '')]: value };
    const error = errorOf(() => call(buildToken006, options));
    expect(error).toMatchObject({ code, argument });
    expect(error.message).not.toMatch(/[0-9a-f]{32}/iu);
  });

  test.each([undefined, null, 'lobby', [], Object.create(LOBBY)])('rejects %o', (options) => {
    expect(errorOf(() => call(buildToken006, options))).toMatchObject({
      code: 'ERR_OPTIONS',
      argument: 'options',
    });
  });

  test('reads each property once', () => {
    const reads: string[] = [];
    const options = new Proxy(LOBBY, {
      get: (target, name, receiver): unknown => {
        reads.push(String(name));
        return Reflect.get(target, name, receiver);
      },
    });
    expect(buildToken006(options)).toBe(TOKEN);
    expect(reads.sort()).toEqual(Object.keys(LOBBY).sort());
  });
});

describe('verifyToken006', () => {
  test('returns the decoded token', () => {
    expect(verifyToken006(TOKEN, CERTIFICATE, { ...JOIN, now: NOW })).toStrictEqual(decodeToken006(TOKEN));
  });

  test('accepts the secondary certificate', () => {
    expect(outcome(TOKEN, JOIN, [OTHER_CERTIFICATE, CERTIFICATE])).toBe('passes');
    expect(outcome(TOKEN, JOIN, [CERTIFICATE, OTHER_CERTIFICATE])).toBe('passes');
    expect(outcome(TOKEN, JOIN, [CERTIFICATE])).toBe('passes');
    expect(outcome(TOKEN, JOIN, OTHER_CERTIFICATE)).toBe('ERR_SIGNATURE_MISMATCH');
    expect(outcome(TOKEN, JOIN, [OTHER_CERTIFICATE, OTHER_CERTIFICATE])).toBe('ERR_SIGNATURE_MISMATCH');
  });

  test.each<[what: string, expected: object, code: string]>([
    ['another channel', { channelName: 'Lobby', uid: 42 }, 'ERR_CHANNEL_MISMATCH'],
    ['another uid', { channelName: 'lobby', uid: 43 }, 'ERR_UID_MISMATCH'],
    ['an account', { channelName: 'lobby', uid: 'alice' }, 'ERR_UID_MISMATCH'],
    ['any user', { channelName: 'lobby', uid: 0 }, 'ERR_UID_MISMATCH'],
    ['another channel and uid', { channelName: 'hall', uid: 43 }, 'ERR_CHANNEL_MISMATCH'],
    ['channel and uid swapped', { channelName: '42', uid: 'lobby' }, 'ERR_CHANNEL_MISMATCH'],
    ['the same uid as a string', { channelName: 'lobby', uid: '42' }, 'passes'],
  ])('compares the checksums with %s', (_, expected, code) => {
    expect(outcome(TOKEN, expected)).toBe(code);
    // The checksums are compared before the signature.
    const withoutSignature = code === 'passes' ? 'ERR_SIGNATURE_MISMATCH' : code;
    expect(outcome(TOKEN, expected, OTHER_CERTIFICATE)).toBe(withoutSignature);
  });

  test('accepts uid 0 for a token for any user', () => {
    const token = buildToken006({ ...LOBBY, uid: 0 });
    expect(outcome(token, { channelName: 'lobby', uid: 0 })).toBe('passes');
    expect(outcome(token, { channelName: 'lobby', uid: '' })).toBe('passes');
    expect(outcome(token, { channelName: 'lobby', uid: '0' })).toBe('ERR_UID_MISMATCH');
    expect(outcome(token)).toBe('ERR_UID_MISMATCH');
  });

  test('rejects a token whose checksums do not match the signature', () => {
    const hall = tokenWith({ channelName: 'hall', crcChannelName: referenceCrc32('lobby') });
    expect(outcome(hall)).toBe('ERR_SIGNATURE_MISMATCH');
    const alice = tokenWith({ uid: 'alice', crcUid: referenceCrc32('42') });
    expect(outcome(alice)).toBe('ERR_SIGNATURE_MISMATCH');
  });

  test('checks the signature over the raw bytes', () => {
    const token = tokenWith({
      privileges: [
        [2, END],
        [1, END],
      ],
    });
    expect(outcome(token)).toBe('passes');
  });

  test('rejects the App ID in other letter case', () => {
    expect(outcome(TOKEN.replace(APP_ID, APP_ID.toLowerCase()))).toBe('ERR_SIGNATURE_MISMATCH');
  });

  test.each<[what: string, claims: Partial<BuildToken006Options>, at: number, code: string]>([
    ['the token a second before its end', { ts: END, privileges: { 1: 0 } }, END - 1, 'passes'],
    ['the token just before its end', { ts: END, privileges: { 1: 0 } }, END - 0.001, 'passes'],
    ['the token at its end', { ts: END, privileges: { 1: 0 } }, END, 'ERR_TOKEN_EXPIRED'],
    ['the token after its end', { ts: END, privileges: { 1: 0 } }, END + 1, 'ERR_TOKEN_EXPIRED'],
    ['the privilege before its end', { ts: 0, privileges: { 1: END } }, END - 1, 'passes'],
    ['the privilege at its end', { ts: 0, privileges: { 1: END } }, END, 'ERR_PRIVILEGE_EXPIRED'],
    ['the privilege after its end', { ts: 0, privileges: { 1: END } }, END + 1, 'ERR_PRIVILEGE_EXPIRED'],
    ['both without an end', { ts: 0, privileges: { 1: 0 } }, 1e11, 'passes'],
    ['both after their ends', { ts: END, privileges: { 1: END } }, END, 'ERR_TOKEN_EXPIRED'],
    ['another privilege after its end', { privileges: { 1: 0, 2: NOW } }, NOW, 'passes'],
    ['no privilege', { privileges: {} }, NOW, 'ERR_MISSING_PRIVILEGE'],
    ['other privileges', { privileges: { 0: 0, 2: 0, 999: 0, 1001: 0 } }, NOW, 'ERR_MISSING_PRIVILEGE'],
    ['no privilege, after its end', { ts: NOW, privileges: {} }, NOW, 'ERR_TOKEN_EXPIRED'],
    ['login before its end', { privileges: { 1000: NOW + 1 } }, NOW, 'passes'],
    ['login at its end', { privileges: { 1000: NOW } }, NOW, 'ERR_PRIVILEGE_EXPIRED'],
    ['login without an end', { privileges: { 1000: 0 } }, NOW, 'passes'],
    ['join before, login at its end', { privileges: { 1: 0, 1000: NOW } }, NOW, 'passes'],
    ['join at, login before its end', { privileges: { 1: NOW, 1000: 0 } }, NOW, 'ERR_PRIVILEGE_EXPIRED'],
  ])('checks the ends: %s', (_, claims, at, code) => {
    const token = buildToken006({ ...LOBBY, ...claims });
    expect(outcome(token, { ...JOIN, now: at })).toBe(code);
  });

  test('has the time from the clock, a number, or a Date of any realm', () => {
    const dateOf = (seconds: number): unknown => runInNewContext(`new Date(${seconds * 1000})`);
    for (const [seconds, code] of [
      [END - 1, 'passes'],
      [END, 'ERR_TOKEN_EXPIRED'],
    ] as const) {
      expect(outcome(TOKEN, { ...JOIN, now: new Date(seconds * 1000) })).toBe(code);
      expect(outcome(TOKEN, { ...JOIN, now: dateOf(seconds) })).toBe(code);
      vi.spyOn(Date, 'now').mockReturnValue(seconds * 1000 + 999);
      const verify = (): unknown => verifyToken006(TOKEN, CERTIFICATE, JOIN);
      if (code === 'passes') verify();
      else expect(errorOf(verify).code).toBe(code);
    }
  });

  test('accepts a token for RTM login, with the user as channel and no uid', () => {
    const token = buildToken006({ ...LOBBY, channelName: 'alice', uid: '', privileges: { 1000: END } });
    expect(decodeToken006(token)).toMatchObject({ crcUid: 0, privileges: { 1000: END } });
    expect(outcome(token, { channelName: 'alice', uid: '' })).toBe('passes');
    expect(outcome(token, { channelName: 'alice', uid: 0 })).toBe('passes');
    expect(outcome(token, { channelName: 'bob', uid: '' })).toBe('ERR_CHANNEL_MISMATCH');
    expect(outcome(token, { channelName: '', uid: 'alice' })).toBe('ERR_CHANNEL_MISMATCH');
  });

  test.each<[argument: string, expected: unknown, code: string]>([
    ['expected', undefined, 'ERR_OPTIONS'],
    ['expected', null, 'ERR_OPTIONS'],
    ['expected', 'lobby', 'ERR_OPTIONS'],
    ['expected.channelName', {}, 'ERR_OPTIONS'],
    ['expected.channelName', { uid: 42 }, 'ERR_OPTIONS'],
    ['expected.channelName', { channelName: undefined, uid: 42 }, 'ERR_OPTIONS'],
    ['expected.uid', { channelName: 'lobby' }, 'ERR_OPTIONS'],
    ['expected.uid', { channelName: 'lobby', uid: undefined }, 'ERR_OPTIONS'],
    ['expected.now', { ...JOIN, now: undefined }, 'ERR_OPTIONS'],
    ['expected.now', { ...JOIN, now: '1700000000' }, 'ERR_OPTIONS'],
    ['expected.now', { ...JOIN, now: NaN }, 'ERR_OPTIONS'],
    ['expected.now', { ...JOIN, now: NOW * 1000 }, 'ERR_OPTIONS'],
    ['expected.channel', { ...JOIN, channel: 'lobby' }, 'ERR_OPTIONS'],
    ['expected.clockTolerance', { ...JOIN, clockTolerance: 1 }, 'ERR_OPTIONS'],
    ['expected.channelName', { channelName: 7, uid: 42 }, 'ERR_CHANNEL_NAME'],
    ['expected.channelName', { channelName: '\uD83D', uid: 42 }, 'ERR_CHANNEL_NAME'],
    ['expected.uid', { channelName: 'lobby', uid: -1 }, 'ERR_UID'],
    ['expected.uid', { channelName: 'lobby', uid: null }, 'ERR_UID'],
    ['expected.uid', { channelName: 'lobby', uid: 2 ** 32 }, 'ERR_UID'],
    ['expected.uid', { channelName: 'lobby', uid: '\uD83D' }, 'ERR_UID'],
  ])('rejects %s: %o', (argument, expected, code) => {
    const error = errorOf(() => call(verifyToken006, TOKEN, CERTIFICATE, expected));
    expect(error).toMatchObject({ code, argument });
  });

  test.each<[argument: string, certificate: unknown]>([
    ['appCertificate', undefined],
    ['appCertificate', `${CERTIFICATE} `],
    ['appCertificate', []],
    ['appCertificate', [CERTIFICATE, CERTIFICATE, CERTIFICATE]],
    ['appCertificate[1]', [CERTIFICATE, '']],
  ])('rejects %s: %j', (argument, certificate) => {
    const error = errorOf(() => call(verifyToken006, TOKEN, certificate, JOIN));
    expect(error).toMatchObject({ code: 'ERR_APP_CERTIFICATE', argument });
    expect(error.message).not.toMatch(/[0-9a-f]{32}/iu);
  });

  test('shows the expected names, but no secrets', () => {
    const messageOf = (channelName: string, uid: number | string): string =>
      errorOf(() => verifyToken006(TOKEN, CERTIFICATE, { channelName, uid, now: NOW })).message;
    expect(messageOf(CERTIFICATE, 42)).toContain('<hidden>');
    expect(messageOf('lobby', TOKEN)).toContain('<token>');
    expect(messageOf('hall', 42)).toMatch(/^token: .*"hall".*; .+/u);
    expect(messageOf('lobby', 43)).toMatch(/^token: .*"43".*; .+/u);
    expect(messageOf('lobby', 0)).toMatch(/any user/u);
  });
});

describe('error messages', () => {
  const at = (time: number, privileges: Readonly<Record<number, number>>, ts = 0): (() => unknown) => {
    const token = buildToken006({ ...LOBBY, ts, privileges });
    return () => verifyToken006(token, CERTIFICATE, { ...JOIN, now: time });
  };
  /** A content with more bytes in its message than its privileges. */
  const contentEndingWith = (rest: Uint8Array): Buffer => {
    const message = Buffer.concat([uint32(1), uint32(END), uint16(1), uint16(1), uint32(END), rest]);
    return Buffer.concat([str(Buffer.alloc(32)), uint32(0), uint32(0), str(message)]);
  };
  const joining =
    (channelName: string, uid: number | string, token = TOKEN) =>
    (): unknown =>
      verifyToken006(token, CERTIFICATE, { channelName, uid, now: NOW });

  test.each<[message: string, action: () => unknown]>([
    ['token: expected a text, got 6; pass the token itself', () => call(decodeToken006, 6)],
    [
      'token: expected a text that begins with 006; pass the token as the token server sent it',
      () => decodeToken006('005'),
    ],
    [
      'token: an AccessToken2 of version 007, expected 006; read it with decodeToken, verify it with verifyToken',
      () => decodeToken006('007'),
    ],
    [
      'token: ends within the App ID: expected 35 characters before the base64, got 34; was the token cut?',
      () => decodeToken006(TOKEN.slice(0, 34)),
    ],
    [
      'token: expected at most 1572864 characters, got 1572865; pass the token alone',
      () => decodeToken006(TOKEN.padEnd(1_572_865, 'A')),
    ],
    [
      'uid: expected an integer from 0 to 4294967295, got -1; 0 stands for any user; pass a user account as text',
      () => buildToken006({ ...LOBBY, uid: -1 }),
    ],
    [
      'ts: expected an integer from 0 to 4294967295, got -1; pass Unix time in whole seconds, such as Math.floor(Date.now() / 1000) + 3600, or 0 for no end',
      () => buildToken006({ ...LOBBY, ts: -1 }),
    ],
    [
      'privileges: expected an object that maps privilege ids to Unix times, got 1; pass a plain object, written as { … }',
      () => call(buildToken006, { ...LOBBY, privileges: 1 }),
    ],
    [
      'privileges: expected ids from 0 to 65535 as keys, got "join"; use the ids by their names, such as RtcPrivilege.JoinChannel',
      () => call(buildToken006, { ...LOBBY, privileges: { join: 0 } }),
    ],
    [
      'privileges: expected at most 10920 ids, got 10921; leave some out',
      () =>
        buildToken006({
          ...LOBBY,
          privileges: Object.fromEntries(Array.from({ length: 10_921 }, (_, id) => [id, 0])),
        }),
    ],
    [
      'expire: unknown property; known are appId, appCertificate, channelName, uid, ts, salt, privileges, allowBrowser',
      () => call(buildToken006, { ...LOBBY, expire: 0 }),
    ],
    [
      'expected: expected an object such as { channelName, uid }, got undefined; pass a plain object, written as { … }',
      () => call(verifyToken006, TOKEN, CERTIFICATE),
    ],
    [
      'expected.uid: expected a value, got undefined; the token does not tell it, so it has to be known',
      () => call(verifyToken006, TOKEN, CERTIFICATE, { channelName: 'lobby' }),
    ],
    [
      'expected.userId: unknown property; known are channelName, uid, now',
      () => call(verifyToken006, TOKEN, CERTIFICATE, { ...JOIN, userId: 'a' }),
    ],
    [
      'token: it is for another channel, or RTM user, than "hall"; mint it for the channel that the client joins, or for the user that logs in to RTM',
      joining('hall', 42),
    ],
    [
      'token: it is for another user where "43" is expected; mint it for the uid or account that the client uses',
      joining('lobby', 43),
    ],
    [
      'token: it is for another user where any user (uid 0) is expected; mint it for the uid or account that the client uses',
      joining('lobby', 0),
    ],
    [
      'token: it is for any user (uid 0), or for RTM, where "42" is expected; mint it for the uid or account that the client uses',
      joining('lobby', 42, buildToken006({ ...LOBBY, uid: 0 })),
    ],
    [
      'token: signed with another certificate than the one given, or altered since; check that App ID and certificate are of one project, and that the token came through unchanged',
      () => verifyToken006(TOKEN, OTHER_CERTIFICATE, { ...JOIN, now: NOW }),
    ],
    ['token: it ended 0 s ago, at 2023-11-14T22:13:20Z; mint a new one', at(NOW, { 1: NOW }, NOW)],
    [
      'token: it has neither privilege 1 (join) nor 1000 (log in to RTM); mint it with the one that is needed',
      at(NOW, { 2: END }),
    ],
    ['token: privilege 1 ended 9 s ago, at 2023-11-14T22:13:20Z; mint a new one', at(NOW + 9, { 1: NOW })],
    ['token: privilege 1000 ended 9 s ago, at 2023-11-14T22:13:20Z; mint a new one', at(NOW + 9, { 1000: NOW })],
  ])('%s', (message, action) => {
    expect(errorOf(action).message).toBe(message);
  });

  test.each<[what: string, content: () => Buffer]>([
    ['the message', () => Buffer.concat([Buffer.from(TOKEN.slice(BODY_START), 'base64'), Buffer.of(0)])],
    ['the last privilege', () => contentEndingWith(Buffer.of(0))],
  ])('names what comes before trailing bytes: %s', (what, content) => {
    expect(errorOf(() => decodeToken006(tokenOf(content()))).message).toContain(`follow ${what}`);
  });
});

test('a token with any flipped bit is rejected', () => {
  const passed: string[] = [];
  const isRejected = (token: string): boolean => outcome(token) !== 'passes';
  const content = Buffer.from(TOKEN.slice(BODY_START), 'base64');
  for (let bit = 0; bit < 8 * content.length; bit++) {
    const flipped = Buffer.from(content);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    if (!isRejected(tokenOf(flipped))) passed.push(`bit ${bit} of the content`);
  }
  for (let index = 0; index < TOKEN.length; index++) {
    for (let bit = 0; bit < 16; bit++) {
      const character = String.fromCharCode(TOKEN.charCodeAt(index) ^ (1 << bit));
      const flipped = TOKEN.slice(0, index) + character + TOKEN.slice(index + 1);
      if (!isRejected(flipped)) passed.push(`bit ${bit} of character ${index}`);
    }
  }
  expect(outcome(TOKEN)).toBe('passes');
  expect(passed).toEqual([]);
});

test('decoding any string gives its token back, or throws an AccessTokenError', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }).map((text) => `006${text}`),
    fc.uint8Array({ maxLength: 200 }).map((content) => tokenOf(content)),
    fc
      .tuple(fc.nat(59), fc.integer({ min: 0, max: 0xffff }))
      .map(([at, value]) => Buffer.from(TOKEN.slice(BODY_START), 'base64').fill(uint16(value), at, at + 2))
      .map((content) => tokenOf(content)),
  );
  fc.assert(
    fc.property(texts, (token) => {
      try {
        const { appId, content } = decodeToken006(token);
        expect(tokenOf(content, appId)).toBe(token);
      } catch (error) {
        expect(error instanceof AccessTokenError ? error.code : error).toMatch(/^ERR_TOKEN_/u);
      }
    }),
    { numRuns: RUNS },
  );
});
