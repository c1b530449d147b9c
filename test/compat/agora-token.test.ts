import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import assert from 'node:assert';
import { compileFunction } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import agoraToken, * as ours from '../../src/compat/agora-token.js';
import {
  AccessTokenError,
  type DecodedToken,
  type Service,
  buildToken,
  decodeToken,
  tokensEqual,
  verifyToken,
} from '../../src/index.js';
import { RUNS, anything, formatText, permissions, project, uint32, valueOf } from '../arbitraries.js';
import { refusalOf } from '../refusal.js';

const require = createRequire(import.meta.url);
const theirs = require('agora-token') as Record<string, unknown>;

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';

/** The kinds of parameters of the builders. */
type Kind =
  | 'appId'
  | 'appCertificate'
  | 'channelName'
  | 'roomUuid'
  | 'uid'
  | 'account'
  | 'user'
  | 'role'
  | 'roomRole'
  | 'expire'
  | 'publishExpire'
  | 'privilegeExpire'
  | 'permissions';

interface Parameter {
  readonly name: string;
  readonly kind: Kind;
}

const parameter = (kind: Kind, name: string = kind): Parameter => ({ kind, name });
const lifetime = (name: string): Parameter => parameter('expire', name);
const publishLifetime = (name: string): Parameter => parameter('publishExpire', name);

const RTC = [parameter('role'), lifetime('tokenExpire'), parameter('privilegeExpire')];
const RTC_LIFETIMES = [
  'tokenExpire',
  'joinChannelPrivilegeExpire',
  'pubAudioPrivilegeExpire',
  'pubVideoPrivilegeExpire',
  'pubDataStreamPrivilegeExpire',
].map(lifetime);
const RTM2 = [
  parameter('channelName'),
  parameter('account', 'rtcAccount'),
  parameter('role', 'rtcRole'),
  lifetime('rtcTokenExpire'),
  lifetime('joinChannelPrivilegeExpire'),
  publishLifetime('pubAudioPrivilegeExpire'),
  publishLifetime('pubVideoPrivilegeExpire'),
  publishLifetime('pubDataStreamPrivilegeExpire'),
  parameter('user', 'rtmUserId'),
  lifetime('rtmTokenExpire'),
];
const APAAS = {
  buildRoomUserToken: [
    parameter('roomUuid'),
    parameter('user', 'userUuid'),
    parameter('roomRole', 'role'),
    lifetime('expire'),
  ],
  buildUserToken: [parameter('user', 'userUuid'), lifetime('expire')],
  buildAppToken: [lifetime('expire')],
};

/** Every method, and its parameters after App ID and certificate. */
const BUILDERS: Readonly<Record<string, Readonly<Record<string, readonly Parameter[]>>>> = {
  RtcTokenBuilder: {
    buildTokenWithUid: [parameter('channelName'), parameter('uid'), ...RTC],
    buildTokenWithUserAccount: [parameter('channelName'), parameter('account'), ...RTC],
    buildTokenWithUidAndPrivilege: [parameter('channelName'), parameter('uid'), ...RTC_LIFETIMES],
    BuildTokenWithUserAccountAndPrivilege: [parameter('channelName'), parameter('account'), ...RTC_LIFETIMES],
    buildTokenWithRtm: [parameter('channelName'), parameter('account'), ...RTC],
    buildTokenWithRtm2: RTM2,
  },
  ConvoAITokenBuilder: { buildToken: RTM2 },
  SttTokenBuilder: { buildToken: RTM2 },
  RtmTokenBuilder: {
    buildToken: [parameter('user', 'userId'), lifetime('expire')],
    buildTokenWithPermissions: [parameter('user', 'userId'), parameter('permissions'), lifetime('expire')],
  },
  ChatTokenBuilder: {
    buildUserToken: [parameter('user', 'userUuid'), lifetime('expire')],
    buildAppToken: [lifetime('expire')],
  },
  FpaTokenBuilder: { buildToken: [] },
  ApaasTokenBuilder: APAAS,
  EducationTokenBuilder: APAAS,
};

const METHODS: readonly (readonly [path: string, parameters: readonly Parameter[]])[] = Object.entries(
  BUILDERS,
).flatMap(([builder, methods]) =>
  Object.entries(methods).map(
    ([method, parameters]) =>
      [`${builder}.${method}`, [parameter('appId'), parameter('appCertificate'), ...parameters]] as const,
  ),
);

function parametersOf(path: string): readonly Parameter[] {
  const [, parameters] = METHODS.find(([name]) => name === path) ?? [];
  if (parameters === undefined) throw new Error(`there is no ${path}`);
  return parameters;
}

/** Adds names with arguments of any type. */
function add(allowed: ours.Rtm2Permissions, args: readonly unknown[]): void {
  allowed.add(...(args as [number, number, string[]]));
}

