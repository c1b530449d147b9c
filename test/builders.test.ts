import { runInNewContext } from 'node:vm';
import { deflateSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { AccessTokenError, AccessTokenErrorCode, BuildOptions, Service } from '../src/index.js';
import {
  Role,
  Rtm2Permission,
  Rtm2Resource,
  buildApaasRoomUserToken,
  buildChatAppToken,
  buildFpaToken,
  buildRtmToken,
  buildRtmTokenWithPermissions,
  buildToken,
  buildTokenWithRtm,
  buildTokenWithUid,
  buildTokenWithUidAndPrivilege,
  buildTokenWithUserAccount,
  decodeToken,
  verifyToken,
} from '../src/index.js';
import * as accesstoken2 from '../src/index.js';
import { errorOf as anyErrorOf } from './error-of.js';

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const OPTIONS = { issueTs: 1_700_000_000, salt: 1 } as const;
const FORMAT = { ...OPTIONS, limits: 'format' } as const;
const TOKEN = buildRtmToken(APP_ID, CERTIFICATE, 'alice', 3600, OPTIONS);
const UINT32_MAX = 2 ** 32 - 1;
/** Half of a surrogate pair: a string that contains it cannot be encoded in UTF-8. */
const HALF = '\ud83d';

afterEach(() => {
  vi.useRealTimers();
});

/** Returns the error that an action throws; it must not contain 32 hex digits, or half of a secret. */
function errorOf(action: () => unknown): AccessTokenError {
  const error = anyErrorOf(action);
  const said = `${error.message} ${JSON.stringify(error)}`.toLowerCase();
  const halves = [APP_ID, CERTIFICATE, TOKEN].flatMap((secret) => {
    const half = secret.length / 2;
    return [secret.slice(0, half), secret.slice(half)];
  });
  for (const half of halves) expect(said).not.toContain(half.toLowerCase());
  return error;
}

function revokedProxy(target: object = {}): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function raise(): never {
  throw new RangeError('a getter');
}

/** Gives an object a property that throws when it is read. */
function throwingGetter(name: string, target: object = {}): object {
  return Object.defineProperty(target, name, { enumerable: true, get: raise });
}

/** A map of the ids below a number. */
function idMap(size: number, value: unknown): Record<number, unknown> {
  return Object.fromEntries(Array.from({ length: size }, (_, id) => [id, value]));
}

class Instance {
  readonly 0 = 1;
}

/** Values that no argument accepts. */
const STRANGE: readonly unknown[] = [
  null,
  NaN,
  1.5,
  -0,
  1n,
  Symbol('alice'),
  () => 'alice',
  new Date(0),
  ['alice'],
  Object('alice'),
  Object(1),
  new Instance(),
  Object.create({ 0: {} }),
  new Proxy({}, { get: raise, ownKeys: raise, getPrototypeOf: raise }),
  revokedProxy(),
];

/** A kind of argument: some values that it accepts, and some that only its own validation rejects. */
interface Kind {
  readonly code: AccessTokenErrorCode;
  readonly accepted: readonly unknown[];
  readonly rejected: readonly unknown[];
  /** Rejected, but accepted under the limits of the format. */
  readonly beyondAgora: readonly unknown[];
}

const RTM_USER = {
  accepted: ['x'.repeat(64), 'alice '],
  rejected: [undefined, 7, HALF],
  beyondAgora: ['', '*', ' alice', 'x'.repeat(65)],
};

const LIFETIME = { code: 'ERR_EXPIRE', rejected: [-1, 1.5, '60'] } as const;

const KINDS = {
  appId: {
    code: 'ERR_APP_ID',
    accepted: [APP_ID.toLowerCase(), '0'.repeat(32)],
    rejected: [undefined, '', CERTIFICATE.slice(1), `${CERTIFICATE} `, TOKEN, 7],
    beyondAgora: [],
  },
  appCertificate: {
    code: 'ERR_APP_CERTIFICATE',
    accepted: [],
    rejected: [undefined, '', CERTIFICATE.slice(1), `${CERTIFICATE}\n`, TOKEN, 7],
    beyondAgora: [],
  },
  channelName: {
    code: 'ERR_CHANNEL_NAME',
    accepted: ['x'.repeat(64), ' room'],
    rejected: [undefined, 7, CERTIFICATE + HALF],
    beyondAgora: ['', '*', 'a/b', 'x'.repeat(65)],
  },
  uid: {
    code: 'ERR_UID',
    accepted: [1, UINT32_MAX],
    rejected: [undefined, -1, 1.5, 2 ** 32, '7', CERTIFICATE],
    beyondAgora: [],
  },
  account: {
    code: 'ERR_ACCOUNT',
    accepted: ['x'.repeat(255), '0', ' alice'],
    rejected: [undefined, 7, HALF],
    beyondAgora: ['', '*', 'x'.repeat(256)],
  },
  /** An account that is also an RTM user id. */
  rtmAccount: { code: 'ERR_ACCOUNT', ...RTM_USER },
  rtmUserId: { code: 'ERR_USER_ID', ...RTM_USER },
  chatUserId: {
    code: 'ERR_USER_ID',
    accepted: ['😀'.repeat(64), '"/'],
    rejected: [undefined, 7, HALF],
    beyondAgora: ['', 'x'.repeat(65)],
  },
  roomUuid: {
    code: 'ERR_STRING',
    accepted: ['x'.repeat(65_535), '"/', '*'],
    rejected: [undefined, 7, HALF, 'x'.repeat(65_536)],
    beyondAgora: [''],
  },
  role: { code: 'ERR_ROLE', accepted: [], rejected: [undefined, 0, 3, '2'], beyondAgora: [] },
  apaasRole: {
    code: 'ERR_ROLE',
    accepted: [-32_768, -1, 0, 32_767],
    rejected: [undefined, -32_769, 32_768, 'publisher'],
    beyondAgora: [],
  },
  tokenExpire: { ...LIFETIME, accepted: [1, 86_400], beyondAgora: [0, 86_401] },
  privilegeExpire: { ...LIFETIME, accepted: [0, 86_400], beyondAgora: [86_401] },
  permissions: {
    code: 'ERR_PERMISSIONS',
    accepted: [{}, { 0: {} }, { 0: { 0: [] } }, { 65_535: { 65_535: ['alice', '', 'x'.repeat(65_535)] } }],
    rejected: [undefined, 7, [], { 65_536: {} }],
    beyondAgora: [],
  },
} as const satisfies Record<string, Kind>;

type KindName = keyof typeof KINDS;
type Argument = readonly [name: string, kind: KindName, value: unknown];

const PROJECT: readonly Argument[] = [
  ['appId', 'appId', APP_ID],
  ['appCertificate', 'appCertificate', CERTIFICATE],
];
const CHANNEL_NAME: Argument = ['channelName', 'channelName', 'room 1'];
const UID: Argument = ['uid', 'uid', 7];
const ACCOUNT: Argument = ['account', 'account', 'alice'];
const ROLE: Argument = ['role', 'role', 1];
const TOKEN_EXPIRE: Argument = ['tokenExpire', 'tokenExpire', 3600];
const PRIVILEGE_EXPIRE: Argument = ['privilegeExpire', 'privilegeExpire', 600];
const EXPIRE: Argument = ['expire', 'tokenExpire', 3600];
const FOUR_LIFETIMES: readonly Argument[] = [
  ['joinChannelPrivilegeExpire', 'privilegeExpire', 601],
  ['pubAudioPrivilegeExpire', 'privilegeExpire', 602],
  ['pubVideoPrivilegeExpire', 'privilegeExpire', 603],
  ['pubDataStreamPrivilegeExpire', 'privilegeExpire', 604],
];
const RTC_AND_RTM: readonly Argument[] = [
  CHANNEL_NAME,
  ['rtcAccount', 'account', 'alice'],
  ['rtcRole', 'role', 1],
  ['rtcTokenExpire', 'tokenExpire', 3600],
  ...FOUR_LIFETIMES,
  ['rtmUserId', 'rtmUserId', 'bob'],
  ['rtmTokenExpire', 'privilegeExpire', 1800],
];
const USER_UUID: Argument = ['userUuid', 'rtmUserId', 'alice'];

/** The argument that is rejected if one is left out and all others, with the options, move up. */
const RTC_AND_RTM_DROPPED = {
  channelName: 'rtcAccount',
  rtcAccount: 'rtcAccount',
  rtcRole: 'rtcRole',
  rtcTokenExpire: 'pubDataStreamPrivilegeExpire',
  joinChannelPrivilegeExpire: 'pubDataStreamPrivilegeExpire',
  pubAudioPrivilegeExpire: 'pubDataStreamPrivilegeExpire',
  pubVideoPrivilegeExpire: 'pubDataStreamPrivilegeExpire',
  pubDataStreamPrivilegeExpire: 'pubDataStreamPrivilegeExpire',
  rtmUserId: 'rtmUserId',
  rtmTokenExpire: 'rtmTokenExpire',
};

interface Builder {
  readonly name: keyof typeof accesstoken2;
  /** After App ID and certificate. */
  readonly further: readonly Argument[];
  /** The argument that is rejected if this one is left out and all others, with the options, move up. */
  readonly dropped: Readonly<Record<string, string>>;
}

const BUILDERS: readonly Builder[] = [
  {
    name: 'buildTokenWithUid',
    further: [CHANNEL_NAME, UID, ROLE, TOKEN_EXPIRE, PRIVILEGE_EXPIRE],
    dropped: {
      channelName: 'channelName',
      uid: 'role',
      role: 'role',
      tokenExpire: 'privilegeExpire',
      privilegeExpire: 'privilegeExpire',
    },
  },
  {
    name: 'buildTokenWithUserAccount',
    further: [CHANNEL_NAME, ACCOUNT, ROLE, TOKEN_EXPIRE, PRIVILEGE_EXPIRE],
    dropped: {
      channelName: 'account',
      account: 'account',
      role: 'role',
      tokenExpire: 'privilegeExpire',
      privilegeExpire: 'privilegeExpire',
    },
  },
  {
    name: 'buildTokenWithUidAndPrivilege',
    further: [CHANNEL_NAME, UID, TOKEN_EXPIRE, ...FOUR_LIFETIMES],
    dropped: {
      channelName: 'channelName',
      uid: 'pubDataStreamPrivilegeExpire',
      tokenExpire: 'pubDataStreamPrivilegeExpire',
      joinChannelPrivilegeExpire: 'pubDataStreamPrivilegeExpire',
      pubAudioPrivilegeExpire: 'pubDataStreamPrivilegeExpire',
      pubVideoPrivilegeExpire: 'pubDataStreamPrivilegeExpire',
      pubDataStreamPrivilegeExpire: 'pubDataStreamPrivilegeExpire',
    },
  },
  {
    name: 'buildTokenWithUserAccountAndPrivilege',
    further: [CHANNEL_NAME, ACCOUNT, TOKEN_EXPIRE, ...FOUR_LIFETIMES],
    dropped: {
      channelName: 'account',
      account: 'account',
      tokenExpire: 'pubDataStreamPrivilegeExpire',
      joinChannelPrivilegeExpire: 'pubDataStreamPrivilegeExpire',
      pubAudioPrivilegeExpire: 'pubDataStreamPrivilegeExpire',
      pubVideoPrivilegeExpire: 'pubDataStreamPrivilegeExpire',
      pubDataStreamPrivilegeExpire: 'pubDataStreamPrivilegeExpire',
    },
  },
  {
    name: 'buildTokenWithRtm',
    further: [CHANNEL_NAME, ['account', 'rtmAccount', 'alice'], ROLE, TOKEN_EXPIRE, PRIVILEGE_EXPIRE],
    dropped: {
      channelName: 'account',
      account: 'account',
      role: 'role',
      tokenExpire: 'privilegeExpire',
      privilegeExpire: 'privilegeExpire',
    },
  },
  { name: 'buildTokenWithRtm2', further: RTC_AND_RTM, dropped: RTC_AND_RTM_DROPPED },
  {
    name: 'buildRtmToken',
    further: [['userId', 'rtmUserId', 'alice'], EXPIRE],
    dropped: { userId: 'userId', expire: 'expire' },
  },
  {
    name: 'buildRtmTokenWithPermissions',
    further: [['userId', 'rtmUserId', 'alice'], ['permissions', 'permissions', { 0: { 0: ['room 1'] } }], EXPIRE],
    dropped: { userId: 'userId', permissions: 'permissions', expire: 'expire' },
  },
  {
    name: 'buildChatUserToken',
    further: [['userUuid', 'chatUserId', 'alice'], EXPIRE],
    dropped: { userUuid: 'userUuid', expire: 'expire' },
  },
  { name: 'buildChatAppToken', further: [EXPIRE], dropped: { expire: 'expire' } },
  { name: 'buildFpaToken', further: [], dropped: {} },
  {
    name: 'buildApaasRoomUserToken',
    further: [['roomUuid', 'roomUuid', 'class'], USER_UUID, ['role', 'apaasRole', 2], EXPIRE],
    dropped: { roomUuid: 'userUuid', userUuid: 'userUuid', role: 'expire', expire: 'expire' },
  },
  {
    name: 'buildApaasUserToken',
    further: [USER_UUID, EXPIRE],
    dropped: { userUuid: 'userUuid', expire: 'expire' },
  },
  { name: 'buildApaasAppToken', further: [EXPIRE], dropped: { expire: 'expire' } },
  { name: 'buildConvoAiToken', further: RTC_AND_RTM, dropped: RTC_AND_RTM_DROPPED },
  { name: 'buildSttToken', further: RTC_AND_RTM, dropped: RTC_AND_RTM_DROPPED },
];

/** Calls a builder with any arguments. */
function call({ name }: Builder, values: readonly unknown[]): string {
  return (accesstoken2[name] as (...values: readonly unknown[]) => string)(...values);
}

/** Valid arguments of a builder, with one replaced, and the options. */
function argumentsOf({ further }: Builder, options: unknown, place?: number, value?: unknown): unknown[] {
  const values = [...PROJECT, ...further].map(([, , valid]) => valid);
  if (place !== undefined) values[place] = value;
  return [...values, options];
}

/** Checks that an argument is validated as its kind says. */
function checkKind(kind: Kind, argument: string, build: (value: unknown, options: BuildOptions) => string): void {
  for (const value of kind.rejected) {
    for (const options of [OPTIONS, FORMAT]) {
      expect(errorOf(() => build(value, options))).toMatchObject({ code: kind.code, argument });
    }
  }
  for (const value of kind.beyondAgora) {
    expect(errorOf(() => build(value, OPTIONS))).toMatchObject({ code: kind.code, argument });
    expect(says(build(value, FORMAT), value)).toBe(true);
  }
  for (const value of kind.accepted) {
    for (const options of [OPTIONS, FORMAT]) expect(says(build(value, options), value)).toBe(true);
  }
}

/** Tells whether a value is in a token. */
function says(token: string, value: unknown): boolean {
  const { appId, expire, services } = decodeToken(token);
  const json = JSON.stringify({ appId, expire, services });
  return json.includes(`:${JSON.stringify(value)}`) || json.includes(`:"${String(value)}"`);
}

describe.each(BUILDERS)('$name', (builder) => {
  const all = [...PROJECT, ...builder.further];

  test.each(all.map(([name, kindName], place) => ({ name, kindName, place })))(
    'validates $name as $kindName',
    ({ name, kindName, place }) => {
      checkKind(KINDS[kindName], name, (value, options) => {
        const omitted = value === undefined && name === 'privilegeExpire' ? null : value;
        return call(builder, argumentsOf(builder, options, place, omitted));
      });
    },
  );

  test.each([['appId', 'appCertificate'], ['appCertificate', 'appCertificate'], ...Object.entries(builder.dropped)])(
    'without its %s rejects %s',
    (dropped, argument) => {
      const place = all.findIndex(([name]) => name === dropped);
      const values = argumentsOf(builder, {}).toSpliced(place, 1);
      const [, kindName] = all.find(([name]) => name === argument) ?? ['', 'appId'];
      expect(errorOf(() => call(builder, values))).toMatchObject({ code: KINDS[kindName].code, argument });
    },
  );

  test('lists what is rejected for each argument that is left out', () => {
    expect(Object.keys(builder.dropped)).toEqual(builder.further.map(([name]) => name));
  });

  test('rejects the options if there is one argument too many', () => {
    for (const place of all.keys()) {
      const [code, argument] =
        place === 0
          ? ['ERR_APP_ID', 'appId']
          : place === 1
            ? ['ERR_APP_CERTIFICATE', 'appCertificate']
            : ['ERR_OPTIONS', 'options'];
      const values = argumentsOf(builder, {}).toSpliced(place, 0, undefined);
      expect(errorOf(() => call(builder, values))).toMatchObject({ code, argument });
    }
  });

  test('rejects bad options', () => {
    for (const [options, code, argument] of [
      [null, 'ERR_OPTIONS', 'options'],
      [{ issueTS: 1 }, 'ERR_OPTIONS', 'issueTS'],
      [{ issueTs: -1 }, 'ERR_ISSUE_TS', 'issueTs'],
      [{ salt: -1 }, 'ERR_SALT', 'salt'],
      [{ allowWildcards: 1 }, 'ERR_OPTIONS', 'allowWildcards'],
      [{ limits: 'none' }, 'ERR_OPTIONS', 'limits'],
      [{ allowBrowser: 1 }, 'ERR_OPTIONS', 'allowBrowser'],
    ] as const) {
      expect(errorOf(() => call(builder, argumentsOf(builder, options)))).toMatchObject({ code, argument });
    }
  });

  test('writes issueTs and salt, signs with the certificate, and has defaults for all options', () => {
    for (const [issueTs, salt] of [
      [0, 0],
      [UINT32_MAX, UINT32_MAX],
      [1, 2],
    ]) {
      const token = call(builder, argumentsOf(builder, { issueTs, salt }));
      expect(verifyToken(token, CERTIFICATE, { appId: APP_ID, now: issueTs ?? 0 })).toMatchObject({ issueTs, salt });
    }
    vi.useFakeTimers({ now: 1_650_000_000_000, toFake: ['Date'] });
    const [token, again] = [undefined, {}].map((options) => decodeToken(call(builder, argumentsOf(builder, options))));
    expect(token).toMatchObject({ issueTs: 1_650_000_000, services: again?.services });
    expect(token?.salt).not.toBe(again?.salt);
  });
});

test.each([
  ['App ID', (value: unknown) => buildFpaToken(value as string, CERTIFICATE)],
  ['certificate', (value: unknown) => buildFpaToken(APP_ID, value as string)],
  ['channel', (value: unknown) => buildTokenWithUid(APP_ID, CERTIFICATE, value as string, 7, 1, 60)],
  ['uid', (value: unknown) => buildTokenWithUid(APP_ID, CERTIFICATE, 'room 1', value as number, 1, 60)],
  ['role', (value: unknown) => buildTokenWithUid(APP_ID, CERTIFICATE, 'room 1', 7, value as Role, 60)],
  ['lifetime', (value: unknown) => buildTokenWithUid(APP_ID, CERTIFICATE, 'room 1', 7, 1, value as number)],
  ['APaaS role', (value: unknown) => buildApaasRoomUserToken(APP_ID, CERTIFICATE, 'r', 'u', value as number, 60)],
  ['permission map', (value: unknown) => buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'u', value as never, 60)],
  ['options object', (value: unknown) => buildFpaToken(APP_ID, CERTIFICATE, value as never)],
  ['argument of buildToken', (value: unknown) => buildToken(value as never)],
  ['service', (value: unknown) => mint([value])],
  ['list of services', (value: unknown) => mint(value)],
  ['privilege map', (value: unknown) => mint([{ type: 'fpa', privileges: value }])],
  ['body', (value: unknown) => mint([{ ...UNKNOWN, body: value }])],
])('any strange value is rejected as %s', (_, build) => {
  for (const value of STRANGE) errorOf(() => build(value));
});

