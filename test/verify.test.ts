import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AccessTokenError, type Service, buildRtmToken, buildToken, decodeToken, verifyToken } from '../src/index.js';
import { expectWellFormed } from './error-of.js';
import { referenceSignature, referenceSigningInfo, referenceToken, str, tokenOfContent } from './reference.js';

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const OTHER_APP_ID = '0123456789abcdef0123456789abcdef';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const OTHER_CERTIFICATE = 'fedcba9876543210fedcba9876543210';
const NOW = 1_700_000_000;

interface Claims {
  readonly appId?: string;
  readonly appCertificate?: string;
  readonly issueTs?: number;
  readonly expire?: number;
}

/** A token issued now, for an hour. */
function tokenWith(services: readonly Service[], claims: Claims = {}): string {
  return referenceToken({
    appId: APP_ID,
    appCertificate: CERTIFICATE,
    issueTs: NOW,
    expire: 3600,
    salt: 1,
    services,
    ...claims,
  });
}

/** Returns the error of verifying a token, or undefined if it passes. */
function errorOf(token: unknown, expected: unknown, certificate: unknown): AccessTokenError | undefined {
  try {
    Reflect.apply(verifyToken as (...args: unknown[]) => unknown, undefined, [token, certificate, expected]);
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    expectWellFormed(error);
    return error;
  }
  return undefined;
}

/** Returns `'passes'`, or the code of the error. The time of the check is now by default. */
function outcome(token: unknown, expected: object = {}, certificate: unknown = CERTIFICATE): string {
  return errorOf(token, { now: NOW, ...expected }, certificate)?.code ?? 'passes';
}

function rtc(channelName: string, uid: string, privileges: Record<number, number> = { 1: 3600 }): Service {
  return { type: 'rtc', channelName, uid, privileges };
}

function rtm(userId: string, privileges: Record<number, number> = { 1: 3600 }): Service {
  return { type: 'rtm', userId, privileges };
}

function chat(userId: string): Service {
  return { type: 'chat', userId, privileges: { 1: 3600 } };
}

function rtm2(userId: string): Service {
  return { type: 'rtm2', userId, permissions: {}, privileges: { 1: 3600 } };
}

function streaming(channelName: string, account: string): Service {
  return { type: 'streaming', channelName, account, privileges: { 1: 3600 } };
}

function fcdn(channelName: string, account: string): Service {
  return { type: 'fcdn', channelName, account, privileges: { 1: 3600 } };
}

const FPA: Service = { type: 'fpa', privileges: { 1: 0 } };
const APAAS: Service = { type: 'apaas', roomUuid: 'room', userUuid: 'alice', role: 1, privileges: {} };
const CONVOAI: Service = { type: 'convoai', privileges: {} };
const STT: Service = { type: 'stt', privileges: {} };
const UNKNOWN: Service = { type: 'unknown', typeId: 99, count: 1, body: Uint8Array.of(1, 2, 3) };

const EVERY_SERVICE: readonly Service[] = [
  rtc('lobby', '42'),
  rtm('alice'),
  streaming('lobby', 'alice'),
  FPA,
  chat('alice'),
  fcdn('lobby', 'alice'),
  APAAS,
  rtm2('alice'),
  CONVOAI,
  STT,
];

const LOBBY = tokenWith([rtc('lobby', '42')]);

type Row = readonly [services: readonly Service[], expected: object, outcome: string];

function testEach(rows: Readonly<Record<string, Row>>): void {
  test.each(Object.entries(rows))('%s', (_name, [services, expected, result]) => {
    expect(outcome(tokenWith(services), expected)).toBe(result);
  });
}

describe('the result', () => {
  test('is what decodeToken returns', () => {
    const token = tokenWith([...EVERY_SERVICE, UNKNOWN]);
    expect(verifyToken(token, CERTIFICATE, { now: NOW })).toStrictEqual(decodeToken(token));
  });

  test('shares nothing with later results', () => {
    const token = tokenWith([rtc('lobby', '42'), UNKNOWN]);
    const before = decodeToken(token);
    const changed = verifyToken(token, CERTIFICATE, { now: NOW });
    changed.content.fill(0);
    changed.signature.fill(0);
    for (const service of changed.services) {
      if (service.type === 'unknown') service.body.fill(0);
      else Object.assign(service.privileges, { 1: 0, 2: 1 });
    }
    Object.assign(changed, { services: [], appId: '' });
    expect(verifyToken(token, CERTIFICATE, { now: NOW })).toStrictEqual(before);
    expect(decodeToken(token)).toStrictEqual(before);
  });

  test('has bytes in buffers of their own', () => {
    const { content, signature, services } = verifyToken(tokenWith([UNKNOWN]), CERTIFICATE, { now: NOW });
    const arrays = [
      content,
      signature,
      ...services.map((service) => (service.type === 'unknown' ? service.body : content)),
    ];
    for (const bytes of arrays) {
      expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
      expect(bytes.buffer.byteLength).toBe(bytes.length);
    }
    expect(signature.buffer).not.toBe(content.buffer);
  });
});

describe('without expectations', () => {
  test('about a service, a token without services passes', () => {
    expect(outcome(tokenWith([]))).toBe('passes');
    expect(outcome(tokenWith([]), { appId: APP_ID })).toBe('passes');
    expect(outcome(tokenWith([]), { service: 'rtc' })).toBe('ERR_MISSING_SERVICE');
  });

  test('about privileges, a token without privileges passes', () => {
    expect(outcome(tokenWith([rtc('lobby', '42', {})]))).toBe('passes');
  });

  test('the third argument may be omitted', () => {
    const token = buildRtmToken(APP_ID, CERTIFICATE, 'alice', 60);
    expect(verifyToken(token, CERTIFICATE)).toStrictEqual(decodeToken(token));
    expect(errorOf(token, undefined, CERTIFICATE)).toBe(undefined);
  });
});

describe('appId', () => {
  test.each([
    ['of the token', APP_ID, 'passes'],
    ['of another project', OTHER_APP_ID, 'ERR_APP_ID_MISMATCH'],
    ['in other letter case', APP_ID.toLowerCase(), 'ERR_APP_ID_MISMATCH'],
    ['that is not hex', 'lobby', 'ERR_APP_ID'],
    ['with a line break', `${APP_ID}\n`, 'ERR_APP_ID'],
    ['that is a number', 970, 'ERR_APP_ID'],
  ])('%s', (_name, appId, result) => {
    expect(outcome(LOBBY, { appId })).toBe(result);
  });
});