function call(module: object, path: string, args: readonly unknown[]): string {
  const [builder = '', method = ''] = path.split('.');
  const holder = Reflect.get(module, builder) as object;
  return Reflect.apply(Reflect.get(holder, method) as (...all: readonly unknown[]) => string, holder, args);
}

/** A valid argument of each kind. */
const GOOD: Readonly<Record<Kind, unknown>> = {
  appId: APP_ID,
  appCertificate: CERTIFICATE,
  channelName: 'lobby',
  roomUuid: 'room',
  uid: 42,
  account: 'alice',
  user: 'alice',
  role: 1,
  roomRole: 2,
  expire: 3600,
  publishExpire: 3600,
  privilegeExpire: 1800,
  permissions: Object.assign(new ours.Rtm2Permissions(), { details: { 0: { 1: ['news'] } } }),
};

function goodArguments(path: string, changed: Readonly<Record<string, unknown>> = {}): readonly unknown[] {
  return parametersOf(path).map(({ name, kind }) => (name in changed ? changed[name] : GOOD[kind]));
}

beforeAll(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});

afterAll(() => {
  vi.restoreAllMocks();
});

describe('exports', () => {
  test('has the official names as named exports and in the default export', () => {
    expect(Object.keys(agoraToken).sort()).toEqual(Object.keys(theirs).sort());
    expect({ ...ours }).toEqual({ ...agoraToken, default: agoraToken });
  });

  test('has the official methods and constants', () => {
    for (const [name, official] of Object.entries(theirs)) {
      const here: unknown = Reflect.get(ours, name);
      expect(membersOf(here), name).toEqual(membersOf(official));
    }
    expect(METHODS.map(([path]) => path).sort()).toEqual(
      Object.entries(theirs)
        .flatMap(([builder, official]) => membersOf(official).map(([name]) => `${builder}.${name}`))
        .filter((path) => path.includes('TokenBuilder.'))
        .sort(),
    );
  });

  /** The constants of a class or object with their values, and its functions. */
  function membersOf(holder: unknown): readonly (readonly [name: string, value: unknown])[] {
    const properties = Object.getOwnPropertyNames(holder).filter(
      (name) => !['length', 'name', 'prototype'].includes(name),
    );
    return properties.sort().map((name) => {
      const value: unknown = Reflect.get(holder as object, name);
      return [name, typeof value === 'function' ? 'a function' : value];
    });
  }

  test('a method works without its object', () => {
    const { buildTokenWithUid } = ours.RtcTokenBuilder;
    const token = buildTokenWithUid(APP_ID, CERTIFICATE, 'lobby', 42, ours.RtcRole.PUBLISHER, 600, 600);
    expect(decodeToken(token).expire).toBe(600);
  });
});

/** The differences to npm `agora-token`, each with the number of calls in which it was seen. */
const DIFFERENCES = {
  'an invalid App ID or certificate throws instead of returning an empty string': 0,
  'an argument without a meaning is rejected instead of signed': 0,
  'an AccessTokenError is thrown instead of another error': 0,
  'a number works as an RTM, Chat or APaaS user': 0,
  'a role is compared loosely for Conversational AI and speech to text, too': 0,
  'the APaaS room-user token has privilege 1': 0,
  'the APaaS role 0 stays 0': 0,
  'the user 0 of an APaaS room is the empty string for Chat, too': 0,
};

function hit(difference: keyof typeof DIFFERENCES): void {
  DIFFERENCES[difference]++;
}