test.each<[problem: string, value: unknown, path: string]>([
  ['a resource type that is no number', { channels: {} }, ''],
  ['a resource type with a leading zero', { '01': {} }, ''],
  ['a negative resource type', { '-1': {} }, ''],
  ['a certificate as resource type', { [CERTIFICATE]: {} }, ''],
  ['a token as resource type', { [TOKEN]: {} }, ''],
  ['a property named by a symbol', { [Symbol('0')]: {} }, ''],
  ['65,536 resource types', idMap(65_536, {}), ''],
  ['a resource type without permissions', { 1: undefined }, '[1]'],
  ['permissions that are an array', { 0: [] }, '[0]'],
  ['permissions that are a revoked proxy', { 0: revokedProxy() }, '[0]'],
  ['a permission type that is no number', { 2: { read: [] } }, '[2]'],
  ['permissions named by a symbol', { 2: { [Symbol('0')]: [] } }, '[2]'],
  ['a permission without names', { 0: { 1: undefined } }, '[0][1]'],
  ['names that are a string', { 0: { 1: CERTIFICATE } }, '[0][1]'],
  ['names that are a Set', { 0: { 1: new Set(['alice']) } }, '[0][1]'],
  ['65,536 names', { 0: { 1: new Array(65_536).fill('x') } }, '[0][1]'],
  ['a name that is a number', { 0: { 1: ['a', 'b', 7] } }, '[0][1][2]'],
  ['a hole among the names', { 0: { 1: Object.assign(['a'], { 2: 'c' }) } }, '[0][1][1]'],
  ['a name with half of a surrogate pair', { 0: { 1: ['a', CERTIFICATE + HALF] } }, '[0][1][1]'],
  ['a name of 65,536 bytes', { 0: { 1: ['x'.repeat(65_536)] } }, '[0][1][0]'],
  ['a resource type that throws', throwingGetter('3'), '[3]'],
  ['a permission type that throws', { 0: throwingGetter('1') }, '[0][1]'],
  ['a name that throws', { 0: { 0: throwingGetter('0', ['a']) } }, '[0][0][0]'],
])('permissions are rejected for %s', (_, permissions, path) => {
  const build = (): unknown =>
    buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', permissions as never, 60, OPTIONS);
  expect(errorOf(build)).toMatchObject({ code: 'ERR_PERMISSIONS', argument: `permissions${path}` });
});