describe('channelName', () => {
  testEach({
    'the same': [[rtc('lobby', '42')], { channelName: 'lobby' }, 'passes'],
    another: [[rtc('lobby', '42')], { channelName: 'lounge' }, 'ERR_CHANNEL_MISMATCH'],
    'in other letter case': [[rtc('lobby', '42')], { channelName: 'Lobby' }, 'ERR_CHANNEL_MISMATCH'],
    'with a space after it': [[rtc('lobby', '42')], { channelName: 'lobby ' }, 'ERR_CHANNEL_MISMATCH'],
    'in another Unicode form': [[rtc('caf\u00e9', '')], { channelName: 'cafe\u0301' }, 'ERR_CHANNEL_MISMATCH'],
    'behind a byte order mark': [[rtc('\uFEFFlobby', '')], { channelName: 'lobby' }, 'ERR_CHANNEL_MISMATCH'],
    'the empty one, of a token for one channel': [[rtc('lobby', '42')], { channelName: '' }, 'ERR_CHANNEL_MISMATCH'],
    'a wildcard, of a token for one channel': [[rtc('lobby', '42')], { channelName: '*' }, 'ERR_CHANNEL_MISMATCH'],
    'any, of a token for the empty one': [[rtc('', '42')], { channelName: 'lobby' }, 'passes'],
    'any, of a token for *': [[rtc('*', '42')], { channelName: 'lobby' }, 'passes'],
    'of a streaming service': [[streaming('lobby', 'a')], { service: 'streaming', channelName: 'lobby' }, 'passes'],
    'another one of a streaming service': [
      [streaming('lobby', 'a')],
      { service: 'streaming', channelName: 'lounge' },
      'ERR_CHANNEL_MISMATCH',
    ],
    'of an FCDN service': [[fcdn('lobby', 'a')], { service: 'fcdn', channelName: 'lobby' }, 'passes'],
    'another one of an FCDN service': [
      [fcdn('lobby', 'a')],
      { service: 'fcdn', channelName: 'lounge' },
      'ERR_CHANNEL_MISMATCH',
    ],
    'of a service other than RTC, without saying so': [
      [streaming('lobby', '42')],
      { channelName: 'lobby' },
      'ERR_MISSING_SERVICE',
    ],
  });

  test.each([
    ['1*a*2', '12a2', true],
    ['1*a*2', '1b2', false],
    ['1*a*2', '1*a*2', true],
    ['.*', 'abc', false],
  ])('the pattern %j and the channel %j: %s', (pattern, channelName, matches) => {
    expect(outcome(tokenWith([rtc(pattern, '42')]), { channelName })).toBe(matches ? 'passes' : 'ERR_CHANNEL_MISMATCH');
  });

  test.each([
    ['many short parts', '*a'.repeat(32_000), `${'a'.repeat(65_000)}b`],
    ['one part that almost fits everywhere', `*${'a'.repeat(32_000)}b*`, 'a'.repeat(65_000)],
    ['parts that fit late', `*${'ab'.repeat(8000)}c*${'ab'.repeat(8000)}d*`, 'ab'.repeat(32_000)],
  ])('takes linear time: %s', (_name, pattern, channelName) => {
    const token = tokenWith([rtc(pattern, '42')]);
    const start = performance.now();
    expect(outcome(token, { channelName })).toBe('ERR_CHANNEL_MISMATCH');
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('uid and account', () => {
  testEach({
    'the same uid': [[rtc('lobby', '42')], { uid: 42 }, 'passes'],
    'the largest uid': [[rtc('lobby', '4294967295')], { uid: 4_294_967_295 }, 'passes'],
    'another uid': [[rtc('lobby', '42')], { uid: 43 }, 'ERR_UID_MISMATCH'],
    'a uid with leading zeros in the token': [[rtc('lobby', '042')], { uid: 42 }, 'ERR_UID_MISMATCH'],
    'the signed twin of a uid in the token': [[rtc('lobby', '-1')], { uid: 4_294_967_295 }, 'ERR_UID_MISMATCH'],
    'a uid, of a token for any user': [[rtc('lobby', '')], { uid: 42 }, 'passes'],
    'a uid, of a token for *': [[rtc('lobby', '*')], { uid: 42 }, 'passes'],
    'uid 0, of a token for any user': [[rtc('lobby', '')], { uid: 0 }, 'passes'],
    'uid 0, of a token for *': [[rtc('lobby', '*')], { uid: 0 }, 'passes'],
    'uid 0, of a token for the account 0': [[rtc('lobby', '0')], { uid: 0 }, 'ERR_UID_MISMATCH'],
    'uid 0, of a token for one user': [[rtc('lobby', '42')], { uid: 0 }, 'ERR_UID_MISMATCH'],
    'the account 0, of a token for it': [[rtc('lobby', '0')], { account: '0' }, 'passes'],
    'the same account': [[rtc('lobby', 'alice')], { account: 'alice' }, 'passes'],
    'the account that a uid is written as': [[rtc('lobby', '42')], { account: '42' }, 'passes'],
    'another account': [[rtc('lobby', 'alice')], { account: 'bob' }, 'ERR_UID_MISMATCH'],
    'an account in other letter case': [[rtc('lobby', 'alice')], { account: 'Alice' }, 'ERR_UID_MISMATCH'],
    'an account, of a token for any user': [[rtc('lobby', '')], { account: 'alice' }, 'passes'],
    'an account, of a token for *': [[rtc('lobby', '*')], { account: 'alice' }, 'passes'],
    'a wildcard, of a token for one user': [[rtc('lobby', 'alice')], { account: '*' }, 'ERR_UID_MISMATCH'],
    'the account of a streaming service': [
      [streaming('lobby', 'alice')],
      { service: 'streaming', account: 'alice' },
      'passes',
    ],
    'another account of a streaming service': [
      [streaming('lobby', 'alice')],
      { service: 'streaming', account: 'bob' },
      'ERR_UID_MISMATCH',
    ],
    'the uid of a streaming service': [[streaming('lobby', '42')], { service: 'streaming', uid: 42 }, 'passes'],
    'the account of an FCDN service': [[fcdn('lobby', 'alice')], { service: 'fcdn', account: 'alice' }, 'passes'],
    'another account of an FCDN service': [
      [fcdn('lobby', 'alice')],
      { service: 'fcdn', account: 'bob' },
      'ERR_UID_MISMATCH',
    ],
    'uid 0 of an FCDN service for any user': [[fcdn('lobby', '')], { service: 'fcdn', uid: 0 }, 'passes'],
  });
});

describe('userId', () => {
  testEach({
    'of RTM': [[rtm('alice')], { userId: 'alice' }, 'passes'],
    'of RTM2': [[rtm2('alice')], { userId: 'alice' }, 'passes'],
    'of Chat': [[chat('alice')], { userId: 'alice' }, 'passes'],
    'of the second service that has one': [[rtm('bob'), chat('alice')], { userId: 'alice' }, 'passes'],
    'of the third service that has one': [[rtm('bob'), chat('carol'), rtm2('alice')], { userId: 'alice' }, 'passes'],
    'of none': [[rtm('bob'), chat('carol')], { userId: 'alice' }, 'ERR_USER_MISMATCH'],
    'in other letter case': [[rtm('alice')], { userId: 'Alice' }, 'ERR_USER_MISMATCH'],
    'of a token without such a service': [[rtc('lobby', 'alice'), APAAS], { userId: 'alice' }, 'ERR_MISSING_SERVICE'],
    'of Chat, though RTM has it': [
      [rtm('alice'), chat('bob')],
      { service: 'chat', userId: 'alice' },
      'ERR_USER_MISMATCH',
    ],
    'of RTM2, though RTM has it': [[rtm('alice')], { service: 'rtm2', userId: 'alice' }, 'ERR_MISSING_SERVICE'],
    'of an app token of Chat': [[chat('')], { userId: 'alice' }, 'ERR_USER_MISMATCH'],
    'the empty one, of an app token of Chat': [[chat('')], { userId: '' }, 'passes'],
    'the empty one, of RTM': [[rtm('alice')], { userId: '' }, 'ERR_USER_MISMATCH'],
    'of an RTM token for nobody': [[rtm('')], { userId: 'alice' }, 'ERR_USER_MISMATCH'],
    'of an RTM token for *': [[rtm('*')], { userId: 'alice' }, 'ERR_USER_MISMATCH'],
    'of an RTM token for a pattern': [[rtm('a*')], { userId: 'alice' }, 'ERR_USER_MISMATCH'],
    'of RTM without privileges, since none is implied': [[rtm('alice', {})], { userId: 'alice' }, 'passes'],
  });
});

describe('service', () => {
  test.each(EVERY_SERVICE.map((service) => [service.type, service] as const))('%s', (type, service) => {
    const others = EVERY_SERVICE.filter((other) => other.type !== type);
    expect(outcome(tokenWith([service]), { service: type })).toBe('passes');
    expect(outcome(tokenWith(EVERY_SERVICE), { service: type })).toBe('passes');
    expect(outcome(tokenWith(others), { service: type })).toBe('ERR_MISSING_SERVICE');
    expect(outcome(tokenWith([UNKNOWN]), { service: type })).toBe('ERR_MISSING_SERVICE');
  });

  test('rtc alone requires no privilege', () => {
    expect(outcome(tokenWith([rtc('lobby', '42', {})]), { service: 'rtc' })).toBe('passes');
  });

  test('is found before an unknown one', () => {
    expect(outcome(tokenWith([rtc('lobby', '42'), UNKNOWN]), { service: 'rtc' })).toBe('passes');
  });

  test('after an unknown one is missing', () => {
    const body = Buffer.concat([Buffer.from('0000', 'hex'), Buffer.from('0100000005006c6f6262790000', 'hex')]);
    const behindUnknown = tokenWith([{ type: 'unknown', typeId: 0, count: 2, body }]);
    expect(outcome(behindUnknown)).toBe('passes');
    expect(outcome(behindUnknown, { service: 'rtc' })).toBe('ERR_MISSING_SERVICE');
  });

  test.each(['RTC', 'unknown', '', 'toString', '__proto__', 1, null])('%j is rejected', (service) => {
    expect(outcome(LOBBY, { service })).toMatch(/^ERR_(?:SERVICE|OPTIONS)$/u);
  });
});

describe('privileges', () => {
  const ALL = { 1: 3600, 2: 3600, 3: 3600, 4: 3600 };
  testEach({
    'one that is there': [[rtc('lobby', '42', ALL)], { privileges: [2] }, 'passes'],
    'all that are there': [[rtc('lobby', '42', ALL)], { privileges: [1, 2, 3, 4] }, 'passes'],
    'one of a subscriber that only a publisher has': [
      [rtc('lobby', '42')],
      { privileges: [1, 2] },
      'ERR_MISSING_PRIVILEGE',
    ],
    'one that has no name': [[rtc('lobby', '42', { 65_535: 60 })], { privileges: [65_535] }, 'passes'],
    '0': [[rtc('lobby', '42', { 0: 60 })], { privileges: [0] }, 'passes'],
    'of RTC, unless another service is named': [[rtm('alice')], { privileges: [1] }, 'ERR_MISSING_SERVICE'],
    'of RTM': [[rtm('alice')], { service: 'rtm', privileges: [1] }, 'passes'],
    'of RTM, lacking': [[rtm('alice', {})], { service: 'rtm', privileges: [1] }, 'ERR_MISSING_PRIVILEGE'],
    'of RTM, ended': [
      [rtm('alice', { 1: 60 })],
      { service: 'rtm', privileges: [1], now: NOW + 60 },
      'ERR_PRIVILEGE_EXPIRED',
    ],
    'of the wrong service': [[rtc('lobby', '42', {}), rtm('alice')], { privileges: [1] }, 'ERR_MISSING_PRIVILEGE'],
    'none of them, of an empty map': [[rtc('lobby', '42', {})], { privileges: [] }, 'passes'],
    'none, of a token without RTC': [[rtm('alice')], { privileges: [] }, 'ERR_MISSING_SERVICE'],
    'one ended among some': [
      [rtc('lobby', '42', { 1: 3600, 2: 60 })],
      { privileges: [1, 2], now: NOW + 60 },
      'ERR_PRIVILEGE_EXPIRED',
    ],
  });

  describe('omitted, join is required', () => {
    const LACKING = [rtc('lobby', '42', { 2: 3600 })];
    const ENDED = [rtc('lobby', '42', { 1: 60, 2: 3600 })];
    const later = { now: NOW + 60 };
    testEach({
      'by a channel': [LACKING, { channelName: 'lobby' }, 'ERR_MISSING_PRIVILEGE'],
      'by a channel of rtc by name': [LACKING, { service: 'rtc', channelName: 'lobby' }, 'ERR_MISSING_PRIVILEGE'],
      'by a uid': [LACKING, { uid: 42 }, 'ERR_MISSING_PRIVILEGE'],
      'by uid 0': [[rtc('lobby', '', {})], { uid: 0 }, 'ERR_MISSING_PRIVILEGE'],
      'by an account': [LACKING, { account: '42' }, 'ERR_MISSING_PRIVILEGE'],
      'by a channel, and has ended': [ENDED, { channelName: 'lobby', ...later }, 'ERR_PRIVILEGE_EXPIRED'],
      'by a uid, and has ended': [ENDED, { uid: 42, ...later }, 'ERR_PRIVILEGE_EXPIRED'],
      'by an account, and has ended': [ENDED, { account: '42', ...later }, 'ERR_PRIVILEGE_EXPIRED'],
      'unless another is named': [LACKING, { channelName: 'lobby', uid: 42, privileges: [2] }, 'passes'],
      'unless none is wanted': [LACKING, { channelName: 'lobby', uid: 42, privileges: [] }, 'passes'],
      'unless another is named, though it has ended': [
        ENDED,
        { channelName: 'lobby', privileges: [2], ...later },
        'passes',
      ],
      'not for a streaming service': [
        [{ type: 'streaming', channelName: 'lobby', account: 'alice', privileges: {} }],
        { service: 'streaming', channelName: 'lobby', account: 'alice' },
        'passes',
      ],
      'not for an FCDN service': [
        [{ type: 'fcdn', channelName: 'lobby', account: 'alice', privileges: {} }],
        { service: 'fcdn', channelName: 'lobby', account: 'alice' },
        'passes',
      ],
    });
  });
});

describe('one single service has to meet all expectations', () => {
  testEach({
    'one of two does': [[rtc('lobby', '42'), rtc('lounge', '43')], { channelName: 'lounge', uid: 43 }, 'passes'],
    'each of two meets half': [
      [rtc('lobby', '43'), rtc('lounge', '42')],
      { channelName: 'lobby', uid: 42 },
      'ERR_UID_MISMATCH',
    ],
    'each of two meets half, the other way round': [
      [rtc('lounge', '42'), rtc('lobby', '43')],
      { channelName: 'lobby', uid: 42 },
      'ERR_UID_MISMATCH',
    ],
    'one has the user, the other the privilege': [
      [rtc('lobby', '42', {}), rtc('lobby', '43')],
      { channelName: 'lobby', uid: 42 },
      'ERR_MISSING_PRIVILEGE',
    ],
    'one has the user and an ended privilege, the other the privilege': [
      [rtc('lobby', '43'), rtc('lobby', '42', { 1: 60 })],
      { channelName: 'lobby', uid: 42, now: NOW + 60 },
      'ERR_PRIVILEGE_EXPIRED',
    ],
    'each has one of two privileges': [
      [rtc('lobby', '42', { 1: 3600 }), rtc('lobby', '42', { 2: 3600 })],
      { channelName: 'lobby', privileges: [1, 2] },
      'ERR_MISSING_PRIVILEGE',
    ],
    'one of RTM has the user, another the privilege': [
      [rtm('alice', {}), rtm('bob')],
      { service: 'rtm', userId: 'alice', privileges: [1] },
      'ERR_MISSING_PRIVILEGE',
    ],
    'the third of three does': [
      [rtc('lobby', '1'), rtc('lounge', '42'), rtc('lobby', '42')],
      { channelName: 'lobby', uid: 42 },
      'passes',
    ],
    'a service of another type is no candidate': [
      [rtc('lobby', '43'), streaming('lobby', '42')],
      { channelName: 'lobby', uid: 42 },
      'ERR_UID_MISMATCH',
    ],
  });
});

describe('invalid expectations', () => {
  const NAMES = [
    'appId',
    'channelName',
    'uid',
    'account',
    'userId',
    'service',
    'privileges',
    'now',
    'clockTolerance',
    'maxLifetime',
    'maxContentLength',
  ];

  test.each(NAMES)('%s that is present but undefined', (name) => {
    const error = errorOf(LOBBY, { now: NOW, [name]: undefined }, CERTIFICATE);
    expect(error).toMatchObject({ code: 'ERR_OPTIONS', argument: `expected.${name}` });
  });

  test.each(NAMES)('%s that is null', (name) => {
    const error = errorOf(LOBBY, { now: NOW, [name]: null }, CERTIFICATE);
    expect(error?.argument).toBe(`expected.${name}`);
  });

  test.each(['channel', 'channelname', 'UID', 'userID', 'user', 'privilege', 'Now', 'appID', 'certificate', ''])(
    'the misspelt name %j',
    (name) => {
      expect(outcome(LOBBY, { [name]: 'lobby' })).toBe('ERR_OPTIONS');
      expect(outcome(LOBBY, { [name]: undefined })).toBe('ERR_OPTIONS');
    },
  );

  test('an own property named __proto__', () => {
    const error = errorOf(LOBBY, JSON.parse(`{"now":${NOW},"__proto__":{"uid":42}}`), CERTIFICATE);
    expect(error?.code).toBe('ERR_OPTIONS');
  });

  test('a property that is not enumerable or named by a symbol', () => {
    const hidden = Object.defineProperty({ now: NOW }, 'uid', { value: 43, enumerable: false });
    expect(errorOf(LOBBY, hidden, CERTIFICATE)?.code).toBe('ERR_UID_MISMATCH');
    expect(outcome(LOBBY, { [Symbol('uid')]: 43 })).toBe('ERR_OPTIONS');
  });

  test.each([
    ['null', null],
    ['a string', 'lobby'],
    ['a number', 42],
    ['an array', []],
    ['a function', () => ({ uid: 43 })],
    ['a map', new Map([['uid', 43]])],
    ['an object that inherits them', Object.create({ uid: 43 })],
    ['an object that inherits them from one without a prototype', Object.create(withoutPrototype({ uid: 43 }))],
    [
      'an instance of a class',
      new (class {
        readonly uid = 43;
        readonly now = NOW;
      })(),
    ],
  ])('%s instead of them', (_name, expected: unknown) => {
    expect(errorOf(LOBBY, expected, CERTIFICATE)?.code).toBe('ERR_OPTIONS');
  });

  test('may be an object without a prototype, or of another realm', () => {
    expect(errorOf(LOBBY, withoutPrototype({ uid: 42, now: NOW }), CERTIFICATE)).toBe(undefined);
    const foreign: unknown = runInNewContext(`({ uid: 42, now: ${NOW} })`);
    expect(errorOf(LOBBY, foreign, CERTIFICATE)).toBe(undefined);
  });

  test.each<[object]>([
    [{ uid: 42, account: '42' }],
    [{ channelName: 'lobby', userId: 'alice' }],
    [{ uid: 42, userId: 'alice' }],
    [{ account: 'alice', userId: 'alice' }],
    [{ userId: 'alice', privileges: [1] }],
    [{ service: 'rtc', userId: 'alice' }],
    [{ service: 'rtm', channelName: 'lobby' }],
    [{ service: 'rtm', uid: 42 }],
    [{ service: 'rtm', account: 'alice' }],
    [{ service: 'streaming', userId: 'alice' }],
    [{ service: 'fcdn', userId: 'alice' }],
    [{ service: 'fpa', channelName: 'lobby' }],
    [{ service: 'fpa', userId: 'alice' }],
    [{ service: 'chat', channelName: 'lobby' }],
    [{ service: 'chat', uid: 42 }],
    [{ service: 'apaas', userId: 'alice' }],
    [{ service: 'rtm2', account: 'alice' }],
    [{ service: 'convoai', channelName: 'lobby' }],
    [{ service: 'stt', uid: 42 }],
  ])('%j, which contradict each other', (expected) => {
    expect(outcome(tokenWith(EVERY_SERVICE), expected)).toBe('ERR_OPTIONS');
  });

  test.each<[object, string]>([
    [{ channelName: 42 }, 'ERR_CHANNEL_NAME'],
    [{ uid: '42' }, 'ERR_UID'],
    [{ uid: -1 }, 'ERR_UID'],
    [{ uid: 1.5 }, 'ERR_UID'],
    [{ uid: NaN }, 'ERR_UID'],
    [{ uid: 2 ** 32 }, 'ERR_UID'],
    [{ account: 42 }, 'ERR_ACCOUNT'],
    [{ userId: 42 }, 'ERR_USER_ID'],
    [{ privileges: 1 }, 'ERR_PRIVILEGES'],
    [{ privileges: '1' }, 'ERR_PRIVILEGES'],
    [{ privileges: { 1: 3600 } }, 'ERR_PRIVILEGES'],
    [{ privileges: ['1'] }, 'ERR_PRIVILEGES'],
    [{ privileges: [1, undefined] }, 'ERR_PRIVILEGES'],
    [{ privileges: [-1] }, 'ERR_PRIVILEGES'],
    [{ privileges: [1.5] }, 'ERR_PRIVILEGES'],
    [{ privileges: [65_536] }, 'ERR_PRIVILEGES'],
    [{ clockTolerance: -1 }, 'ERR_OPTIONS'],
    [{ clockTolerance: NaN }, 'ERR_OPTIONS'],
    [{ clockTolerance: Infinity }, 'ERR_OPTIONS'],
    [{ clockTolerance: '30' }, 'ERR_OPTIONS'],
    [{ maxLifetime: -1 }, 'ERR_OPTIONS'],
    [{ maxLifetime: 1.5 }, 'ERR_OPTIONS'],
    [{ maxLifetime: '3600' }, 'ERR_OPTIONS'],
    [{ maxLifetime: Infinity }, 'ERR_OPTIONS'],
    [{ maxContentLength: 0 }, 'ERR_OPTIONS'],
    [{ maxContentLength: 2 ** 20 + 1 }, 'ERR_OPTIONS'],
    [{ maxContentLength: 1.5 }, 'ERR_OPTIONS'],
    [{ maxContentLength: '1000' }, 'ERR_OPTIONS'],
  ])('%o, an invalid value', (expected, code) => {
    expect(outcome(LOBBY, expected)).toBe(code);
  });
});

function withoutPrototype(properties: object): object {
  return Object.assign(Object.create(null) as object, properties);
}

describe('the order of the checks', () => {
  const SERVICES = [rtm('bob')];
  const FAULTY = { appId: OTHER_APP_ID, channelName: 'lobby', uid: 42, now: NOW + 7200 };
  const signedElsewhere = tokenWith(SERVICES, { appCertificate: OTHER_CERTIFICATE });
  const right = tokenWith(SERVICES);

  test('format before signature', () => {
    expect(outcome(`${signedElsewhere}!`, FAULTY)).toBe('ERR_TOKEN_BASE64');
    expect(outcome(signedElsewhere.replace('007', '008'), FAULTY)).toBe('ERR_TOKEN_VERSION');
    const { content } = decodeToken(signedElsewhere);
    expect(outcome(tokenOfContent(content.subarray(0, -1)), FAULTY)).toBe('ERR_TOKEN_TRUNCATED');
    expect(outcome(tokenOfContent(Buffer.concat([content, Buffer.of(0)])), FAULTY)).toBe('ERR_TOKEN_TRAILING_BYTES');
    expect(outcome(undefined, FAULTY)).toBe('ERR_TOKEN_TYPE');
  });

  test('format, even if the signature is valid', () => {
    const signingInfo = referenceSigningInfo({
      appId: APP_ID,
      issueTs: NOW,
      expire: 60,
      salt: 1,
      services: SERVICES,
    });
    const longer = Buffer.concat([signingInfo, Buffer.of(0)]);
    const signature = referenceSignature(CERTIFICATE, NOW, 1, longer);
    expect(outcome(tokenOfContent(Buffer.concat([str(signature), longer])))).toBe('ERR_TOKEN_TRAILING_BYTES');
  });

  test('signature before App ID, time and service', () => {
    expect(outcome(signedElsewhere, FAULTY)).toBe('ERR_SIGNATURE_MISMATCH');
  });

  test('App ID before time and service', () => {
    expect(outcome(right, FAULTY)).toBe('ERR_APP_ID_MISMATCH');
  });

  test('time before service', () => {
    expect(outcome(right, { ...FAULTY, appId: APP_ID })).toBe('ERR_TOKEN_EXPIRED');
    expect(outcome(right, { ...FAULTY, appId: APP_ID, now: NOW - 3600 })).toBe('ERR_ISSUED_IN_FUTURE');
  });

  test('service last', () => {
    expect(outcome(right, { ...FAULTY, appId: APP_ID, now: NOW })).toBe('ERR_MISSING_SERVICE');
    expect(outcome(right, { appId: APP_ID })).toBe('passes');
  });

  test('within a service: channel, user, privilege, end of the privilege', () => {
    const expected = { channelName: 'lobby', uid: 42, privileges: [1, 2], now: NOW + 60 };
    expect(outcome(tokenWith([rtc('lounge', '43', {})]), expected)).toBe('ERR_CHANNEL_MISMATCH');
    expect(outcome(tokenWith([rtc('lobby', '43', {})]), expected)).toBe('ERR_UID_MISMATCH');
    expect(outcome(tokenWith([rtc('lobby', '42', { 1: 3600 })]), expected)).toBe('ERR_MISSING_PRIVILEGE');
    expect(outcome(tokenWith([rtc('lobby', '42', { 1: 3600, 2: 60 })]), expected)).toBe('ERR_PRIVILEGE_EXPIRED');
    expect(outcome(tokenWith([rtc('lobby', '42', { 1: 3600, 2: 61 })]), expected)).toBe('passes');
  });
});

describe('the certificate', () => {
  test.each<[string, unknown, string]>([
    ['that signed it', CERTIFICATE, 'passes'],
    ['another', OTHER_CERTIFICATE, 'ERR_SIGNATURE_MISMATCH'],
    ['in other letter case', CERTIFICATE.toLowerCase(), 'ERR_SIGNATURE_MISMATCH'],
    ['the App ID in its place', APP_ID, 'ERR_SIGNATURE_MISMATCH'],
    ['as the primary', [CERTIFICATE, OTHER_CERTIFICATE], 'passes'],
    ['as the secondary', [OTHER_CERTIFICATE, CERTIFICATE], 'passes'],
    ['as both', [CERTIFICATE, CERTIFICATE], 'passes'],
    ['as neither', [OTHER_CERTIFICATE, OTHER_CERTIFICATE], 'ERR_SIGNATURE_MISMATCH'],
    ['alone in an array', [CERTIFICATE], 'passes'],
    ['another one alone in an array', [OTHER_CERTIFICATE], 'ERR_SIGNATURE_MISMATCH'],
    ['an empty array', [], 'ERR_APP_CERTIFICATE'],
    ['three', [CERTIFICATE, CERTIFICATE, CERTIFICATE], 'ERR_APP_CERTIFICATE'],
    ['with a bad secondary', [CERTIFICATE, 'secondary'], 'ERR_APP_CERTIFICATE'],
    ['with an empty secondary', [CERTIFICATE, ''], 'ERR_APP_CERTIFICATE'],
    ['with an undefined secondary', [CERTIFICATE, undefined], 'ERR_APP_CERTIFICATE'],
    ['with a bad primary', [null, CERTIFICATE], 'ERR_APP_CERTIFICATE'],
    ['after a hole', withHole(0), 'ERR_APP_CERTIFICATE'],
    ['before a hole', withHole(1), 'ERR_APP_CERTIFICATE'],
    ['in a nested array', [[CERTIFICATE]], 'ERR_APP_CERTIFICATE'],
    ['with a line break', `${CERTIFICATE}\n`, 'ERR_APP_CERTIFICATE'],
    ['too short', CERTIFICATE.slice(1), 'ERR_APP_CERTIFICATE'],
    ['empty', '', 'ERR_APP_CERTIFICATE'],
    ['undefined', undefined, 'ERR_APP_CERTIFICATE'],
    ['null', null, 'ERR_APP_CERTIFICATE'],
    ['as an object', { 0: CERTIFICATE, length: 1 }, 'ERR_APP_CERTIFICATE'],
    ['as a String object', new String(CERTIFICATE), 'ERR_APP_CERTIFICATE'],
    ['as bytes', Buffer.from(CERTIFICATE), 'ERR_APP_CERTIFICATE'],
  ])('%s', (_name, certificate, result) => {
    expect(errorOf(LOBBY, { now: NOW }, certificate)?.code ?? 'passes').toBe(result);
  });
});

/** Two certificates, one of them a hole. */
function withHole(index: 0 | 1, certificate = CERTIFICATE): unknown[] {
  const pair: unknown[] = [certificate, certificate];
  Reflect.deleteProperty(pair, index);
  return pair;
}

describe('what no project signs', () => {
  test.each([0, 1, 16, 31, 33, 64])('a signature of %i bytes is decoded, but does not verify', (length) => {
    const signingInfo = referenceSigningInfo({
      appId: APP_ID,
      issueTs: NOW,
      expire: 60,
      salt: 1,
      services: [FPA],
    });
    const right = referenceSignature(CERTIFICATE, NOW, 1, signingInfo);
    const signature = Buffer.concat([right, right]).subarray(0, length);
    const token = tokenOfContent(Buffer.concat([str(signature), signingInfo]));
    expect(decodeToken(token).signature).toStrictEqual(Uint8Array.from(signature));
    expect(outcome(token)).toBe('ERR_SIGNATURE_MISMATCH');
  });

  test.each(['', '970', APP_ID.slice(1), `${APP_ID}0`, APP_ID + APP_ID, `${APP_ID.slice(1)}g`, `${APP_ID}\n`])(
    'the App ID %j is decoded, but does not verify',
    (appId) => {
      const token = tokenWith([FPA], { appId });
      expect(decodeToken(token).appId).toBe(appId);
      expect(outcome(token)).toBe('ERR_APP_ID_MISMATCH');
      expect(outcome(token, { appId: APP_ID })).toBe('ERR_APP_ID_MISMATCH');
    },
  );
});

describe('time', () => {
  const at = (expected: object, claims: Claims = {}, privileges: Record<number, number> = { 1: 0 }): string =>
    outcome(tokenWith([rtc('lobby', '42', privileges)], claims), { uid: 42, ...expected });

  test.each<[string, object, Claims, string]>([
    ['a second before the end', { now: NOW + 3599 }, {}, 'passes'],
    ['half a second before the end', { now: NOW + 3599.5 }, {}, 'passes'],
    ['at the end', { now: NOW + 3600 }, {}, 'ERR_TOKEN_EXPIRED'],
    ['long after the end', { now: 1e11 }, {}, 'ERR_TOKEN_EXPIRED'],
    ['with a lifetime of 0', {}, { expire: 0 }, 'ERR_TOKEN_EXPIRED'],
    ['a second before 24 hours are over', { now: NOW + 86_399 }, { expire: 0xffff_ffff }, 'passes'],
    ['when 24 hours are over', { now: NOW + 86_400 }, { expire: 0xffff_ffff }, 'ERR_TOKEN_EXPIRED'],
    [
      'after 24 hours with a larger maxLifetime',
      { now: NOW + 86_400, maxLifetime: 90_000 },
      { expire: 90_000 },
      'passes',
    ],
    ['at the end of maxLifetime', { now: NOW + 60, maxLifetime: 60 }, {}, 'ERR_TOKEN_EXPIRED'],
    ['just before the end of maxLifetime', { now: NOW + 59, maxLifetime: 60 }, {}, 'passes'],
    ['just within the tolerance', { now: NOW + 3609, clockTolerance: 10 }, {}, 'passes'],
    ['when the tolerance is over', { now: NOW + 3610, clockTolerance: 10 }, {}, 'ERR_TOKEN_EXPIRED'],
    ['30 seconds before its issue', { now: NOW - 30 }, {}, 'passes'],
    ['31 seconds before its issue', { now: NOW - 31 }, {}, 'ERR_ISSUED_IN_FUTURE'],
    ['30 seconds before, with a tolerance of less', { now: NOW - 30, clockTolerance: 10 }, {}, 'passes'],
    ['31 seconds before, with a tolerance of less', { now: NOW - 31, clockTolerance: 10 }, {}, 'ERR_ISSUED_IN_FUTURE'],
    ['60 seconds before, with a tolerance of that', { now: NOW - 60, clockTolerance: 60 }, {}, 'passes'],
    ['61 seconds before, with a tolerance of less', { now: NOW - 61, clockTolerance: 60 }, {}, 'ERR_ISSUED_IN_FUTURE'],
    ['before 1970', { now: -1 }, {}, 'ERR_ISSUED_IN_FUTURE'],
    ['beyond 2106', { now: 0xffff_ffff + 3599 }, { issueTs: 0xffff_ffff }, 'passes'],
    ['at the end beyond 2106', { now: 0xffff_ffff + 3600 }, { issueTs: 0xffff_ffff }, 'ERR_TOKEN_EXPIRED'],
  ])('%s', (_name, expected, claims, result) => {
    expect(at(expected, claims)).toBe(result);
  });

  test.each<[string, object, number, string]>([
    ['a second before it ends', { now: NOW + 59 }, 60, 'passes'],
    ['at its end', { now: NOW + 60 }, 60, 'ERR_PRIVILEGE_EXPIRED'],
    ['within the tolerance', { now: NOW + 69, clockTolerance: 10 }, 60, 'passes'],
    ['when the tolerance is over', { now: NOW + 70, clockTolerance: 10 }, 60, 'ERR_PRIVILEGE_EXPIRED'],
    ['of 0, before the token ends', { now: NOW + 99_999, maxLifetime: 200_000 }, 0, 'passes'],
    ['of 0, when the token ends', { now: NOW + 100_000, maxLifetime: 200_000 }, 0, 'ERR_TOKEN_EXPIRED'],
    [
      'longer than the token, when that ends',
      { now: NOW + 100_000, maxLifetime: 200_000 },
      150_000,
      'ERR_TOKEN_EXPIRED',
    ],
    ['longer than 24 hours, when they are over', { now: NOW + 86_400 }, 90_000, 'ERR_TOKEN_EXPIRED'],
  ])('a privilege %s', (_name, expected, seconds, result) => {
    expect(at(expected, { expire: 100_000 }, { 1: seconds })).toBe(result);
  });
});

describe('now', () => {
  test.each<[string, unknown, string]>([
    ['a Date', new Date(1000 * (NOW + 3599)), 'passes'],
    ['a Date a millisecond before the end', new Date(1000 * (NOW + 3600) - 1), 'passes'],
    ['a Date at the end', new Date(1000 * (NOW + 3600)), 'ERR_TOKEN_EXPIRED'],
    ['a Date of another realm', runInNewContext(`new Date(${1000 * NOW})`), 'passes'],
    ['a Date of another realm at the end', runInNewContext(`new Date(${1000 * (NOW + 3600)})`), 'ERR_TOKEN_EXPIRED'],
    [
      'a Date with overridden methods',
      Object.assign(new Date(0), { getTime: () => 1000 * NOW, valueOf: () => 1000 * NOW }),
      'ERR_ISSUED_IN_FUTURE',
    ],
    ['a time at the limit of seconds', 1e11, 'ERR_TOKEN_EXPIRED'],
    ['a time above that limit', 1e11 + 1, 'ERR_OPTIONS'],
    ['milliseconds', 1000 * NOW, 'ERR_OPTIONS'],
    ['NaN', NaN, 'ERR_OPTIONS'],
    ['Infinity', Infinity, 'ERR_OPTIONS'],
    ['-Infinity', -Infinity, 'ERR_OPTIONS'],
    ['an invalid Date', new Date(NaN), 'ERR_OPTIONS'],
    ['a string', String(NOW), 'ERR_OPTIONS'],
    ['a Date as a string', new Date(1000 * NOW).toISOString(), 'ERR_OPTIONS'],
    ['a bigint', BigInt(NOW), 'ERR_OPTIONS'],
    ['null', null, 'ERR_OPTIONS'],
    ['an object with a time', { getTime: () => 1000 * NOW, valueOf: () => NOW }, 'ERR_OPTIONS'],
    ['an object with the prototype of a Date', Object.create(Date.prototype), 'ERR_OPTIONS'],
  ])('%s', (_name, now, result) => {
    expect(outcome(LOBBY, { now })).toBe(result);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('defaults to the clock', () => {
    vi.useFakeTimers();
    vi.setSystemTime(1000 * NOW);
    const token = buildRtmToken(APP_ID, CERTIFICATE, 'alice', 3600);
    expect(decodeToken(token).issueTs).toBe(NOW);
    const verdict = (): string => errorOf(token, { userId: 'alice' }, CERTIFICATE)?.code ?? 'passes';
    expect(verdict()).toBe('passes');
    vi.advanceTimersByTime(1000 * 3600 - 1);
    expect(verdict()).toBe('passes');
    vi.advanceTimersByTime(1);
    expect(verdict()).toBe('ERR_TOKEN_EXPIRED');
    vi.setSystemTime(1000 * (NOW - 31));
    expect(verdict()).toBe('ERR_ISSUED_IN_FUTURE');
    expect(outcome(token, { now: new Date(1000 * NOW) })).toBe('passes');
  });
});

describe('maxContentLength', () => {
  test('limits the length of the content', () => {
    const { length } = decodeToken(LOBBY).content;
    expect(outcome(LOBBY, { maxContentLength: length })).toBe('passes');
    expect(outcome(LOBBY, { maxContentLength: length - 1 })).toBe('ERR_TOKEN_TOO_LARGE');
    expect(outcome(LOBBY, { maxContentLength: 1 })).toBe('ERR_TOKEN_TOO_LARGE');
    expect(outcome(LOBBY, { maxContentLength: 2 ** 20 })).toBe('passes');
  });
});

describe('values that all objects inherit make nothing pass and skip no check', () => {
  const ENDED = tokenWith([rtc('lobby', '42')], { issueTs: NOW - 7200 });

  test.each<[name: string, value: unknown, token: string, expected: object, result: string]>([
    ['2', 3600, LOBBY, { privileges: [2] }, 'ERR_MISSING_PRIVILEGE'],
    ['1', 3600, tokenWith([rtc('lobby', '42', {})]), { uid: 42 }, 'ERR_MISSING_PRIVILEGE'],
    ['uid', '42', tokenWith([streaming('lobby', 'bob')]), { service: 'streaming', uid: 42 }, 'ERR_UID_MISMATCH'],
    ['uid', 43, LOBBY, {}, 'passes'],
    ['uid', 42, LOBBY, { uid: 43 }, 'ERR_UID_MISMATCH'],
    ['uid', 42, LOBBY, { account: 'alice' }, 'ERR_UID_MISMATCH'],
    ['account', '42', tokenWith([rtc('lobby', '43')]), { uid: 42 }, 'ERR_UID_MISMATCH'],
    ['account', 'alice', tokenWith([rtm('bob')]), { account: 'alice' }, 'ERR_MISSING_SERVICE'],
    ['channelName', 'lobby', tokenWith([FPA]), { channelName: 'lobby' }, 'ERR_MISSING_SERVICE'],
    ['channelName', 'lounge', LOBBY, { uid: 42 }, 'passes'],
    ['userId', 'alice', tokenWith([rtm('bob')]), { userId: 'alice' }, 'ERR_USER_MISMATCH'],
    ['service', 'rtm', LOBBY, { channelName: 'lounge' }, 'ERR_CHANNEL_MISMATCH'],
    ['type', 'rtm', LOBBY, { service: 'rtm' }, 'ERR_MISSING_SERVICE'],
    ['privileges', [], tokenWith([rtc('lobby', '42', {})]), { uid: 42 }, 'ERR_MISSING_PRIVILEGE'],
    ['privileges', { 1: 3600 }, tokenWith([rtc('lobby', '42', {})]), { uid: 42 }, 'ERR_MISSING_PRIVILEGE'],
    ['appId', OTHER_APP_ID, LOBBY, { appId: OTHER_APP_ID }, 'ERR_APP_ID_MISMATCH'],
    ['clockTolerance', 1e6, ENDED, {}, 'ERR_TOKEN_EXPIRED'],
    ['maxLifetime', 1, LOBBY, { now: NOW + 60 }, 'passes'],
    ['maxContentLength', 1, LOBBY, {}, 'passes'],
    ['length', 0, LOBBY, { uid: 43 }, 'ERR_UID_MISMATCH'],
  ])('%s', (name, value, token, expected, result) => {
    expect(withInherited(name, value, () => outcome(token, expected))).toBe(result);
  });

  test('now', () => {
    const verdict = withInherited('now', NOW, () => errorOf(LOBBY, {}, CERTIFICATE)?.code);
    expect(verdict).toBe('ERR_TOKEN_EXPIRED');
  });

  test.each([0, 1] as const)('a certificate at the hole %i', (index) => {
    const pair = withHole(index, OTHER_CERTIFICATE);
    const verdict = withInherited(String(index), CERTIFICATE, () => outcome(LOBBY, {}, pair));
    expect(verdict).toBe('ERR_APP_CERTIFICATE');
  });

  test('a privilege at a hole', () => {
    const privileges = new Array<number>(1);
    expect(withInherited('0', 1, () => outcome(LOBBY, { privileges }))).toBe('ERR_PRIVILEGES');
  });

  test('no inherited value changes a result', () => {
    const privileges = { 5: 3600, 6: 60 };
    const token = tokenWith([
      rtc('lobby', '42', privileges),
      { type: 'rtm2', userId: 'alice', permissions: { 5: { 6: ['news'] } }, privileges },
      UNKNOWN,
    ]);
    const before = decodeToken(token);
    for (const name of ['type', 'uid', 'privileges', 'permissions', 'services', 'content', 'body', '5', '6']) {
      const after = withInherited(name, 'inherited', () => verifyToken(token, CERTIFICATE, { now: NOW }));
      expect(isDeepStrictEqual(after, before), name).toBe(true);
    }
  });
});

/** Runs an action while all objects inherit a value, as after prototype pollution. */
function withInherited<Result>(name: string, value: unknown, action: () => Result): Result {
  Reflect.set(Object.prototype, name, value);
  try {
    return action();
  } finally {
    Reflect.deleteProperty(Object.prototype, name);
  }
}

describe('error messages', () => {
  const ENDED = tokenWith([rtc('lobby', '42', { 1: 60 })]);

  test.each<[message: string, token: unknown, expected: object, certificate?: unknown]>([
    [
      'token: signed with another certificate than the one given, or altered since; check that App ID and certificate are of one project, and that the token came through unchanged',
      LOBBY,
      {},
      OTHER_CERTIFICATE,
    ],
    [
      'token: its App ID is not 32 hex digits; no project can have it: mint it for the App ID of the project',
      tokenWith([FPA], { appId: '970' }),
      {},
    ],
    [
      'token: it is of another App ID than expected; mint it for the App ID that the client uses',
      LOBBY,
      { appId: OTHER_APP_ID },
    ],
    [
      'token: its App ID is in other letter case than expected; mint it for the App ID that the client uses',
      LOBBY,
      { appId: APP_ID.toLowerCase() },
    ],
    ['token: it ended 60 s ago, at 2023-11-14T23:13:20Z; mint a new one', LOBBY, { now: NOW + 3660 }],
    [
      'token: it was issued 31 s in the future, at 2023-11-14T22:13:20Z; check the clock of the server that issues',
      LOBBY,
      { now: NOW - 30.5 },
    ],
    [
      'token: it carries nothing; expected rtc; mint it with the builder of that product',
      tokenWith([]),
      { channelName: 'lobby' },
    ],
    [
      'token: it carries rtc, fpa, unknown; expected rtm or chat or rtm2; mint it with the builder of that product',
      tokenWith([rtc('lobby', '42'), rtc('lounge', '42'), FPA, UNKNOWN]),
      { userId: 'alice' },
    ],
    [
      'token: it is for the channel "lobby", expected "lounge"; mint it for the channel that the client uses',
      LOBBY,
      { channelName: 'lounge' },
    ],
    ['token: it is for the user "42", expected "43"; mint it for the user that the client uses', LOBBY, { uid: 43 }],
    [
      'token: it is for the user "42", expected any user (uid 0); mint it for the user that the client uses',
      LOBBY,
      { uid: 0 },
    ],
    [
      'token: it is for the user "bob", expected "alice"; mint it for the user that the client uses',
      tokenWith([rtm('bob')]),
      { userId: 'alice' },
    ],
    [
      'token: it is for the user "bob", expected ""; mint it for the user that the client uses',
      tokenWith([chat('bob')]),
      { userId: '' },
    ],
    ['token: it lacks rtc privilege 2 (PublishAudioStream); mint it with that privilege', LOBBY, { privileges: [2] }],
    [
      'token: it is for the channel "lobby", expected "hall"; mint it for the channel that the client uses',
      tokenWith([rtc('lobby', '42'), rtc('lounge', '43')]),
      { channelName: 'hall' },
    ],
    [
      'token: it is for the user "43", expected "44"; mint it for the user that the client uses',
      tokenWith([rtc('lobby', '42'), rtc('lounge', '43')]),
      { channelName: 'lounge', uid: 44 },
    ],
    ['token: it lacks rtc privilege 9; mint it with that privilege', LOBBY, { privileges: [9] }],
    [
      'token: rtc privilege 1 (JoinChannel) ended 2 min ago, at 2023-11-14T22:14:20Z; mint a new one',
      ENDED,
      { uid: 42, now: NOW + 180 },
    ],
    [
      'appCertificate: expected a certificate, or an array of the primary and the secondary one, got an object; pass an array, written as [ … ]',
      LOBBY,
      {},
      {},
    ],
    ['appCertificate: expected one or two certificates, got 0; pass the primary and the secondary one', LOBBY, {}, []],
    [
      'expected.channel: unknown property; known are appId, channelName, uid, account, userId, service, privileges, now, clockTolerance, maxLifetime, maxContentLength',
      LOBBY,
      { channel: 'lobby' },
    ],
    [
      'expected.uid: expected a value, got undefined; leave the property out if nothing is expected of it',
      LOBBY,
      { uid: undefined },
    ],
    [
      'expected.account: does not go with uid; a user joins with the one or the other',
      LOBBY,
      { uid: 42, account: '42' },
    ],
    [
      'expected.channelName: does not go with a service of type rtm; name the service in expected.service, and only what it has',
      LOBBY,
      { service: 'rtm', channelName: 'lobby' },
    ],
    [
      "expected.appId: expected 32 hex digits, got 3 characters; copy the project's App ID from Agora Console",
      LOBBY,
      { appId: '970' },
    ],
    ['expected.channelName: expected a text, got 42; pass it as text', LOBBY, { channelName: 42 }],
    ['expected.account: expected a text, got 42; for a number use uid', LOBBY, { account: 42 }],
    ['expected.userId: expected a text, got 42; pass it as text', LOBBY, { userId: 42 }],
    ['expected.uid: expected an integer from 0 to 4294967295, got "42"; for a text use account', LOBBY, { uid: '42' }],
    [
      'expected.uid: expected an integer from 0 to 4294967295, got -1; 0 asks for a token for any user',
      LOBBY,
      { uid: -1 },
    ],
    [
      'expected.service: expected the name of a service type, got "RTC"; use one of rtc, rtm, streaming, fpa, chat, fcdn, apaas, rtm2, convoai, stt',
      LOBBY,
      { service: 'RTC' },
    ],
    [
      'expected.privileges: expected an array of privilege ids, got 1; pass an array, written as [ … ]',
      LOBBY,
      { privileges: 1 },
    ],
    [
      'expected.privileges[1]: expected an integer from 0 to 65535, got 65536; use an id such as RtcPrivilege.JoinChannel',
      LOBBY,
      { privileges: [1, 65_536] },
    ],
    [
      'expected.now: expected Unix time in seconds, or a Date, got 1700000000000; it looks like milliseconds: divide it by 1000',
      LOBBY,
      { now: 1000 * NOW },
    ],
    ['expected.now: expected Unix time in seconds, or a Date, got null; or leave it out', LOBBY, { now: null }],
    [
      'expected.clockTolerance: expected a number of seconds, 0 or more, got -1; leave it out for 0',
      LOBBY,
      { clockTolerance: -1 },
    ],
    [
      'expected.maxLifetime: expected an integer from 1 to 4294967295, got 0; it counts seconds',
      LOBBY,
      { maxLifetime: 0 },
    ],
    [
      'expected.maxContentLength: expected an integer from 1 to 1048576, got 0; it counts bytes',
      LOBBY,
      { maxContentLength: 0 },
    ],
  ])('%s', (message, token, expected, certificate = CERTIFICATE) => {
    expect(errorOf(token, { now: NOW, ...expected }, certificate)?.message).toBe(message);
  });

  test('for a string instead of expectations', () => {
    expect(errorOf(LOBBY, 'lobby', CERTIFICATE)?.message).toBe(
      'expected: expected an object of expectations, got "lobby"; pass a plain object, written as { … }',
    );
  });
});

describe('no message contains a certificate, an App ID or a token', () => {
  const WHOLE = [APP_ID, OTHER_APP_ID, CERTIFICATE, OTHER_CERTIFICATE, LOBBY];
  const SECRETS = [...WHOLE, LOBBY.slice(0, 40), LOBBY.slice(-40)];

  test.each<[string, unknown, object, unknown]>([
    ['another certificate', LOBBY, {}, OTHER_CERTIFICATE],
    ['a certificate with a line break', LOBBY, {}, `${CERTIFICATE}\n`],
    ['a certificate in quotes', LOBBY, {}, `"${CERTIFICATE}"`],
    ['two certificates in one string', LOBBY, {}, `${CERTIFICATE},${OTHER_CERTIFICATE}`],
    ['a token in the place of the certificate', LOBBY, {}, LOBBY],
    ['three certificates', LOBBY, {}, [CERTIFICATE, CERTIFICATE, OTHER_CERTIFICATE]],
    ['another App ID', LOBBY, { appId: OTHER_APP_ID }, CERTIFICATE],
    ['a wrong App ID', LOBBY, { appId: `${APP_ID} ` }, CERTIFICATE],
    ['the App ID in other letter case', LOBBY, { appId: APP_ID.toLowerCase() }, CERTIFICATE],
    ['a certificate in the place of the token', CERTIFICATE, {}, CERTIFICATE],
    ['a damaged token', `${LOBBY}!`, {}, CERTIFICATE],
    ['a token cut off', LOBBY.slice(0, -4), {}, CERTIFICATE],
    ['a token with white space', ` ${LOBBY}`, {}, CERTIFICATE],
    ['an expectation named by a certificate', LOBBY, { [CERTIFICATE]: 1 }, CERTIFICATE],
    ['an expectation named by a token', LOBBY, { [LOBBY]: 1 }, CERTIFICATE],
    ['a service named by a certificate', LOBBY, { service: CERTIFICATE }, CERTIFICATE],
    ['a uid that is a certificate', LOBBY, { uid: CERTIFICATE }, CERTIFICATE],
    ['a time that is a token', LOBBY, { now: LOBBY }, CERTIFICATE],
    ['a channel that is a certificate', LOBBY, { channelName: CERTIFICATE }, CERTIFICATE],
    ['a channel that is a token', LOBBY, { channelName: LOBBY }, CERTIFICATE],
    ['an account that holds a certificate', LOBBY, { account: `user:${CERTIFICATE}` }, CERTIFICATE],
    [
      'a long account that ends with a certificate',
      LOBBY,
      { account: `${'a/'.repeat(20)}${CERTIFICATE}` },
      CERTIFICATE,
    ],
  ])('%s', (_name, token, expected, certificate) => {
    expectNoSecrets(errorOf(token, { now: NOW, ...expected }, certificate));
  });

  test('a token for a channel and users with such a name', () => {
    for (const secret of WHOLE) {
      const token = tokenWith([rtc(secret, secret), rtm(secret), chat(secret)]);
      for (const expected of [{ channelName: 'lobby' }, { uid: 42 }, { account: 'a' }, { userId: 'alice' }]) {
        expectNoSecrets(errorOf(token, { now: NOW, ...expected }, CERTIFICATE));
      }
    }
  });

  function expectNoSecrets(error: AccessTokenError | undefined): void {
    const said = `${error?.message ?? 'passes'} ${error?.argument ?? ''}`.toLowerCase();
    expect(said).not.toContain('passes');
    for (const secret of SECRETS) expect(said).not.toContain(secret.toLowerCase());
    expect(said).not.toContain(CERTIFICATE.slice(0, 20).toLowerCase());
  }
});

test('a token of buildToken verifies', () => {
  const token = buildToken({
    appId: APP_ID,
    appCertificate: CERTIFICATE,
    expire: 60,
    services: EVERY_SERVICE,
  });
  expect(verifyToken(token, CERTIFICATE, { appId: APP_ID, channelName: 'lobby', uid: 42 }).appId).toBe(APP_ID);
});