describe('npm agora-token', () => {
  const text = fc.oneof(
    { weight: 6, arbitrary: formatText },
    { weight: 1, arbitrary: fc.constantFrom('lobby', '*', '1*a*2', '', '0', '-1', 'undefined') },
  );
  const number = fc.oneof(
    { weight: 4, arbitrary: uint32 },
    { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, 0xffff_ffff, 2 ** 32, 2 ** 53 - 1, 2 ** 53) },
    { weight: 1, arbitrary: fc.double() },
  );
  const odd = fc.oneof(
    fc.constantFrom<unknown>(undefined, null, NaN, -1, 1.5, 2 ** 32, Infinity, true, false),
    fc.constantFrom<unknown>({}, [], ['5'], [1], 5n, 0n, '', ' ', 'abc', '\uD800', 'a'.repeat(65_536)),
    text,
    number,
  );
  const seconds = fc.oneof(
    uint32,
    fc.integer({ min: 0, max: 200_000 }),
    fc.integer({ min: 1_000_000_001, max: 2_000_000_000 }),
    fc.double({ min: 0, max: 0xffff_ffff, noNaN: true }),
  );
  const expire = fc.oneof(
    { weight: 3, arbitrary: seconds },
    { weight: 1, arbitrary: seconds.map(String) },
    { weight: 1, arbitrary: seconds.map((value) => ` ${value.toFixed(3)}\n`) },
  );
  const name = fc.oneof(text, number, fc.bigInt({ min: 1n, max: 0xffff_ffffn }));
  const roomRole = fc.integer({ min: -0x8000, max: 0x7fff });

  const USUAL: Readonly<Record<Kind, fc.Arbitrary<unknown>>> = {
    appId: project.map(({ appId }) => appId),
    appCertificate: project.map(({ appCertificate }) => appCertificate),
    channelName: text,
    roomUuid: text,
    uid: name,
    account: name,
    user: name,
    role: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(1, 2) },
      { weight: 1, arbitrary: fc.constantFrom<unknown>('1', '2', ' 1 ', '01', 1n, true, [1], ['2']) },
      { weight: 1, arbitrary: fc.constantFrom<unknown>(0, 3, 101, 'publisher', undefined, {}) },
    ),
    roomRole: fc.oneof(roomRole, fc.constantFrom(0, -1, -0), roomRole.map(String)),
    expire,
    publishExpire: expire,
    privilegeExpire: fc.oneof(expire, fc.constant(undefined)),
    permissions: fc.oneof(
      permissions.map((details) => Object.assign(new ours.Rtm2Permissions(), { details })),
      fc.constantFrom(undefined, null),
    ),
  };

  const calls = fc.constantFrom(...METHODS).chain(([path, parameters]) =>
    fc.record({
      path: fc.constant(path),
      args: fc.tuple(
        ...parameters.map(({ kind }) =>
          fc.oneof({ weight: 30, arbitrary: USUAL[kind] }, { weight: 1, arbitrary: odd }),
        ),
      ),
    }),
  );

  /** A call for each difference, so that every run sees all of them. */
  const examples = [
    { path: 'FpaTokenBuilder.buildToken', changed: { appId: 'demo' } },
    { path: 'RtcTokenBuilder.buildTokenWithUid', changed: { uid: undefined } },
    { path: 'RtcTokenBuilder.buildTokenWithUid', changed: { channelName: 7 } },
    { path: 'ChatTokenBuilder.buildUserToken', changed: { userUuid: 42 } },
    { path: 'RtcTokenBuilder.buildTokenWithRtm', changed: { account: 42 } },
    { path: 'SttTokenBuilder.buildToken', changed: { rtcRole: '1' } },
    { path: 'ApaasTokenBuilder.buildRoomUserToken', changed: { role: 0 } },
    { path: 'EducationTokenBuilder.buildRoomUserToken', changed: { userUuid: 0 } },
  ].map(({ path, changed }) => ({ path, args: [...goodArguments(path, changed)] }));

  test('signs the same content, except for the listed differences', () => {
    fc.assert(
      fc.property(calls, ({ path, args }) => {
        compare(path, args);
      }),
      { numRuns: RUNS, examples: examples.map((example) => [example] as [typeof example]) },
    );
    expect(Object.entries(DIFFERENCES).filter(([, hits]) => hits === 0)).toEqual([]);
  }, 600_000);

  function compare(path: string, args: readonly unknown[]): void {
    const there = outcomeOf(() => call(theirs, path, args));
    const invalid = invalidArguments(path, args);
    if (invalid.length > 0) {
      const { argument, code, message } = refusalOf(() => call(ours, path, args));
      expect(invalid.map(({ name, code }) => [name, code])).toContainEqual([argument, code]);
      expect(message).toMatch(/^[\w.[\]]+: .+; .+/su);
      hit(
        there === ''
          ? 'an invalid App ID or certificate throws instead of returning an empty string'
          : there === undefined
            ? 'an AccessTokenError is thrown instead of another error'
            : 'an argument without a meaning is rejected instead of signed',
      );
      return;
    }
    const [appId, appCertificate] = args as [string, string];
    const token = call(ours, path, args);
    const here = verifyToken(token, appCertificate, {
      appId,
      now: decodeToken(token).issueTs - 1,
      clockTolerance: 1,
    });
    const straight = decodeToken(call(theirs, path, straightened(path, args)));
    const expected = withDifferences(path, args, straight);
    expect(here.expire).toBe(straight.expire);
    expect(here.services).toEqual(expected);
    // To the byte, with the time and salt of the other.
    const { issueTs, salt, services } = straight;
    const rebuilt = { appId, appCertificate, issueTs, salt, expire: here.expire, limits: 'format' } as const;
    const same = there === undefined || there === '' ? undefined : decodeToken(there);
    if (same !== undefined && isSame(same.services, services) && isSame(services, expected)) {
      const again = buildToken({
        ...rebuilt,
        issueTs: same.issueTs,
        salt: same.salt,
        services: here.services,
      });
      expect(tokensEqual(again, there ?? '')).toBe(true);
    } else {
      attribute(path, args, same, straight);
    }
  }

  /** The token, '' or, where it throws, undefined. */
  function outcomeOf(action: () => string): string | undefined {
    try {
      return action();
    } catch (error) {
      expect(error).not.toBeInstanceOf(AccessTokenError);
      return undefined;
    }
  }

  function isSame(a: readonly Service[], b: readonly Service[]): boolean {
    try {
      assert.deepStrictEqual(a, b);
      return true;
    } catch {
      return false;
    }
  }

  /** The same call with users as strings and the role as a number, which every builder of npm `agora-token` accepts. */
  function straightened(path: string, args: readonly unknown[]): readonly unknown[] {
    return parametersOf(path).map(({ kind }, index) => {
      const value = args[index];
      if (kind === 'role') return Number(value);
      const isName = kind === 'uid' || kind === 'account' || kind === 'user';
      if (!isName || (typeof value !== 'number' && typeof value !== 'bigint')) return value;
      return value === 0 ? '' : String(value);
    });
  }

  function withDifferences(
    path: string,
    args: readonly unknown[],
    { services, expire }: DecodedToken,
  ): readonly Service[] {
    if (!path.endsWith('.buildRoomUserToken')) return services;
    const role = Number(argumentOf(path, args, 'roomRole'));
    return services.map((service) => {
      if (service.type !== 'apaas') return service;
      expect(service.privileges).toEqual({});
      hit('the APaaS room-user token has privilege 1');
      if (service.role !== role) {
        expect([service.role, role + 0]).toEqual([-1, 0]);
        hit('the APaaS role 0 stays 0');
      }
      return { ...service, role: role + 0, privileges: { 1: expire } };
    });
  }

  /** Counts the difference between a call as given and in the form that npm `agora-token` accepts. */
  function attribute(
    path: string,
    args: readonly unknown[],
    there: DecodedToken | undefined,
    straight: DecodedToken,
  ): void {
    const names = (['account', 'user'] as const).map((kind) => argumentOf(path, args, kind));
    if (there === undefined) {
      expect(names.map((value) => typeof value)).toContainEqual(expect.stringMatching(/^(?:number|bigint)$/u));
      hit('a number works as an RTM, Chat or APaaS user');
      return;
    }
    if (isSame(there.services, straight.services)) return;
    if (path.endsWith('.buildRoomUserToken')) {
      expect(argumentOf(path, args, 'user')).toBe(0);
      hit('the user 0 of an APaaS room is the empty string for Chat, too');
      return;
    }
    expect(path).toMatch(/^(?:ConvoAI|Stt)TokenBuilder\.buildToken$/u);
    const role = argumentOf(path, args, 'role');
    expect([Number(role), role === 1]).toEqual([1, false]);
    hit('a role is compared loosely for Conversational AI and speech to text, too');
  }

  function argumentOf(path: string, args: readonly unknown[], kind: Kind): unknown {
    const index = parametersOf(path).findIndex((candidate) => candidate.kind === kind);
    const value = args[index];
    return typeof value === 'number' ? value + 0 : value;
  }
});