test.each<[problem: string, value: unknown, argument: string]>([
  ['a number', 3600, 'options'],
  ['a certificate', CERTIFICATE, 'options'],
  ['a token', TOKEN, 'options'],
  ['a Map', new Map([['salt', 1]]), 'options'],
  ['inherited options', Object.create({ salt: 1 }), 'options'],
  ['a property named by a symbol', { [Symbol('salt')]: 1 }, 'options'],
  ['an unknown property that is undefined', { issueTS: undefined }, 'issueTS'],
  ['a property that is not enumerable', Object.defineProperty({}, 'issueTS', { value: 1 }), 'issueTS'],
  ['a property named __proto__', JSON.parse('{ "__proto__": {} }'), '__proto__'],
  ['a certificate as a name', { [CERTIFICATE]: 1 }, '<hidden>'],
  ['a token as a name', { [TOKEN]: 1 }, '<token>'],
  ['a name with a line break', { 'salt\n': 1 }, 'salt\\n'],
  ['a name of 65 characters', { ['x'.repeat(65)]: 1 }, `${'x'.repeat(64)}…`],
  ['a getter that throws', throwingGetter('salt'), 'salt'],
  ['a proxy whose properties cannot be listed', new Proxy({}, { ownKeys: raise }), 'options'],
])('options are rejected for %s', (_, options, argument) => {
  const build = (): unknown => buildFpaToken(APP_ID, CERTIFICATE, options as BuildOptions);
  expect(errorOf(build)).toMatchObject({ code: 'ERR_OPTIONS', argument });
});

test.each<[name: string, code: AccessTokenErrorCode, values: readonly unknown[]]>([
  ['issueTs', 'ERR_ISSUE_TS', [-1, 2 ** 32, 1_700_000_000_000, '1', {}, true]],
  ['salt', 'ERR_SALT', [-1, 2 ** 32, '1', {}, true]],
  ['allowWildcards', 'ERR_OPTIONS', [0, 1, 'true', CERTIFICATE, {}]],
  ['limits', 'ERR_OPTIONS', ['Format', 'agora ', '', CERTIFICATE, TOKEN, {}, true]],
])('the option %s rejects invalid values', (name, code, values) => {
  for (const value of [...values, ...STRANGE]) {
    const build = (): unknown => buildFpaToken(APP_ID, CERTIFICATE, { [name]: value });
    expect(errorOf(build)).toMatchObject({ code, argument: name });
  }
});