/** Lists the arguments without a meaning, with the codes of their errors. */
function invalidArguments(path: string, args: readonly unknown[]): readonly { name: string; code: string }[] {
  const parameters = parametersOf(path);
  const role = args[parameters.findIndex(({ kind }) => kind === 'role')];
  return parameters.flatMap(({ name, kind }, index) => {
    const value = args[index];
    if (kind === 'publishExpire' && Number(role) !== 1) return [];
    if (isMeaningful(kind, value)) return [];
    // A string in the place of a uid is an account.
    if (kind === 'uid' && typeof value === 'string') return [{ name: 'account', code: 'ERR_ACCOUNT' }];
    return [{ name, code: CODES[kind] }];
  });
}

const CODES: Readonly<Record<Kind, string>> = {
  appId: 'ERR_APP_ID',
  appCertificate: 'ERR_APP_CERTIFICATE',
  channelName: 'ERR_CHANNEL_NAME',
  roomUuid: 'ERR_STRING',
  uid: 'ERR_UID',
  account: 'ERR_ACCOUNT',
  user: 'ERR_USER_ID',
  role: 'ERR_ROLE',
  roomRole: 'ERR_ROLE',
  expire: 'ERR_EXPIRE',
  publishExpire: 'ERR_EXPIRE',
  privilegeExpire: 'ERR_EXPIRE',
  permissions: 'ERR_PERMISSIONS',
};

function isMeaningful(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'appId':
    case 'appCertificate':
      return typeof value === 'string' && /^[0-9a-f]{32}$/iu.test(value);
    case 'channelName':
    case 'roomUuid':
      return isText(value);
    case 'uid':
      return isText(value) || isWhole(value, 0xffff_ffff);
    case 'account':
    case 'user':
      return isText(value) || isWhole(value, Number.MAX_SAFE_INTEGER);
    case 'role':
      return [1, 2].includes(Number(value));
    case 'roomRole':
      return isNumeric(value) && Number.isInteger(Number(value)) && Math.abs(Number(value) + 0.5) < 0x8000;
    case 'expire':
    case 'publishExpire':
      return isNumeric(value) && Number(value) >= 0 && Number(value) <= 0xffff_ffff;
    case 'privilegeExpire':
      return value === undefined || isMeaningful('expire', value);
    case 'permissions':
      return value === undefined || value === null || value instanceof ours.Rtm2Permissions;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.isWellFormed() && Buffer.byteLength(value) <= 0xffff;
}

function isWhole(value: unknown, max: number): boolean {
  if (typeof value === 'bigint') return value > 0n && value <= max;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
}

describe('the tests of npm agora-token', () => {
  const folder = join(dirname(require.resolve('agora-token')), 'test');

  /** Our modules in the place of theirs; other modules are theirs. */
  const REPLACED: Readonly<Record<string, object>> = {
    '../index': ours,
    '../src/ApaasTokenBuilder': ours,
    '../src/ChatTokenBuilder': ours,
    '../src/ConvoAITokenBuilder': ours,
    '../src/EducationTokenBuilder': ours,
    '../src/FpaTokenBuilder': ours,
    '../src/RtcTokenBuilder2': { RtcTokenBuilder: ours.RtcTokenBuilder, Role: ours.RtcRole },
    '../src/SttTokenBuilder': ours,
  };

  const SKIPPED: Readonly<Record<string, string>> = {
    'AccessToken2Test.js': 'tests its reader and writer, which it does not export',
    'AccessTokenTest.js': 'tests the older AccessToken, which it does not export',
    'DynamicKeyTest.js': 'tests DynamicKey, the predecessor of the older AccessToken',
    'RtmTokenBuilderTest.js': 'tests the older AccessToken, which it does not export',
  };

  const names = readdirSync(folder).filter((name) => !Object.hasOwn(SKIPPED, name));

  test('run, except those of modules that it does not export', () => {
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(Object.keys(SKIPPED)));
    expect(names).toHaveLength(8);
  });

  describe.each(names)('%s', (file) => {
    const { cases, replaced } = load(file);

    test('contains tests of our exports', () => {
      expect(cases.length).toBeGreaterThan(0);
      expect(replaced).not.toEqual([]);
    });

    test.each(cases)('%s', (_, run) => {
      const done = vi.fn();
      run({ ...assert, done });
      expect(done).toHaveBeenCalledOnce();
    });
  });

  type Case = (test: object) => void;

  /** Runs a test file as a CommonJS module, with our builders in the place of its own. */
  function load(file: string): {
    readonly cases: readonly (readonly [name: string, run: Case])[];
    readonly replaced: readonly string[];
  } {
    const path = join(folder, file);
    const requireThere = createRequire(path);
    const replaced: string[] = [];
    const requireHere = (name: string): unknown => {
      const replacement = REPLACED[name];
      if (replacement === undefined) {
        expect(basename(name)).toBe('AccessToken2');
        return requireThere(name);
      }
      replaced.push(name);
      return replacement;
    };
    const exports: Record<string, Case> = {};
    const run = compileFunction(readFileSync(path, 'utf8'), ['exports', 'require'], { filename: path });
    Reflect.apply(run, undefined, [exports, requireHere]);
    return { cases: Object.entries(exports), replaced };
  }
});