test.each<[what: string, options: unknown]>([
  ['a frozen object', Object.freeze({ ...OPTIONS })],
  ['an object without a prototype', Object.assign(Object.create(null), OPTIONS)],
  ['an object of another realm', runInNewContext('({ issueTs: 1700000000, salt: 1 })')],
  ['a transparent proxy', new Proxy({ ...OPTIONS }, {})],
  ['undefined properties', { ...OPTIONS, allowWildcards: undefined, limits: undefined, allowBrowser: undefined }],
])('options may be %s', (_, options) => {
  expect(buildRtmToken(APP_ID, CERTIFICATE, 'alice', 3600, options as BuildOptions)).toBe(TOKEN);
});

/** The fields of a service: its name, code, accepted and rejected values, and values beyond Agora's limits. */
type FieldRow = readonly [name: string, kind: Kind];

const orEmpty = (kind: Kind): Kind => ({
  ...kind,
  accepted: [...kind.accepted, ''],
  beyondAgora: kind.beyondAgora.filter((value) => value !== ''),
});
const PRIVILEGES: FieldRow = [
  'privileges',
  {
    code: 'ERR_PRIVILEGES',
    accepted: [{}, { 0: 0 }, { 65_535: 86_400 }, { 7: 1, 700: 2 }],
    rejected: [undefined, 7, 'alice', [[1, 600]], new Map([[1, 600]]), { JoinChannel: 600 }, { '01': 1 }],
    beyondAgora: [],
  },
];
const CHANNEL_AND_ACCOUNT: readonly FieldRow[] = [
  ['channelName', KINDS.channelName],
  ['account', orEmpty(KINDS.account)],
  PRIVILEGES,
];
const USER: FieldRow = ['userId', KINDS.rtmUserId];

/** A valid service of each type, and its fields. */
const SERVICES: readonly (readonly [service: Service, ...fields: FieldRow[]])[] = [
  [
    { type: 'rtc', channelName: 'room 1', uid: 'alice', privileges: { 1: 600 } },
    ['channelName', KINDS.channelName],
    ['uid', orEmpty({ ...KINDS.account, code: 'ERR_UID' })],
    PRIVILEGES,
  ],
  [{ type: 'rtm', userId: 'alice', privileges: { 1: 600 } }, USER, PRIVILEGES],
  [{ type: 'streaming', channelName: 'room 1', account: 'alice', privileges: { 2: 600 } }, ...CHANNEL_AND_ACCOUNT],
  [{ type: 'fpa', privileges: { 1: 600 } }, PRIVILEGES],
  [{ type: 'chat', userId: 'alice', privileges: { 1: 600 } }, ['userId', orEmpty(KINDS.chatUserId)], PRIVILEGES],
  [{ type: 'fcdn', channelName: 'room 1', account: 'alice', privileges: { 2: 600 } }, ...CHANNEL_AND_ACCOUNT],
  [
    { type: 'apaas', roomUuid: 'class', userUuid: 'alice', role: -1, privileges: { 1: 600 } },
    ['roomUuid', orEmpty(KINDS.roomUuid)],
    ['userUuid', orEmpty(KINDS.rtmUserId)],
    ['role', KINDS.apaasRole],
    PRIVILEGES,
  ],
  [
    { type: 'rtm2', userId: 'alice', permissions: { 0: { 1: ['room 1'] } }, privileges: { 1: 600 } },
    USER,
    ['permissions', KINDS.permissions],
    PRIVILEGES,
  ],
  [{ type: 'convoai', privileges: {} }, PRIVILEGES],
  [{ type: 'stt', privileges: {} }, PRIVILEGES],
  [
    { type: 'unknown', typeId: 99, count: 1, body: Uint8Array.of(0, 0) },
    [
      'typeId',
      {
        code: 'ERR_SERVICE',
        accepted: [0, 11, 65_535],
        rejected: [undefined, -1, 1, 10, 65_536, '11'],
        beyondAgora: [],
      },
    ],
    [
      'count',
      { code: 'ERR_SERVICE', accepted: [1, 65_534], rejected: [undefined, 0, -1, 65_536, '1'], beyondAgora: [] },
    ],
    ['body', { code: 'ERR_SERVICE', accepted: [], rejected: [undefined, 'AAAA', [0, 1]], beyondAgora: [] }],
  ],
];
const SERVICE_OF_EACH_TYPE = SERVICES.map(([service]) => service);

const FPA: Service = { type: 'fpa', privileges: { 1: 600 } };
const UNKNOWN: Service = { type: 'unknown', typeId: 99, count: 1, body: Uint8Array.of(0, 0) };

/** Mints any services. */
function mint(services: unknown, options: object = OPTIONS): string {
  const request = { appId: APP_ID, appCertificate: CERTIFICATE, expire: 3600, services, ...options };
  return buildToken(request as Parameters<typeof buildToken>[0]);
}

/** Returns the services of a token that was minted with services. */
function mintedServices(services: readonly unknown[], options: object = OPTIONS): readonly Service[] {
  return decodeToken(mint(services, options)).services;
}

describe.each(SERVICES.map(([service, ...fields]) => ({ type: service.type, service, fields })))(
  'buildToken with a service of type $type',
  ({ service, fields }) => {
    const without = (name: string): object =>
      Object.fromEntries(Object.entries(service).filter(([key]) => key !== name));

    test.each(fields)('validates %s', (name, kind) => {
      const argument = `services[1].${name}`;
      checkKind(kind, argument, (value, options) => mint([FPA, { ...service, [name]: value }], options));
      for (const value of kind.accepted) {
        expect(mintedServices([FPA, { ...service, [name]: value }])).toContainEqual({ ...service, [name]: value });
      }
      expect(errorOf(() => mint([FPA, without(name)]))).toMatchObject({ code: kind.code, argument });
      const unreadable = throwingGetter(name, { ...service });
      expect(errorOf(() => mint([FPA, unreadable]))).toMatchObject({ code: 'ERR_SERVICE', argument });
    });

    test.each<[what: string, name: string | symbol, argument: string]>([
      ['an unknown property', 'extra', 'services[1].extra'],
      ['a property in other letter case', 'Privileges', 'services[1].Privileges'],
      ['a property of another type', service.type === 'chat' ? 'uid' : 'expire', ''],
      ['a certificate as a property', CERTIFICATE, 'services[1].<hidden>'],
      ['a token as a property', TOKEN, 'services[1].<token>'],
      ['a property named __proto__', '__proto__', 'services[1].__proto__'],
      ['a property named by a symbol', Symbol('uid'), 'services[1]'],
    ])('rejects %s', (_, name, argument) => {
      const odd = Object.defineProperty({ ...service }, name, { value: 'alice', enumerable: true });
      expect(errorOf(() => mint([FPA, odd]))).toMatchObject({
        code: 'ERR_SERVICE',
        argument: argument === '' ? `services[1].${String(name)}` : argument,
      });
    });

    test('accepts it frozen, without a prototype, of another realm, or as a proxy', () => {
      for (const copy of [
        Object.freeze({ ...service }),
        Object.assign(Object.create(null) as object, service),
        Object.assign(runInNewContext('({})') as object, service),
        new Proxy(service, {}),
      ]) {
        expect(mintedServices([copy])).toEqual([service]);
      }
    });
  },
);

test.each<[what: string, privileges: unknown, argument: string]>([
  ['an id with a space', { ' 1': 600 }, ''],
  ['an id above 65535', { 65_536: 600 }, ''],
  ['an empty id', { '': 600 }, ''],
  ['a certificate as id', { [CERTIFICATE]: 600 }, ''],
  ['a token as id', { [TOKEN]: 600 }, ''],
  ['an id that is a symbol', { [Symbol('1')]: 600 }, ''],
  ['65,536 ids', idMap(65_536, 600), ''],
  ['a lifetime that throws', throwingGetter('2'), '[2]'],
])('privileges are rejected for %s', (_, privileges, path) => {
  expect(errorOf(() => mint([{ type: 'fpa', privileges }]))).toMatchObject({
    code: 'ERR_PRIVILEGES',
    argument: `services[0].privileges${path}`,
  });
});