describe('invalid arguments', () => {
  const UID = 'RtcTokenBuilder.buildTokenWithUid';
  const ACCOUNT = 'RtcTokenBuilder.BuildTokenWithUserAccountAndPrivilege';
  const ROOM = 'ApaasTokenBuilder.buildRoomUserToken';
  const PERMISSIONS = 'RtmTokenBuilder.buildTokenWithPermissions';
  const throwing = { valueOf: fail, toString: fail };

  function fail(): never {
    throw new Error('conversion failed');
  }

  const seconds = /: expected a number of seconds from 0 to 4294967295, got .+; pass seconds from now, for/u;
  const user = /: expected a text or an integer from 0 to \d+, got .+; pass the name or number of the user/u;

  test.each([
    [UID, 'uid', 'ERR_UID', user, [undefined, null, NaN, 1.5, -1, 2 ** 32, Infinity, {}, ['5'], true, 0n]],
    [ACCOUNT, 'account', 'ERR_ACCOUNT', user, [undefined, null, NaN, 1.5, -1, 2 ** 53, {}, [], Symbol()]],
    [PERMISSIONS, 'userId', 'ERR_USER_ID', user, [undefined, null, NaN, 1.5, -1, false, throwing]],
    [ROOM, 'userUuid', 'ERR_USER_ID', user, [undefined, null, NaN, 1.5, -1, false, () => 1]],
    [UID, 'role', 'ERR_ROLE', /PUBLISHER/u, [undefined, null, 0, 3, 101, -1, 1.5, 'publisher', '', {}, throwing]],
    [UID, 'role', 'ERR_ROLE', /0 and 101 belong to the older AccessToken/u, [0, 101]],
    ['SttTokenBuilder.buildToken', 'rtcRole', 'ERR_ROLE', /RtcRole\.PUBLISHER \(1\)/u, [undefined, 'x', Symbol()]],
    [UID, 'tokenExpire', 'ERR_EXPIRE', seconds, [undefined, null, NaN, 'abc', '', ' ', true, [600], {}, 5n]],
    [UID, 'tokenExpire', 'ERR_EXPIRE', seconds, [-1, -0.5, '-1', 2 ** 32, Date.now(), new Date(), Infinity]],
    [UID, 'privilegeExpire', 'ERR_EXPIRE', seconds, [null, NaN, 'abc', -1, {}]],
    [ACCOUNT, 'pubDataStreamPrivilegeExpire', 'ERR_EXPIRE', seconds, [undefined, null, 'abc']],
    [ROOM, 'role', 'ERR_ROLE', /-1 for none/u, [undefined, null, NaN, 1.5, 40_000, -32_769, 'host', '', true]],
    [ROOM, 'roomUuid', 'ERR_STRING', /pass it as a string/u, [undefined, null, 7, {}]],
    [UID, 'channelName', 'ERR_CHANNEL_NAME', /pass it as a string/u, [undefined, null, 7, {}, Buffer.from('a')]],
    [UID, 'channelName', 'ERR_CHANNEL_NAME', /half of a surrogate pair/u, ['\uD83D']],
    [PERMISSIONS, 'permissions', 'ERR_PERMISSIONS', /new Rtm2Permissions\(\)/u, [0, 'all', {}, { 0: {} }]],
    [UID, 'appId', 'ERR_APP_ID', /environment variable/u, [undefined, null, '']],
    [UID, 'appCertificate', 'ERR_APP_CERTIFICATE', /trim\(\)/u, [`${CERTIFICATE}\n`]],
  ] as const)('%s rejects an invalid %s with %s', (path, argument, code, hint, values: readonly unknown[]) => {
    for (const value of values) {
      const error = refusalOf(() => call(ours, path, goodArguments(path, { [argument]: value })));
      expect({ code: error.code, argument: error.argument }).toEqual({ code, argument });
      expect(error.message).toMatch(hint);
      expect(error.message.startsWith(`${argument}: `)).toBe(true);
    }
  });

  test.each<[message: string, path: string, changed: Readonly<Record<string, unknown>>]>([
    [
      'uid: expected a text or an integer from 0 to 4294967295, got an object; pass the name or number of the user, 0 if any user is meant',
      UID,
      { uid: {} },
    ],
    [
      'account: expected a text or an integer from 0 to 9007199254740991, got undefined; pass the name or number of the user, 0 if any user is meant',
      ACCOUNT,
      { account: undefined },
    ],
    [
      'userId: expected a text or an integer from 0 to 9007199254740991, got true; pass the name or number of the user, 0 if any user is meant',
      PERMISSIONS,
      { userId: true },
    ],
    [
      'role: expected RtcRole.PUBLISHER (1) or RtcRole.SUBSCRIBER (2), got 101; pass one of them; 0 and 101 belong to the older AccessToken, PUBLISHER has the same privileges',
      UID,
      { role: 101 },
    ],
    [
      'role: expected RtcRole.PUBLISHER (1) or RtcRole.SUBSCRIBER (2), got "publisher"; pass one of them; 0 and 101 belong to the older AccessToken, PUBLISHER has the same privileges',
      UID,
      { role: 'publisher' },
    ],
    [
      'tokenExpire: expected a number of seconds from 0 to 4294967295, got ""; pass seconds from now, for example 3600',
      UID,
      { tokenExpire: '' },
    ],
    [
      'tokenExpire: expected a number of seconds from 0 to 4294967295, got the bigint 5; pass seconds from now, for example 3600',
      UID,
      { tokenExpire: 5n },
    ],
    [
      'privilegeExpire: expected a number of seconds from 0 to 4294967295, got null; pass seconds from now, for example 3600',
      UID,
      { privilegeExpire: null },
    ],
    [
      'role: expected an integer from -32768 to 32767, got 40000; use the role that the room defines, -1 for none',
      ROOM,
      { role: 40_000 },
    ],
    [
      'permissions: expected Rtm2Permissions, got "all"; make them with new Rtm2Permissions() and its add()',
      PERMISSIONS,
      { permissions: 'all' },
    ],
    [
      'permissions: expected Rtm2Permissions, got a function; make them with new Rtm2Permissions() and its add()',
      PERMISSIONS,
      { permissions: fail },
    ],
  ])('message: %s', (message, path, changed) => {
    expect(refusalOf(() => call(ours, path, goodArguments(path, changed))).message).toBe(message);
  });

  test.each<[message: string, args: readonly unknown[]]>([
    [
      'resourceType: expected an integer from 0 to 65535, got -1; use a constant such as Rtm2Permissions.kMessageChannels',
      [-1, 0, []],
    ],
    [
      'permissionType: expected an integer from 0 to 65535, got undefined; use Rtm2Permissions.kRead or Rtm2Permissions.kWrite',
      [0, undefined, []],
    ],
    [
      'resources: expected an array of at most 65535 names, got "news"; write it as [ … ], and spread more over several tokens',
      [0, 0, 'news'],
    ],
  ])('message of Rtm2Permissions.add: %s', (message, args) => {
    const allowed = new ours.Rtm2Permissions();
    expect(
      refusalOf(() => {
        add(allowed, args);
      }).message,
    ).toBe(message);
  });

  test('the error names the argument', () => {
    for (const [path, parameters] of METHODS) {
      for (const { name } of parameters) {
        const { argument, message } = refusalOf(() => call(ours, path, goodArguments(path, { [name]: {} })));
        expect([path, argument]).toEqual([path, name]);
        expect(message.startsWith(`${name}: expected `)).toBe(true);
      }
    }
  });

  test.each([
    [UID, 'uid', 4_294_967_295n, 4_294_967_296n],
    [ACCOUNT, 'account', 9_007_199_254_740_991n, 9_007_199_254_740_992n],
    [ROOM, 'role', 32_767, 32_768],
    [ROOM, 'role', -32_768, -32_769],
  ])('%s: the largest or smallest %s is %s', (path, name, most, more) => {
    const services = (value: unknown): readonly Service[] =>
      decodeToken(call(ours, path, goodArguments(path, { [name]: value }))).services;
    expect(JSON.stringify(services(most))).toMatch(new RegExp(`[":]${most}[",]`, 'u'));
    expect(refusalOf(() => services(more)).argument).toBe(name);
  });

  test('an APaaS role of −0 is the role 0', () => {
    const token = call(ours, ROOM, goodArguments(ROOM, { role: -0 }));
    expect(decodeToken(token).services.at(-1)).toMatchObject({ type: 'apaas', role: 0 });
  });

  test.each([undefined, null])('permissions of %s grant nothing', (permissions) => {
    const token = call(ours, PERMISSIONS, goodArguments(PERMISSIONS, { permissions }));
    expect(decodeToken(token).services).toMatchObject([{ type: 'rtm2', permissions: {} }]);
  });

  test('adds at most 65,535 names at once, to types up to 65535', () => {
    const allowed = new ours.Rtm2Permissions();
    add(allowed, [65_535, 65_535, new Array(65_535).fill('a')]);
    expect(allowed.details[65_535]?.[65_535]).toHaveLength(65_535);
    const error = refusalOf(() => {
      add(allowed, [0, 0, new Array(65_536).fill('a')]);
    });
    expect(error).toMatchObject({ code: 'ERR_PERMISSIONS', argument: 'resources' });
  });

  test('the error names a missing argument', () => {
    const { argument } = refusalOf(() =>
      call(ours, 'RtcTokenBuilder.buildTokenWithRtm2', [APP_ID, CERTIFICATE, 'lobby', 'alice', 1, 600, 600]),
    );
    expect(argument).toBe('pubAudioPrivilegeExpire');
  });

  test('a subscriber may omit the lifetimes to publish', () => {
    const args = [APP_ID, CERTIFICATE, 'lobby', 'alice', 2, 600, 600, undefined, NaN, null, 'alice', 600];
    const token = call(ours, 'RtcTokenBuilder.buildTokenWithRtm2', args);
    expect(decodeToken(token).services[0]?.type === 'rtc' && decodeToken(token).services[0]).toMatchObject({
      privileges: { 1: 600 },
    });
  });

  test('no error contains a certificate, in whichever argument it was passed', () => {
    for (const [path, parameters] of METHODS) {
      for (const { name } of parameters) {
        for (const value of [CERTIFICATE, `${CERTIFICATE} `]) {
          try {
            call(ours, path, goodArguments(path, { [name]: value }));
          } catch (error) {
            expect(String(error)).not.toContain(CERTIFICATE);
          }
        }
      }
    }
  });

  test('throws only AccessTokenError for any arguments', () => {
    const calls = fc.constantFrom(...METHODS).chain(([path, parameters]) =>
      fc.record({
        path: fc.constant(path),
        changed: fc.dictionary(fc.constantFrom(...parameters.map(({ name }) => name)), anything, {
          maxKeys: 3,
        }),
      }),
    );
    fc.assert(
      fc.property(calls, ({ path, changed }) => {
        const values = Object.entries(changed).map(([name, value]) => [name, valueOf(value)] as const);
        ignoringRejection(() => call(ours, path, goodArguments(path, Object.fromEntries(values))));
      }),
      { numRuns: RUNS },
    );
    fc.assert(
      fc.property(anything, anything, anything, (resourceType, permissionType, resources) => {
        const args = [resourceType, permissionType, resources].map(valueOf);
        const allowed = new ours.Rtm2Permissions();
        ignoringRejection(() => {
          add(allowed, args);
        });
      }),
      { numRuns: RUNS },
    );
  });

  function ignoringRejection(action: () => unknown): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof AccessTokenError)) throw error;
    }
  }
});

describe('a Unix timestamp as a lifetime', () => {
  const warn = vi.fn();
  const mint = (tokenExpire: number): string =>
    ours.RtcTokenBuilder.buildTokenWithUid(APP_ID, CERTIFICATE, 'lobby', 42, 1, tokenExpire, 0);

  beforeEach(() => {
    // The warning is emitted once per process; an earlier test may have caused it.
    Reflect.deleteProperty(globalThis, Symbol.for('accesstoken2.timestampAsLifetime'));
    warn.mockClear();
    vi.spyOn(process, 'emitWarning').mockImplementation(warn);
  });

  test('is signed with one warning per process', () => {
    for (const expire of [1_700_000_000, 1_700_000_001]) {
      expect(decodeToken(mint(expire)).expire).toBe(expire);
      expect(warn.mock.calls).toEqual([
        [
          'tokenExpire is above 1000000000 and looks like a Unix timestamp; pass seconds from now, for example 3600: Agora ends a token after 24 hours at the latest',
          { code: 'ACCESSTOKEN2_TIMESTAMP_AS_LIFETIME' },
        ],
      ]);
    }
  });

  test('is assumed only above a billion seconds', () => {
    expect(decodeToken(mint(1_000_000_000)).expire).toBe(1_000_000_000);
    expect(warn).not.toHaveBeenCalled();
    mint(1_000_000_001);
    expect(warn).toHaveBeenCalledOnce();
  });

  test('is signed without a warning where there is no process', () => {
    vi.stubGlobal('process', undefined);
    const minted = mint(1_700_000_000);
    vi.unstubAllGlobals();
    expect(decodeToken(minted).expire).toBe(1_700_000_000);
  });
});