test.each<[options: object, seconds: unknown, code: AccessTokenErrorCode]>([
  [OPTIONS, -1, 'ERR_EXPIRE'],
  [OPTIONS, 86_401, 'ERR_EXPIRE'],
  [OPTIONS, undefined, 'ERR_EXPIRE'],
  [OPTIONS, 1_700_000_000, 'ERR_EXPIRE_LOOKS_ABSOLUTE'],
  [FORMAT, 2 ** 32, 'ERR_EXPIRE'],
])('with %o, a privilege of %s seconds is rejected with %s', (options, seconds, code) => {
  expect(errorOf(() => mint([{ type: 'fpa', privileges: { 1: 600, 2: seconds } }], options))).toMatchObject({
    code,
    argument: 'services[0].privileges[2]',
  });
});

describe('the argument of buildToken', () => {
  const request = { appId: APP_ID, appCertificate: CERTIFICATE, expire: 3600, services: [FPA], ...OPTIONS };

  test.each<[what: string, value: unknown]>([
    ['undefined', undefined],
    ['an App ID', APP_ID],
    ['a token', TOKEN],
    ['an object that inherits', Object.create(request)],
    ['an object with a property named by a symbol', { ...request, [Symbol('salt')]: 1 }],
  ])('cannot be %s', (_, value) => {
    expect(errorOf(() => buildToken(value as never))).toMatchObject({ code: 'ERR_OPTIONS', argument: 'options' });
  });

  test.each<[what: string, value: object, argument: string]>([
    ['a misspelt property', { ...request, appID: APP_ID }, 'appID'],
    ['a property of another builder', { ...request, channelName: 'room 1' }, 'channelName'],
    ['an unknown property that is undefined', { ...request, uid: undefined }, 'uid'],
    ['an object of options', { ...request, options: OPTIONS }, 'options'],
    ['a certificate as a name', { ...request, [CERTIFICATE]: 1 }, '<hidden>'],
    ...Object.keys(request).map((name): [string, object, string] => {
      return [`a getter of ${name} that throws`, throwingGetter(name, { ...request }), name];
    }),
  ])('cannot have %s', (_, value, argument) => {
    expect(errorOf(() => buildToken(value as never))).toMatchObject({ code: 'ERR_OPTIONS', argument });
  });

  test.each<[name: string, kind: Kind]>([
    ['appId', KINDS.appId],
    ['appCertificate', KINDS.appCertificate],
    ['expire', KINDS.tokenExpire],
    ['issueTs', { code: 'ERR_ISSUE_TS', accepted: [], rejected: [-1, 2 ** 32], beyondAgora: [] }],
    ['salt', { code: 'ERR_SALT', accepted: [], rejected: [-1, 2 ** 32], beyondAgora: [] }],
    ['allowWildcards', { code: 'ERR_OPTIONS', accepted: [], rejected: [0], beyondAgora: [] }],
    ['allowBrowser', { code: 'ERR_OPTIONS', accepted: [], rejected: [0], beyondAgora: [] }],
  ])('validates %s', (name, kind) => {
    checkKind(kind, name, (value, options) => mint([FPA], { ...options, [name]: value }));
  });

  test('has issueTs and salt written, and signs with the certificate', () => {
    const token = mint([FPA], { issueTs: 5, salt: 6, expire: 7 });
    expect(verifyToken(token, CERTIFICATE, { now: 5 })).toMatchObject({ issueTs: 5, salt: 6, expire: 7 });
  });

  test.each(['appId', 'appCertificate', 'expire', 'services'])('requires %s', (name) => {
    const rest = Object.fromEntries(Object.entries(request).filter(([key]) => key !== name));
    expect(errorOf(() => buildToken(rest as typeof request)).argument).toBe(name);
  });
});

describe('the list of services', () => {
  test.each<[what: string, services: unknown, argument: string]>([
    ['undefined', undefined, 'services'],
    ['null', null, 'services'],
    ['an empty array', [], 'services'],
    ['one service', FPA, 'services'],
    ['a string', 'fpa', 'services'],
    ['a certificate', CERTIFICATE, 'services'],
    ['a token', TOKEN, 'services'],
    ['a Set', new Set([FPA]), 'services'],
    ['an array-like object', { 0: FPA, length: 1 }, 'services'],
    ['a generator', [FPA].values(), 'services'],
    ['a revoked proxy', revokedProxy([]), 'services'],
    ['an array whose length throws', lyingArray({ valueOf: () => raise() }), 'services'],
    ['an array whose length is a symbol', lyingArray(Symbol('1')), 'services'],
    ['an array whose length is a bigint', lyingArray(1n), 'services'],
    ['an array of 2³² − 1 entries', new Array(UINT32_MAX), 'services'],
    ['65,536 services', Array.from({ length: 65_536 }, () => FPA), 'services'],
    ['an array with undefined', [FPA, undefined], 'services[1]'],
    ['an array with null', [FPA, null], 'services[1]'],
    ['an array with a hole', new Array(1), 'services[0]'],
    ['an array with a number', [1], 'services[0]'],
    ['an array with a certificate', [FPA, CERTIFICATE], 'services[1]'],
    ['an array with an array', [[FPA]], 'services[0]'],
    ['an array with an instance of a class', [new Instance()], 'services[0]'],
    ['an array with a revoked proxy', [FPA, revokedProxy()], 'services[1]'],
    ['an array with a getter that throws', throwingGetter('1', [FPA, FPA]), 'services[1]'],
    ['a service without a type', [FPA, { privileges: {} }], 'services[1].type'],
    ['a type in upper case', [{ ...FPA, type: 'FPA' }], 'services[0].type'],
    ['a type by its number', [{ ...FPA, type: 4 }], 'services[0].type'],
    ['a type that is a String object', [{ ...FPA, type: Object('fpa') as unknown }], 'services[0].type'],
    ['the type constructor', [{ ...FPA, type: 'constructor' }], 'services[0].type'],
    ['the type __proto__', [{ ...FPA, type: '__proto__' }], 'services[0].type'],
    ['a certificate as a type', [{ ...FPA, type: CERTIFICATE }], 'services[0].type'],
    ['a token as a type', [{ ...FPA, type: TOKEN }], 'services[0].type'],
  ])('cannot be %s', (_, services, argument) => {
    expect(errorOf(() => mint(services))).toMatchObject({ code: 'ERR_SERVICE', argument });
  });

  test.each<[what: string, services: unknown]>([
    ['a frozen array', Object.freeze([FPA])],
    ['an array of another realm', runInNewContext('[{ type: "fpa", privileges: { 1: 600 } }]')],
    ['a transparent proxy', new Proxy([FPA], {})],
  ])('may be %s', (_, services) => {
    expect(decodeToken(mint(services)).services).toEqual([FPA]);
  });

  test('has at most 65,535 entries', () => {
    const { services } = decodeToken(mint(Array.from({ length: 65_535 }, () => FPA)));
    expect(services).toHaveLength(65_535);
  });

  test('has services with at most 65,535 privileges', () => {
    const [service] = mintedServices([{ ...FPA, privileges: idMap(65_535, 600) }]);
    expect(Object.keys(service?.type === 'fpa' ? service.privileges : {})).toHaveLength(65_535);
  });

  test('has permissions with at most 65,535 names', () => {
    const permissions = { 1: { 0: Array.from({ length: 65_535 }, () => '') } };
    const { services } = decodeToken(buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', permissions, 60));
    expect(services[0]?.type === 'rtm2' ? services[0].permissions[1]?.[0] : []).toHaveLength(65_535);
  });
});

/** An array with another length than its own. */
function lyingArray(length: unknown): object {
  return new Proxy([FPA], {
    get: (target, name): unknown => (name === 'length' ? length : Reflect.get(target, name)),
  });
}

describe('an unknown service', () => {
  const RTC: Service = { type: 'rtc', channelName: 'room 1', uid: '', privileges: { 1: 600 } };
  const unknown = (typeId: number, count = 1): Service => {
    return { type: 'unknown', typeId, count, body: Uint8Array.of(1, 2, 3) };
  };

  test.each<[what: string, services: readonly Service[], argument: string]>([
    ['before a known one', [unknown(99), RTC], 'services[0]'],
    ['before a known one, though its type sorts first', [unknown(0), RTC], 'services[0]'],
    ['before another', [unknown(99), unknown(100)], 'services[0]'],
    ['twice', [RTC, unknown(99), unknown(99)], 'services[1]'],
    ['for 65,536 services with those before it', [FPA, RTC, unknown(99, 65_534)], 'services[2].count'],
  ])('is rejected %s', (_, services, argument) => {
    expect(errorOf(() => mint(services))).toMatchObject({ code: 'ERR_SERVICE', argument });
  });

  test.each<[what: string, services: readonly Service[]]>([
    ['alone', [unknown(0)]],
    ['alone, for many', [unknown(0, 65_535)]],
    ['after known ones', [RTC, FPA, unknown(11)]],
    ['of type 0 after known ones', [RTC, FPA, unknown(0)]],
    ['for 65,535 services with those before it', [RTC, FPA, unknown(99, 65_533)]],
  ])('is accepted %s, also as a copy', (_, services) => {
    const { services: minted, content } = decodeToken(mint(services));
    expect(minted).toEqual(services);
    const spread = minted.map((service) => ({ ...service }));
    for (const copy of [minted, structuredClone(minted), spread]) {
      expect(decodeToken(mint(copy)).content).toEqual(content);
    }
  });

  test('is written last, after known services in the order of their types', () => {
    expect(mintedServices([FPA, RTC, unknown(0)])).toEqual([RTC, FPA, unknown(0)]);
  });

  test('of type 0 before known services in a token builds to the same content', () => {
    const body = decodeToken(mint([RTC])).content.slice(82);
    const { content } = decodeToken(mint([{ ...unknown(0, 2), body }]));
    const { services } = decodeToken(`007${deflateSync(content).toString('base64')}`);
    expect(services).toMatchObject([{ type: 'unknown', typeId: 0, count: 2 }]);
    expect(decodeToken(mint(structuredClone(services))).content).toEqual(content);
  });
});

describe('the body of an unknown service', () => {
  const minted = (body: unknown): Uint8Array => {
    const [service] = mintedServices([{ type: 'unknown', typeId: 99, count: 1, body }]);
    return service?.type === 'unknown' ? service.body : new Uint8Array();
  };

  class Bytes extends Uint8Array {
    override get length(): number {
      return 1;
    }
  }

  test.each<[what: string, body: unknown]>([
    ['a Uint8Array', Uint8Array.of(1, 2, 3)],
    ['a Buffer', Buffer.from([1, 2, 3])],
    ['part of a buffer', Uint8Array.of(0, 1, 2, 3, 4).subarray(1, 4)],
    ['a subclass with another length', new Bytes([1, 2, 3])],
    ['an array of another realm', runInNewContext('Uint8Array.of(1, 2, 3)')],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(3)).fill(1).map((_, index) => index + 1)],
    ['bytes without a prototype', Object.setPrototypeOf(Uint8Array.of(1, 2, 3), null)],
  ])('may be %s', (_, body) => {
    expect(minted(body)).toEqual(Uint8Array.of(1, 2, 3));
  });

  test.each<[what: string, body: unknown]>([
    ['an ArrayBuffer', new ArrayBuffer(3)],
    ['a DataView', new DataView(new ArrayBuffer(3))],
    ['a Uint8ClampedArray', new Uint8ClampedArray(3)],
    ['a Uint16Array', new Uint16Array(3)],
    ['an object that inherits from Uint8Array', Object.create(Uint8Array.prototype)],
    ['an object with the tag of a Uint8Array', { [Symbol.toStringTag]: 'Uint8Array', length: 3 }],
    ['a proxy of a Uint8Array', new Proxy(new Uint8Array(3), {})],
    ['bytes whose buffer was transferred', transferred()],
  ])('cannot be %s', (_, body) => {
    expect(errorOf(() => minted(body))).toMatchObject({ code: 'ERR_SERVICE', argument: 'services[0].body' });
  });

  test('is decoded into an array of its own', () => {
    const token = mint([{ type: 'unknown', typeId: 99, count: 1, body: Uint8Array.of(1, 2, 3) }]);
    const [first, second] = [decodeToken(token), decodeToken(token)];
    if (first.services[0]?.type === 'unknown') first.services[0].body.fill(0);
    first.content.fill(0);
    expect(second.services).toEqual([{ type: 'unknown', typeId: 99, count: 1, body: Uint8Array.of(1, 2, 3) }]);
    expect(decodeToken(token)).toEqual(second);
  });
});