describe('Rtm2Permissions', () => {
  const { Rtm2Permissions } = ours;

  test('copies names, and replaces names of the same types', () => {
    const allowed = new Rtm2Permissions();
    const names = ['a', 'b'];
    allowed.add(Rtm2Permissions.kMessageChannels, Rtm2Permissions.kRead, ['c']);
    allowed.add(Rtm2Permissions.kMessageChannels, Rtm2Permissions.kRead, names);
    allowed.add(Rtm2Permissions.kUsers, Rtm2Permissions.kWrite, []);
    names.push('d');
    expect(allowed.details).toEqual({ 0: { 0: ['a', 'b'] }, 4: { 1: [] } });
  });

  test('accepts numeric strings, and a set of names', () => {
    const allowed = new Rtm2Permissions();
    add(allowed, ['1', '0', new Set(['a', 'b'])]);
    expect(allowed.details).toEqual({ 1: { 0: ['a', 'b'] } });
  });

  test.each([
    ['resourceType', ['__proto__', 0, ['a']]],
    ['resourceType', [-1, 0, ['a']]],
    ['permissionType', [0, 65_536, ['a']]],
    ['permissionType', [0, undefined, ['a']]],
    ['resources', [0, 0, 'news']],
    ['resources', [0, 0, undefined]],
  ])('rejects an invalid %s', (argument, args) => {
    const allowed = new Rtm2Permissions();
    const error = refusalOf(() => {
      add(allowed, args);
    });
    expect({ code: error.code, argument: error.argument }).toEqual({ code: 'ERR_PERMISSIONS', argument });
    expect(allowed.details).toEqual({});
  });

  test('an instance of the class of npm agora-token is accepted', () => {
    const Theirs = theirs['Rtm2Permissions'] as typeof Rtm2Permissions;
    const allowed = new Theirs();
    allowed.add(Theirs.kStreamChannels, Theirs.kWrite, ['news']);
    const token = ours.RtmTokenBuilder.buildTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', allowed, 600);
    expect(decodeToken(token).services).toEqual([
      { type: 'rtm2', userId: 'alice', permissions: { 1: { 1: ['news'] } }, privileges: { 1: 600 } },
    ]);
  });
});