function transferred(): Uint8Array {
  const bytes = new Uint8Array(3);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

describe('the content', () => {
  const unknown = (length: number): Service => ({
    type: 'unknown',
    typeId: 99,
    count: 1,
    body: new Uint8Array(length).map((_, index) => (index * 2_654_435_761) >>> 13),
  });
  /** The bytes before the body of the first service: 82, and its type. */
  const BEFORE = 84;

  test('has at most 1 MiB', () => {
    const token = mint([unknown(2 ** 20 - BEFORE)]);
    expect(decodeToken(token).content).toHaveLength(2 ** 20);
    const error = errorOf(() => mint([unknown(2 ** 20 - BEFORE + 1)]));
    expect(error).toMatchObject({ code: 'ERR_SERVICE', argument: 'services' });
  });

  test('has at most 1 MiB under the limits of the format, too', () => {
    const error = errorOf(() => mint([unknown(2 ** 20)], { limits: 'format' }));
    expect(error).toMatchObject({ code: 'ERR_SERVICE', argument: 'services' });
  });

  test('over 1 MiB is an error about the permissions if there is no list of services', () => {
    const permissions = { 0: { 0: Array.from({ length: 17 }, () => 'x'.repeat(65_535)) } };
    const error = errorOf(() => buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', permissions, 60));
    expect(error).toMatchObject({ code: 'ERR_SERVICE', argument: 'permissions' });
  });
});

test.each<[what: string, options: BuildOptions, accepted: boolean]>([
  ['without options', {}, false],
  ["with limits: 'agora'", { limits: 'agora' }, false],
  ['without wildcards', { allowWildcards: false }, false],
  ['with wildcards', { allowWildcards: true }, true],
  ["with wildcards and limits: 'agora'", { allowWildcards: true, limits: 'agora' }, true],
  ["without wildcards, but with limits: 'format'", { allowWildcards: false, limits: 'format' }, true],
])('a wildcard is accepted or rejected %s', (_, options, accepted) => {
  const build = (): string => buildTokenWithUid(APP_ID, CERTIFICATE, '1*a*2', 7, 1, 60, 60, options);
  if (accepted) expect(decodeToken(build()).services).toMatchObject([{ channelName: '1*a*2' }]);
  else expect(errorOf(build)).toMatchObject({ code: 'ERR_CHANNEL_NAME', argument: 'channelName' });
});

describe('error messages', () => {
  const withUid = (uid: unknown, role: unknown = 1, expire: unknown = 60, options?: BuildOptions): unknown =>
    buildTokenWithUid(APP_ID, CERTIFICATE, 'room 1', uid as number, role as Role, expire as number, undefined, options);
  const withPermissions = (permissions: unknown): unknown =>
    buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', permissions as never, 60);

  test.each<[message: string, action: () => unknown]>([
    ['uid: expected a number, got "7"; for a text use buildTokenWithUserAccount', () => withUid('7')],
    ['uid: expected an unsigned integer, got -1; make a signed one unsigned with uid >>> 0', () => withUid(-1)],
    [
      'uid: expected an unsigned integer, got -2147483648; make a signed one unsigned with uid >>> 0',
      () => withUid(-(2 ** 31)),
    ],
    [
      'uid: expected an integer from 0 to 4294967295, got -2147483649; 0 stands for any user',
      () => withUid(-(2 ** 31) - 1),
    ],
    ['uid: expected an integer from 0 to 4294967295, got -1.5; 0 stands for any user', () => withUid(-1.5)],
    [
      "role: expected 1, 2, 'publisher' or 'subscriber', got 3; use Role.Publisher or Role.Subscriber",
      () => withUid(7, 3),
    ],
    [
      "role: expected 1, 2, 'publisher' or 'subscriber', got 101; 0 and 101 belong to the older AccessToken; Publisher has the same privileges",
      () => withUid(7, 101),
    ],
    [
      "limits: expected 'agora' or 'format', got \"none\"; leave it out for 'agora'",
      () => withUid(7, 1, 60, { limits: 'none' as never }),
    ],
    [
      'allowBrowser: expected true or false, got 1; leave it out for false',
      () => withUid(7, 1, 60, { allowBrowser: 1 as never }),
    ],
    [
      'issueTs: expected an integer from 0 to 4294967295, got -1; pass Unix time in whole seconds, as Math.floor(Date.now() / 1000) gives it',
      () => withUid(7, 1, 60, { issueTs: -1 }),
    ],
    [
      'salt: expected an integer from 0 to 4294967295, got 0.5; leave it out to have one chosen',
      () => withUid(7, 1, 60, { salt: 0.5 }),
    ],
    [
      'lifetime: unknown property; known are issueTs, salt, allowWildcards, limits, allowBrowser',
      () => withUid(7, 1, 60, { lifetime: 1 } as never),
    ],
    [
      'role: expected an integer from -32768 to 32767, got 32768; use the role that the room defines, -1 for none',
      () => buildApaasRoomUserToken(APP_ID, CERTIFICATE, 'room', 'alice', 32_768, 60),
    ],
    [
      'permissions: expected an object { [resourceType]: { [permissionType]: names } }, got an array; pass a plain object, written as { … }',
      () => withPermissions([]),
    ],
    [
      'permissions: expected ids from 0 to 65535 as keys, got "channels"; use the ids by their names, such as Rtm2Resource.MessageChannels',
      () => withPermissions({ channels: {} }),
    ],
    [
      'permissions[1]: expected an object { [permissionType]: names }, got an array; pass a plain object, written as { … }',
      () => withPermissions({ 1: [] }),
    ],
    [
      'permissions[1]: expected ids from 0 to 65535 as keys, got "read"; use the ids by their names, such as Rtm2Permission.Read',
      () => withPermissions({ 1: { read: [] } }),
    ],
    [
      'permissions[1][0]: expected an array of names, got "room 1"; pass an array, written as [ … ]',
      () => withPermissions({ 1: { 0: 'room 1' } }),
    ],
    [
      'permissions[1][0][1]: expected a text, got 7; pass it as a string',
      () => withPermissions({ 1: { 0: ['a', 7] } }),
    ],
    ['services: expected an array of services, got an object; pass an array, written as [ … ]', () => mint(FPA)],
    ['services: expected at least one service, got none; name what the token is for', () => mint([])],
    [
      'services[0]: expected a service such as { type: "rtc", … }, got "rtc"; pass a plain object, written as { … }',
      () => mint(['rtc']),
    ],
    [
      'services[0].privileges: expected an object that maps privilege ids to seconds, got 600; pass a plain object, written as { … }',
      () => mint([{ type: 'fpa', privileges: 600 }]),
    ],
    [
      'services[0].privileges: expected ids from 0 to 65535 as keys, got "join"; use the ids by their names, such as RtcPrivilege.JoinChannel',
      () => mint([{ type: 'fpa', privileges: { join: 600 } }]),
    ],
    [
      'services[0].typeId: expected an integer from 0 to 65535, got -1; it is the number of the service type',
      () => mint([{ ...UNKNOWN, typeId: -1 }]),
    ],
    ["services[0].typeId: 1 is known; use { type: 'rtc', … }", () => mint([{ ...UNKNOWN, typeId: 1 }])],
    [
      'services[0].count: expected an integer from 1 to 65535, got 0; it is how many services the body covers',
      () => mint([{ ...UNKNOWN, count: 0 }]),
    ],
    [
      'services[1].count: expected at most 65535 services in all, got more; it is how many services the body covers',
      () => mint([FPA, { ...UNKNOWN, count: 65_535 }]),
    ],
    [
      'services[0].body: expected a Uint8Array, got an array; pass the bytes as decodeToken gives them',
      () => mint([{ ...UNKNOWN, body: [1] }]),
    ],
    [
      'services[0].body: cannot be read: its buffer was transferred; pass a copy',
      () => mint([{ ...UNKNOWN, body: transferred() }]),
    ],
    ['services[0]: an unknown service has to be the last one; move it to the end', () => mint([UNKNOWN, FPA])],
    [
      'services: the token cannot hold it: more than 1048576 bytes in all; spread it over several tokens',
      () => mint([{ ...UNKNOWN, body: new Uint8Array(2 ** 20 + 1) }]),
    ],
    [
      "role: expected 1, 2, 'publisher' or 'subscriber', got 0; 0 and 101 belong to the older AccessToken; Publisher has the same privileges",
      () => withUid(7, 0),
    ],
    [
      'uid: expected a number, got "7"; for a text use buildTokenWithUserAccountAndPrivilege',
      () => buildTokenWithUidAndPrivilege(APP_ID, CERTIFICATE, 'c', '7' as never, 60, 1, 1, 1, 1),
    ],
    [
      'extra: unknown property; known are appId, appCertificate, expire, services, issueTs, salt, allowWildcards, limits, allowBrowser',
      () => mint([FPA], { extra: 1 }),
    ],
    ['services[0].uid: unknown property; known are type, privileges', () => mint([{ ...FPA, uid: '' }])],
  ])('%s', (message, action) => {
    expect(errorOf(action).message).toBe(message);
  });
});

describe('services that a token cannot hold are rejected before all of them are read', () => {
  /** The error about services, followed by one that must not be read. */
  const errorBefore = (services: readonly object[], last: object): AccessTokenError =>
    errorOf(() =>
      mint(
        [
          ...services,
          Object.defineProperty({ ...last }, 'privileges', {
            enumerable: true,
            get: (): object => {
              throw new Error('the last service was read');
            },
          }),
        ],
        { ...OPTIONS, limits: 'format' },
      ),
    );

  const RTM2 = { type: 'rtm2', userId: 'alice', permissions: {}, privileges: {} };
  const LONG = 'x'.repeat(65_535);

  test.each<[what: string, services: readonly object[]]>([
    ['strings', Array.from({ length: 17 }, () => ({ ...RTM2, userId: LONG }))],
    [
      'empty strings',
      Array.from({ length: 3 }, () => ({
        ...RTM2,
        permissions: byIds(6, () => ({ 0: new Array(65_535).fill('') as string[] })),
      })),
    ],
    ['names', [{ ...RTM2, permissions: { 0: { 0: Array.from({ length: 17 }, () => LONG) } } }]],
    ['resource types', Array.from({ length: 5 }, () => ({ ...RTM2, permissions: byIds(65_535, () => ({})) }))],
    ['permission types', [{ ...RTM2, permissions: byIds(5, () => byIds(65_535, () => [])) }]],
    ['privileges', Array.from({ length: 3 }, () => ({ ...FPA, privileges: byIds(65_535, () => 1) }))],
  ])('%s', (_, services) => {
    expect(errorBefore(services, FPA)).toMatchObject({
      code: 'ERR_SERVICE',
      argument: 'services',
      message: 'services: the token cannot hold it: more than 1048576 bytes in all; spread it over several tokens',
    });
  });

  test('permissions are rejected if they would fill a token alone', () => {
    // 8 bytes before the names, and 2 before each.
    const names = [...Array.from({ length: 15 }, () => LONG), 'x'.repeat(2 ** 20 - 8 - 15 * 65_537 - 2)];
    const error = errorOf(() => buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', { 0: { 0: names } }, 60));
    expect(error.message).toBe(
      'permissions: the token cannot hold it: more than 1048576 bytes in all; spread it over several tokens',
    );
  });

  /** A map of the ids below a number, each with a value of its own. */
  function byIds(count: number, valueOf: () => unknown): Record<number, unknown> {
    return Object.fromEntries(Array.from({ length: count }, (_, id) => [id, valueOf()]));
  }
});

describe('validated values are the signed ones', () => {
  test('a getter is read once', () => {
    let reads = 0;
    const options = {
      salt: 1,
      get issueTs(): number {
        reads++;
        return reads === 1 ? 1_700_000_000 : 2 ** 40;
      },
    };
    expect(decodeToken(buildFpaToken(APP_ID, CERTIFICATE, options)).issueTs).toBe(1_700_000_000);
    expect(reads).toBe(1);
  });

  test('every property is read once', () => {
    const reads = new Map<string, number>();
    const request = {
      appId: APP_ID,
      appCertificate: CERTIFICATE,
      expire: 3600,
      services: SERVICE_OF_EACH_TYPE,
      ...OPTIONS,
      allowWildcards: false,
      limits: 'agora' as const,
    };
    const token = buildToken(counting(request, '', reads));
    expect(decodeToken(token).services).toEqual(request.services);
    expect([...reads].filter(([, count]) => count !== 1)).toEqual([]);
    expect([...reads.keys()]).toEqual(
      expect.arrayContaining(['.expire', '.limits', '.services.0.uid', '.services.7.permissions.0.1.0']),
    );
  });

  test('a changing field has the value of its first read', () => {
    const users = ['alice', '*', 'bob'];
    const rtc = { type: 'rtc', channelName: 'room 1', privileges: {} };
    const changing = Object.defineProperty({ ...rtc }, 'uid', { get: () => users.shift() });
    expect(mintedServices([changing])).toEqual([{ ...rtc, uid: 'alice' }]);
    expect(users).toEqual(['*', 'bob']);
  });

  test('arguments are not modified', () => {
    const services = SERVICE_OF_EACH_TYPE.toReversed();
    const [unknown, ...known] = structuredClone(services);
    const ordered = [...known, unknown];
    const copy = structuredClone(ordered);
    mint(ordered);
    expect(ordered).toEqual(copy);
  });
});

/** Counts the reads of each property by its path, without the elements of bytes. */
function counting<Value extends object>(value: Value, path: string, reads: Map<string, number>): Value {
  return new Proxy(value, {
    get(target, name): unknown {
      const property: unknown = Reflect.get(target, name);
      const to = `${path}.${String(name)}`;
      reads.set(to, (reads.get(to) ?? 0) + 1);
      const isData = typeof property === 'object' && property !== null && !(property instanceof Uint8Array);
      return isData ? counting(property, to, reads) : property;
    },
  });
}

test('values that all objects inherit change no token and no error', () => {
  const INHERITED: readonly (readonly [name: string, value: unknown])[] = [
    ['limits', 'format'],
    ['issueTs', 1],
    ['salt', 1],
    ['allowWildcards', true],
    ['expire', 60],
    ['services', [FPA]],
    ['type', 'fpa'],
    ['uid', '*'],
    ['channelName', '*'],
    ['privileges', { 1: 1 }],
    ['0', FPA],
    ['2', 600],
  ];
  const rejected = [
    () => buildTokenWithUid(APP_ID, CERTIFICATE, '*', 7, 1, 60),
    () => mint([{ type: 'rtc', channelName: 'c', privileges: {} }]),
    () => mint([{ type: 'fpa' }]),
    () => mint([{ privileges: {} }]),
    () => mint(new Array(1)),
    () => buildToken({} as never),
  ];
  const outcomes = (): unknown => [
    mint(SERVICE_OF_EACH_TYPE),
    ...BUILDERS.map((builder) => call(builder, argumentsOf(builder, OPTIONS))),
    ...rejected.map((action) => anyErrorOf(action).message),
  ];
  const before = outcomes();
  for (const [name, value] of INHERITED) {
    Reflect.set(Object.prototype, name, value);
    let after: unknown;
    try {
      after = outcomes();
    } finally {
      Reflect.deleteProperty(Object.prototype, name);
    }
    expect(after, name).toEqual(before);
  }
});

describe('a token', () => {
  test('is issued at the time of the call, in whole seconds', () => {
    vi.useFakeTimers({ now: 1_700_000_000_999, toFake: ['Date'] });
    expect(decodeToken(buildChatAppToken(APP_ID, CERTIFICATE, 60)).issueTs).toBe(1_700_000_000);
    vi.setSystemTime(1_700_000_001_000);
    expect(decodeToken(buildChatAppToken(APP_ID, CERTIFICATE, 60))).toMatchObject({
      issueTs: 1_700_000_001,
      expiresAt: 1_700_000_061,
    });
    expect(decodeToken(mint([FPA], {})).issueTs).toBe(1_700_000_001);
  });

  test('is for any user if the uid is 0', () => {
    const token = buildTokenWithUid(APP_ID, CERTIFICATE, 'room 1', 0, 1, 60);
    expect(decodeToken(token).services).toMatchObject([{ uid: '' }]);
  });

  test('has a random salt from 1 to 2³² − 1', () => {
    const salts = Array.from({ length: 64 }, () => decodeToken(buildFpaToken(APP_ID, CERTIFICATE)).salt);
    expect(new Set(salts).size).toBe(64);
    expect(salts).not.toContain(0);
    // Either half of the range is missed by all 64 once in 2⁶³ runs.
    expect(Math.min(...salts)).toBeLessThan(2 ** 31);
    expect(Math.max(...salts)).toBeGreaterThan(2 ** 31);
  });

  test('has the privileges of a role, given as a number or a word', () => {
    const withRole = (role: Role | 'publisher' | 'subscriber'): readonly Service[] =>
      decodeToken(buildTokenWithUid(APP_ID, CERTIFICATE, 'room 1', 7, role, 3600, 600, OPTIONS)).services;
    const rtc = { type: 'rtc', channelName: 'room 1', uid: '7' };
    for (const role of [Role.Publisher, 1, 'publisher'] as const) {
      expect(withRole(role)).toEqual([{ ...rtc, privileges: { 1: 600, 2: 600, 3: 600, 4: 600 } }]);
    }
    for (const role of [Role.Subscriber, 2, 'subscriber'] as const) {
      expect(withRole(role)).toEqual([{ ...rtc, privileges: { 1: 600 } }]);
    }
  });

  test('has privileges as long as itself without privilegeExpire', () => {
    const privileges = { 1: 3600, 2: 3600, 3: 3600, 4: 3600 };
    const rtc = { type: 'rtc', channelName: 'room 1', uid: 'alice', privileges };
    const account = buildTokenWithUserAccount(APP_ID, CERTIFICATE, 'room 1', 'alice', 1, 3600);
    expect(decodeToken(account).services).toEqual([rtc]);
    const rtm = buildTokenWithRtm(APP_ID, CERTIFICATE, 'room 1', 'alice', 1, 3600);
    expect(decodeToken(rtm).services).toEqual([rtc, { type: 'rtm', userId: 'alice', privileges: { 1: 3600 } }]);
  });

  test('has an RTM login as long as itself, for any privilegeExpire', () => {
    const token = buildTokenWithRtm(APP_ID, CERTIFICATE, 'room 1', 'alice', 2, 3600, 600);
    expect(decodeToken(token).services).toEqual([
      { type: 'rtc', channelName: 'room 1', uid: 'alice', privileges: { 1: 600 } },
      { type: 'rtm', userId: 'alice', privileges: { 1: 3600 } },
    ]);
  });

  test('for FPA lasts 24 hours, with a login that ends with the token', () => {
    expect(decodeToken(buildFpaToken(APP_ID, CERTIFICATE, OPTIONS))).toMatchObject({
      ...OPTIONS,
      expire: 86_400,
      services: [{ type: 'fpa', privileges: { 1: 0 } }],
    });
  });

  test('has the RTM2 permissions that were given', () => {
    const permissions = {
      [Rtm2Resource.MessageChannels]: { [Rtm2Permission.Read]: ['*'], [Rtm2Permission.Write]: ['b', 'a'] },
      [Rtm2Resource.Users]: { [Rtm2Permission.Read]: [] },
    };
    const token = buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', permissions, 3600);
    expect(decodeToken(token).services).toEqual([
      { type: 'rtm2', userId: 'alice', permissions, privileges: { 1: 3600 } },
    ]);
  });

  test('has its services in ascending order of their types', () => {
    const services = SERVICE_OF_EACH_TYPE;
    const shuffled = [3, 9, 0, 7, 1, 5, 8, 2, 6, 4, 10].map((index) => services[index]);
    const decoded = decodeToken(mint(shuffled));
    expect(decoded).toMatchObject({ appId: APP_ID, ...OPTIONS, expire: 3600 });
    expect(decoded.services).toEqual(services);
    expect(decodeToken(mint(decoded.services)).content).toEqual(decoded.content);
  });

  test('keeps the order of services of one type', () => {
    const rtm = (userId: string): Service => ({ type: 'rtm', userId, privileges: {} });
    const services = mintedServices([rtm('b'), FPA, rtm('a'), rtm('c')]);
    expect(services).toEqual([rtm('b'), rtm('a'), rtm('c'), FPA]);
  });

  test('may end after 2106', () => {
    const token = buildChatAppToken(APP_ID, CERTIFICATE, 86_400, { issueTs: UINT32_MAX });
    expect(decodeToken(token).expiresAt).toBe(UINT32_MAX + 86_400);
  });
});
