import { runInNewContext } from 'node:vm';
import { deflateSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  AccessTokenError,
  type AccessTokenErrorCode,
  type BuildOptions,
  ChatPrivilege,
  FcdnPrivilege,
  Role,
  Rtm2Permission,
  Rtm2Resource,
  RtcPrivilege,
  type Service,
  StreamingPrivilege,
  buildApaasRoomUserToken,
  buildChatAppToken,
  buildChatUserToken,
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

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const GIVEN = { issueTs: 1_700_000_000, salt: 1 } as const;
const TOKEN = buildRtmToken(APP_ID, CERTIFICATE, 'alice', 3600, GIVEN);

const UINT32_MAX = 2 ** 32 - 1;
/** Half of a surrogate pair: no text that has it can be written in UTF-8. */
const HALF = '\ud83d';
/** The 95 printable characters of ASCII but for the 89 that Agora takes. */
const FOREIGN = ['"', "'", '*', '/', '\\', '`'];
const NAME_CHARACTERS = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index)).filter(
  (character) => !FOREIGN.includes(character),
);

/** A value that is refused. */
interface Bad {
  readonly what: string;
  readonly value: unknown;
  /** If it is not that of the kind. */
  readonly code?: AccessTokenErrorCode;
  /** If it is another with Agora's limits than with those of the format. */
  readonly agoraCode?: AccessTokenErrorCode;
  /** What follows the name of the argument in the path of what is at fault. */
  readonly at?: string;
  /** The options with which it is taken; what is taken with `allowWildcards` is so with `limits: 'format'`, too. */
  readonly unless?: 'allowWildcards' | 'format';
}

/** A value that is taken. */
interface Good {
  readonly what: string;
  readonly value: unknown;
  /** How it stands in a decoded token; left out: as it is. */
  readonly decoded?: unknown;
}

/** A kind of argument: what it may be, and the code with which all else is refused. */
interface Kind {
  readonly code: AccessTokenErrorCode;
  readonly bad: readonly Bad[];
  readonly good: readonly Good[];
}

function bad(what: string, value: unknown, rest: Omit<Bad, 'what' | 'value'> = {}): Bad {
  return { what, value, ...rest };
}

function good(what: string, value: unknown, ...decoded: [] | [decoded: unknown]): Good {
  return decoded.length === 0 ? { what, value } : { what, value, decoded: decoded[0] };
}

class Instance {
  readonly 0 = 1;
}

function throwingProxy(): object {
  const handler = new Proxy(
    {},
    {
      get() {
        throw new RangeError('a trap');
      },
    },
  );
  return new Proxy({}, handler);
}

function revokedProxy(target: object = {}): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const MISSING = bad('undefined', undefined);

/** No argument can be any of these. */
const STRANGE = [
  bad('null', null),
  bad('NaN', NaN),
  bad('a fraction', 1.5),
  bad('−0', -0),
  bad('a bigint', 1n),
  bad('a boolean', true),
  bad('a symbol', Symbol('alice')),
  bad('a function', () => 'alice'),
  bad('a Date', new Date(0)),
  bad('an array', ['alice']),
  bad('a boxed text', Object('alice')),
  bad('a boxed number', Object(1)),
  bad('an instance of a class', new Instance()),
  bad('an object that inherits its properties', Object.create({ 0: {} })),
  bad('a proxy that throws', throwingProxy()),
  bad('a revoked proxy', revokedProxy()),
];

const NO_TEXT = [
  MISSING,
  ...STRANGE,
  bad('a number', 7),
  bad('an object', {}),
  bad('an object that becomes a text', { toString: () => 'alice' }),
];

const NO_UNICODE = [
  bad('half of a surrogate pair', HALF),
  bad('a text that was cut in a surrogate pair', `alice${HALF}`),
  bad('the halves of a surrogate pair in the wrong order', '\ude00\ud83d'),
  bad('a certificate and half of a surrogate pair', CERTIFICATE + HALF),
  bad('a token and half of a surrogate pair', TOKEN + HALF),
];

const TOO_LONG_FOR_THE_FORMAT = [
  bad('65,536 ASCII characters', 'x'.repeat(65_536)),
  bad('65,536 bytes of two-byte characters', 'é'.repeat(32_768)),
  bad('65,536 bytes of three-byte characters and one more', `${'€'.repeat(21_845)}x`),
  bad('65,536 bytes of four-byte characters', '😀'.repeat(16_384)),
  bad('65,536 characters of tokens', TOKEN.repeat(Math.ceil(65_536 / TOKEN.length)).slice(0, 65_536)),
];

const ANY_TEXT = [...NO_TEXT, ...NO_UNICODE, ...TOO_LONG_FOR_THE_FORMAT];

const EMPTY = bad('the empty text', '', { unless: 'format' });

/** What is refused in a name of at most so many bytes. */
function noName(maxLength: number): readonly Bad[] {
  return [
    ...ANY_TEXT,
    bad(`${maxLength + 1} bytes`, 'x'.repeat(maxLength + 1), { unless: 'format' }),
    bad('65,535 bytes', 'x'.repeat(65_535), { unless: 'format' }),
    bad('a letter beyond ASCII', 'zoë', { unless: 'format' }),
    bad('an emoji', 'alice😀', { unless: 'format' }),
    bad('a NUL', 'alice\0', { unless: 'format' }),
    bad('a line break', 'alice\n', { unless: 'format' }),
    bad('a DEL', 'alice\u007f', { unless: 'format' }),
    bad('text that turns right to left', '\u202eecila', { unless: 'format' }),
    bad('a certificate in quotes', `"${CERTIFICATE}"`, { unless: 'format' }),
    bad('certificates in a row', CERTIFICATE.repeat(9), { unless: 'format' }),
    bad('a token in quotes', `"${TOKEN}"`, { unless: 'format' }),
    ...FOREIGN.filter((character) => character !== '*').map((character) =>
      bad(`the character ${character}`, `a${character}z`, { unless: 'format' }),
    ),
  ];
}

/** What is taken as a name of at most so many bytes. */
function names(maxLength: number): readonly Good[] {
  return [
    good('one character', 'x'),
    good(`${maxLength} bytes`, 'x'.repeat(maxLength)),
    good('the first half of the 89 characters', NAME_CHARACTERS.slice(0, 45).toReversed().join('')),
    good('the second half of the 89 characters', NAME_CHARACTERS.slice(45).join('')),
    good('a space at the end', 'alice '),
    good('a number as text', '0'),
  ];
}

/** Names that stand for any number of names. */
const PATTERNS = ['*', '1*a*2', '**', 'alice*'];

function patterns(unless: 'allowWildcards' | 'format'): readonly Bad[] {
  return PATTERNS.map((pattern) => bad(`the pattern ${pattern}`, pattern, { unless }));
}

const RTM_USER_ID = {
  bad: [
    ...noName(64),
    EMPTY,
    ...patterns('format'),
    bad('a space at the start', ' alice', { unless: 'format' }),
    bad('a space', ' ', { unless: 'format' }),
  ],
  good: names(64),
};

const NO_INTEGER = [
  MISSING,
  ...STRANGE,
  bad('infinity', Infinity),
  bad('minus infinity', -Infinity),
  bad('a number as text', '1'),
  bad('the empty text', ''),
  bad('a certificate', CERTIFICATE),
  bad('a token', TOKEN),
  bad('an object', {}),
  bad('the options', { issueTs: 1 }),
  bad('an object that becomes a number', { valueOf: () => 1 }),
];

const LOOKS_ABSOLUTE = { agoraCode: 'ERR_EXPIRE_LOOKS_ABSOLUTE' } as const;

/** What is refused as a lifetime. */
const NO_LIFETIME = [
  ...NO_INTEGER,
  bad('−1', -1),
  bad('24 hours and a second', 86_401, { unless: 'format' }),
  bad('10⁹', 1e9, { unless: 'format' }),
  bad('10⁹ + 1', 1e9 + 1, { ...LOOKS_ABSOLUTE, unless: 'format' }),
  bad('a Unix timestamp', 1_700_000_000, { ...LOOKS_ABSOLUTE, unless: 'format' }),
  bad('2³² − 1', UINT32_MAX, { ...LOOKS_ABSOLUTE, unless: 'format' }),
  bad('2³²', 2 ** 32, LOOKS_ABSOLUTE),
  bad('an integer that is not safe', 2 ** 53, LOOKS_ABSOLUTE),
  bad('the largest number', Number.MAX_VALUE, LOOKS_ABSOLUTE),
  bad('a Unix timestamp with a fraction', 1_700_000_000.5, LOOKS_ABSOLUTE),
  bad('a Unix timestamp in milliseconds', 1_700_000_000_000, LOOKS_ABSOLUTE),
  bad('a Unix timestamp as text', '1700000000'),
  bad('a Unix timestamp as a bigint', 1_700_000_000n),
];

const LIFETIMES = [good('a second', 1), good('24 hours', 86_400)];

const NO_PERMISSIONS = [
  MISSING,
  ...STRANGE,
  bad('a number', 7),
  bad('a text', 'alice'),
  bad('a certificate', CERTIFICATE),
  bad('a resource type that is no number', { channels: {} }),
  bad('a resource type that is not written canonically', { '01': {} }),
  bad('a resource type below 0', { '-1': {} }),
  bad('a resource type above 65535', { 65_536: {} }),
  bad('a resource type with a fraction', { '0.5': {} }),
  bad('an empty name of a resource type', { '': {} }),
  bad('a resource type of −0', { '-0': {} }),
  bad('a certificate as a resource type', { [CERTIFICATE]: {} }),
  bad('a token as a resource type', { [TOKEN]: {} }),
  bad('a property named by a symbol', { [Symbol('0')]: {} }),
  bad('65,536 resource types', idMap(65_536, {})),
  bad('a resource type without permissions', { 1: undefined }, { at: '[1]' }),
  bad('permissions that are an array', { 0: [] }, { at: '[0]' }),
  bad('permissions that are a Map', { 0: new Map() }, { at: '[0]' }),
  bad('permissions that are a revoked proxy', { 0: revokedProxy() }, { at: '[0]' }),
  bad('a permission type that is no number', { 2: { read: [] } }, { at: '[2]' }),
  bad('permissions named by a symbol', { 2: { [Symbol('0')]: [] } }, { at: '[2]' }),
  bad('a permission without names', { 0: { 1: undefined } }, { at: '[0][1]' }),
  bad('names that are a text', { 0: { 1: 'alice' } }, { at: '[0][1]' }),
  bad('names that are a certificate', { 0: { 1: CERTIFICATE } }, { at: '[0][1]' }),
  bad('names that are a Set', { 0: { 1: new Set(['alice']) } }, { at: '[0][1]' }),
  bad('names that are like an array', { 0: { 1: { 0: 'alice', length: 1 } } }, { at: '[0][1]' }),
  bad('names that are a revoked proxy', { 0: { 1: revokedProxy([]) } }, { at: '[0][1]' }),
  bad('65,536 names', { 0: { 1: Array.from({ length: 65_536 }, () => 'x') } }, { at: '[0][1]' }),
  bad('a name that is a number', { 0: { 1: ['a', 'b', 7] } }, { at: '[0][1][2]' }),
  bad('a name that is null', { 0: { 1: [null] } }, { at: '[0][1][0]' }),
  bad('a hole among the names', { 0: { 1: withHole('a', 'c') } }, { at: '[0][1][1]' }),
  bad('a name with half of a surrogate pair', { 0: { 1: ['a', CERTIFICATE + HALF] } }, { at: '[0][1][1]' }),
  bad('a name of 65,536 bytes', { 0: { 1: ['x'.repeat(65_536)] } }, { at: '[0][1][0]' }),
  bad('a resource type that throws', throwingGetter('3'), { at: '[3]' }),
  bad('a permission type that throws', { 0: throwingGetter('1') }, { at: '[0][1]' }),
  bad('a name that throws', { 0: { 0: throwingGetter('0', ['a']) } }, { at: '[0][0][0]' }),
];

/** A map of the ids from 0 to one below the size. */
function idMap(size: number, value: unknown): object {
  return Object.fromEntries(Array.from({ length: size }, (_, id) => [id, value]));
}

function withHole(before: string, after: string): string[] {
  const names: string[] = [before];
  names[2] = after;
  return names;
}

/** Gives an object a property that throws when it is read. */
function throwingGetter(name: string, target: object = {}): object {
  return Object.defineProperty(target, name, {
    enumerable: true,
    get() {
      throw new RangeError('a getter');
    },
  });
}

const KINDS = {
  appId: {
    code: 'ERR_APP_ID',
    bad: noHex32(),
    good: hex32s(),
  },
  appCertificate: {
    code: 'ERR_APP_CERTIFICATE',
    bad: noHex32(),
    good: hex32s(),
  },
  channelName: {
    code: 'ERR_CHANNEL_NAME',
    bad: [
      ...noName(64),
      bad('the empty text', '', { unless: 'allowWildcards' }),
      ...patterns('allowWildcards'),
      bad('64 bytes with a pattern', `${'x'.repeat(63)}*`, { unless: 'allowWildcards' }),
      bad('65 bytes with a pattern', `${'x'.repeat(64)}*`, { unless: 'format' }),
    ],
    good: [...names(64), good('a space at the start', ' room')],
  },
  uid: {
    code: 'ERR_UID',
    bad: [
      ...NO_INTEGER,
      bad('−1', -1),
      bad('2³²', 2 ** 32),
      bad('2⁵³', 2 ** 53),
      bad('a user account', 'alice'),
    ],
    good: [good('0', 0, ''), good('1', 1, '1'), good('2³² − 1', UINT32_MAX, '4294967295')],
  },
  account: {
    code: 'ERR_ACCOUNT',
    bad: [
      ...noName(255),
      EMPTY,
      ...patterns('allowWildcards'),
      bad('255 bytes with a pattern', `${'x'.repeat(254)}*`, { unless: 'allowWildcards' }),
      bad('256 bytes with a pattern', `${'x'.repeat(255)}*`, { unless: 'format' }),
    ],
    good: [...names(255), good('a space at the start', ' alice')],
  },
  /** An account that is an RTM user as well. */
  rtmAccount: { code: 'ERR_ACCOUNT', ...RTM_USER_ID },
  rtmUserId: { code: 'ERR_USER_ID', ...RTM_USER_ID },
  chatUserId: {
    code: 'ERR_USER_ID',
    bad: [
      ...ANY_TEXT,
      EMPTY,
      bad('65 code points of one unit', 'x'.repeat(65), { unless: 'format' }),
      bad('65 code points of two units', '😀'.repeat(65), { unless: 'format' }),
      bad('certificates in a row', CERTIFICATE.repeat(3), { unless: 'format' }),
      bad('a token', TOKEN, { unless: 'format' }),
    ],
    good: [
      good('one character', 'x'),
      good('64 code points of one unit', 'é'.repeat(64)),
      good('64 code points of two units', '😀'.repeat(64)),
      good('characters that names must not have', `"'*/\\\`\0`),
    ],
  },
  roomUuid: {
    code: 'ERR_STRING',
    bad: [...ANY_TEXT, EMPTY],
    good: [
      good('one character', ' '),
      good('65,535 ASCII characters', 'x'.repeat(65_535)),
      good('65,535 bytes of three-byte characters', '€'.repeat(21_845)),
      good('characters that names must not have', `"'*/\\\`\0`),
    ],
  },
  role: {
    code: 'ERR_ROLE',
    bad: [
      ...NO_INTEGER,
      bad('0', 0),
      bad('101', 101),
      bad('3', 3),
      bad('−1', -1),
      bad('2 as text', '2'),
      bad('a word in capitals', 'Publisher'),
      bad('a word of the older AccessToken', 'admin'),
      bad('a bigint role', 2n),
    ],
    good: [],
  },
  apaasRole: {
    code: 'ERR_ROLE',
    bad: [...NO_INTEGER, bad('32768', 32_768), bad('−32769', -32_769), bad('a word', 'publisher')],
    good: [good('−32768', -32_768), good('−1', -1), good('0', 0), good('101', 101), good('32767', 32_767)],
  },
  tokenExpire: {
    code: 'ERR_EXPIRE',
    bad: [...NO_LIFETIME, bad('0', 0, { unless: 'format' })],
    good: LIFETIMES,
  },
  privilegeExpire: { code: 'ERR_EXPIRE', bad: NO_LIFETIME, good: [good('0', 0), ...LIFETIMES] },
  optionalPrivilegeExpire: {
    code: 'ERR_EXPIRE',
    bad: NO_LIFETIME.filter(({ value }) => value !== undefined),
    good: [good('0', 0), ...LIFETIMES, good('undefined', undefined, 3600)],
  },
  permissions: {
    code: 'ERR_PERMISSIONS',
    bad: NO_PERMISSIONS,
    good: [
      good('no resource types', {}),
      good('a resource type without permission types', { 0: {} }),
      good('a permission type without names', { 0: { 0: [] } }),
      good('the largest ids', { 65_535: { 65_535: ['alice'] } }),
      good('names in an order of their own', { 4: { 1: ['b', 'a', '', 'b'] } }),
      good('a name of 65,535 bytes', { 1: { 0: ['x'.repeat(65_535)] } }),
    ],
  },
} as const satisfies Record<string, Kind>;

type KindName = keyof typeof KINDS;

function kindOf(name: KindName): Kind {
  return KINDS[name];
}

function noHex32(): readonly Bad[] {
  return [
    ...NO_TEXT,
    bad('the empty text', ''),
    bad('31 digits', CERTIFICATE.slice(1)),
    bad('33 digits', `${CERTIFICATE}0`),
    bad('64 digits', CERTIFICATE + APP_ID),
    bad('32 characters that are not all digits', `${CERTIFICATE.slice(1)}g`),
    bad('32 full-width digits', '１'.repeat(32)),
    bad('a space at the end', `${CERTIFICATE} `),
    bad('a line break at the end', `${CERTIFICATE}\n`),
    bad('a tab at the start', `\t${CERTIFICATE}`),
    bad('quotes around them', `"${CERTIFICATE}"`),
    bad('apostrophes around them', `'${CERTIFICATE}'`),
    bad('a prefix of hex numbers', `0x${CERTIFICATE}`),
    bad('hyphens', '970ca35d-e60c-4464-5bba-e8a215061b33'),
    bad('a token', TOKEN),
    bad('half of a surrogate pair', CERTIFICATE + HALF),
    bad('a long text', CERTIFICATE.repeat(40_000)),
  ];
}

function hex32s(): readonly Good[] {
  return [
    good('lower-case digits', CERTIFICATE.toLowerCase()),
    good('upper-case digits', CERTIFICATE.toUpperCase()),
    good('decimal digits', '0123456789'.repeat(3) + '01'),
  ];
}

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
const PRIVILEGE_EXPIRE: Argument = ['privilegeExpire', 'optionalPrivilegeExpire', 600];
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

/** Which argument is refused when one is dropped and all after it, options included, stand in the place before. */
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
  /** Which argument is refused when the one that stands here is dropped, and the options come one place early. */
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
    further: [
      ['userId', 'rtmUserId', 'alice'],
      ['permissions', 'permissions', { 0: { 0: ['room 1'] } }],
      EXPIRE,
    ],
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

/** Calls a builder with whatever arguments. */
function call({ name }: Builder, values: readonly unknown[]): string {
  return (accesstoken2[name] as (...values: readonly unknown[]) => string)(...values);
}

/** The arguments of a builder that are good, but for one, and options. */
function argumentsOf({ further }: Builder, options: unknown, place?: number, value?: unknown): unknown[] {
  const values = [...PROJECT, ...further].map(([, , good]) => good);
  if (place !== undefined) values[place] = value;
  return [...values, options];
}

/** What no message may have: 32 hex digits, or either half of a secret. */
const SECRET = new RegExp(
  ['[0-9a-f]{32}', ...[APP_ID, CERTIFICATE, TOKEN].flatMap(halvesOf)].join('|'),
  'iu',
);

/** The two halves of a secret, as patterns. */
function halvesOf(secret: string): readonly string[] {
  const half = secret.length / 2;
  return [secret.slice(0, half), secret.slice(half)].map((part) =>
    part.replaceAll(/[+/]/gu, String.raw`\$&`),
  );
}

const NAMED_FAULT =
  /expected |unknown property|cannot be read|named by a symbol|is known|sorts before|has to be the last|cannot hold/u;

/** Returns the refusal of an action, which has to be as every refusal has to be. */
function refusalOf(action: () => unknown): AccessTokenError {
  let error: unknown;
  try {
    action();
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof AccessTokenError)) {
    throw new Error(error === undefined ? 'nothing was refused' : 'not refused with an AccessTokenError', {
      cause: error,
    });
  }
  expect(flawsOf(error).join('\n')).toBe('');
  return error;
}

/** Lists what a refusal lacks, and what it has that it must not have. */
function flawsOf(error: AccessTokenError): readonly string[] {
  const { argument, message } = error;
  const flaws: readonly (readonly [flaw: string, isSo: boolean])[] = [
    ['names no argument', argument === undefined || !message.startsWith(`${argument}: `)],
    ['tells neither what was expected nor what is wrong', !NAMED_FAULT.test(message)],
    ['tells no way out', !/; \S/u.test(message)],
    ['is no single line', /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(message)],
    ['is long', message.length > 400],
    ['gives a secret away', SECRET.test(message) || SECRET.test(JSON.stringify(error))],
  ];
  return flaws.filter(([, isSo]) => isSo).map(([flaw]) => `${flaw}: ${message}`);
}

/** Whether a bad value is taken with options. */
function isTakenWith({ unless }: Bad, { allowWildcards, limits }: BuildOptions): boolean {
  return (
    (unless !== undefined && limits === 'format') || (unless === 'allowWildcards' && allowWildcards === true)
  );
}

const OPTION_SETS: readonly BuildOptions[] = [
  GIVEN,
  { ...GIVEN, allowWildcards: true },
  { ...GIVEN, limits: 'format' },
];

/** Holds the outcome of a bad value with each set of limits. */
function checkBad(
  row: Bad,
  kind: Kind,
  argument: string,
  build: (options: BuildOptions) => string,
  optionSets = OPTION_SETS,
): void {
  for (const options of optionSets) {
    if (isTakenWith(row, options)) {
      expect(decodeToken(build(options)).appId).toBe(APP_ID);
    } else {
      expect(refusalOf(() => build(options))).toMatchObject({
        code: (options.limits === 'format' ? undefined : row.agoraCode) ?? row.code ?? kind.code,
        argument: argument + (row.at ?? ''),
      });
    }
  }
}

/** Holds that a good value is taken with each set of limits, and stands in the token. */
function checkGood(row: Good, build: (options: BuildOptions) => string): void {
  for (const options of OPTION_SETS) {
    const { expire, services } = decodeToken(build(options));
    const value = 'decoded' in row ? row.decoded : row.value;
    expect(JSON.stringify({ expire, services })).toContain(`:${JSON.stringify(value)}`);
  }
}

afterEach(() => {
  vi.useRealTimers();
});

describe.each(BUILDERS)('$name', (builder) => {
  const all = [...PROJECT, ...builder.further];

  describe.each(all.map(([name, kindName], place) => ({ name, kindName, place })))(
    '$name',
    ({ name, kindName, place }) => {
      const kind = kindOf(kindName);

      test.each(kind.bad)('is not $what', (row) => {
        checkBad(row, kind, name, (options) =>
          call(builder, argumentsOf(builder, options, place, row.value)),
        );
      });

      if (place >= PROJECT.length && kind.good.length > 0) {
        test.each(kind.good)('may be $what', (row) => {
          checkGood(row, (options) => call(builder, argumentsOf(builder, options, place, row.value)));
        });
      }
    },
  );

  test.each([
    ['appId', 'appCertificate'],
    ['appCertificate', 'appCertificate'],
    ...Object.entries(builder.dropped),
  ])('without its %s refuses %s', (dropped, refused) => {
    const place = all.findIndex(([name]) => name === dropped);
    const values = argumentsOf(builder, {}).toSpliced(place, 1);
    const [, kindName] = all.find(([name]) => name === refused) ?? ['', 'appId'];
    expect(refusalOf(() => call(builder, values))).toMatchObject({
      code: kindOf(kindName).code,
      argument: refused,
    });
  });

  test('lists which argument is refused for each that is dropped', () => {
    expect(Object.keys(builder.dropped)).toEqual(builder.further.map(([name]) => name));
  });

  test.each(Array.from({ length: all.length }, (_, place) => place))(
    'with an argument too many at place %i refuses the argument that comes first',
    (place) => {
      const values = argumentsOf(builder, {}).toSpliced(place, 0, undefined);
      const [code, argument] =
        place === 0
          ? ['ERR_APP_ID', 'appId']
          : place === 1
            ? ['ERR_APP_CERTIFICATE', 'appCertificate']
            : ['ERR_OPTIONS', 'options'];
      expect(refusalOf(() => call(builder, values))).toMatchObject({ code, argument });
    },
  );

  test('without arguments refuses the first', () => {
    expect(refusalOf(() => call(builder, []))).toMatchObject({ code: 'ERR_APP_ID', argument: 'appId' });
  });
});

/** The kinds that only `buildToken` and the options have. */
const FURTHER_KINDS = {
  uidText: { code: 'ERR_UID', bad: KINDS.account.bad, good: KINDS.account.good },
  privileges: {
    code: 'ERR_PRIVILEGES',
    bad: [
      MISSING,
      ...STRANGE,
      bad('a number', 7),
      bad('a text', 'alice'),
      bad('a Map', new Map([[1, 600]])),
      bad('a list of pairs', [[1, 600]]),
      bad('an id that is a name', { JoinChannel: 600 }),
      bad('an id that is not written canonically', { '1.0': 600 }),
      bad('an id with a space', { ' 1': 600 }),
      bad('an id below 0', { '-1': 600 }),
      bad('an id above 65535', { 65_536: 600 }),
      bad('an empty id', { '': 600 }),
      bad('a certificate as an id', { [CERTIFICATE]: 600 }),
      bad('a token as an id', { [TOKEN]: 600 }),
      bad('an id that is a symbol', { [Symbol('1')]: 600 }),
      bad('a lifetime that throws', throwingGetter('2'), { at: '[2]' }),
      ...KINDS.privilegeExpire.bad.map(({ what, value, ...rest }) =>
        bad(`a lifetime that is ${what}`, { 1: 600, 2: value }, { ...rest, code: 'ERR_EXPIRE', at: '[2]' }),
      ),
    ],
    good: [
      good('no ids', {}),
      good('the smallest id and lifetime', { 0: 0 }),
      good('the largest id and lifetime', { 65_535: 86_400 }),
      good('ids that have no name', { 7: 1, 700: 2 }),
    ],
  },
  typeId: {
    code: 'ERR_SERVICE',
    bad: [
      ...NO_INTEGER,
      bad('−1', -1),
      bad('65536', 65_536),
      ...Array.from({ length: 10 }, (_, index) => bad(`a known type, ${index + 1}`, index + 1)),
    ],
    good: [good('11', 11), good('65535', 65_535)],
  },
  count: {
    code: 'ERR_SERVICE',
    bad: [...NO_INTEGER, bad('0', 0), bad('−1', -1), bad('65536', 65_536), bad('65,536 in all', 65_535)],
    good: [good('1', 1), good('65,535 in all', 65_534)],
  },
  body: {
    code: 'ERR_SERVICE',
    bad: [
      MISSING,
      ...STRANGE,
      bad('an object', {}),
      bad('a text', 'AAAA'),
      bad('an array of bytes', [0, 1, 2]),
      bad('an ArrayBuffer', new ArrayBuffer(3)),
      bad('a DataView', new DataView(new ArrayBuffer(3))),
      bad('a Uint8ClampedArray', new Uint8ClampedArray(3)),
      bad('a Uint16Array', new Uint16Array(3)),
      bad('an object that inherits from Uint8Array', Object.create(Uint8Array.prototype)),
      bad('an object that calls itself a Uint8Array', { [Symbol.toStringTag]: 'Uint8Array', length: 3 }),
      bad('a proxy of a Uint8Array', new Proxy(new Uint8Array(3), {})),
      bad('bytes whose buffer was transferred', transferred()),
    ],
    good: [],
  },
  issueTs: uint32('ERR_ISSUE_TS'),
  salt: uint32('ERR_SALT'),
  allowWildcards: {
    code: 'ERR_OPTIONS',
    bad: [
      ...STRANGE.filter(({ value }) => value !== true),
      bad('0', 0),
      bad('1', 1),
      bad('a text', 'true'),
      bad('a certificate', CERTIFICATE),
      bad('an object', {}),
    ],
    good: [good('true', true), good('false', false), good('undefined', undefined)],
  },
  limits: {
    code: 'ERR_OPTIONS',
    bad: [
      ...STRANGE,
      bad('a word in capitals', 'Format'),
      bad('a word with a space', 'agora '),
      bad('an unknown word', 'none'),
      bad('the empty text', ''),
      bad('a certificate', CERTIFICATE),
      bad('a token', TOKEN),
      bad('an object', {}),
    ],
    good: [good("'agora'", 'agora'), good("'format'", 'format'), good('undefined', undefined)],
  },
} as const satisfies Record<string, Kind>;

function uint32(code: AccessTokenErrorCode): Kind {
  return {
    code,
    bad: [
      ...NO_INTEGER.filter(({ value }) => value !== undefined),
      bad('−1', -1),
      bad('2³²', 2 ** 32),
      bad('a time in milliseconds', 1_700_000_000_000),
    ],
    good: [good('0', 0), good('2³² − 1', UINT32_MAX)],
  };
}

function transferred(): Uint8Array {
  const bytes = new Uint8Array(3);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

const OPTION_KINDS = ['issueTs', 'salt', 'allowWildcards', 'limits'] as const;

/** Objects of options that are refused, and the name in the error. */
const BAD_OPTIONS: readonly (Bad & { readonly argument: string })[] = [
  ...STRANGE.map((row) => ({ ...row, argument: 'options' })),
  { ...bad('a number', 3600), argument: 'options' },
  { ...bad('a certificate', CERTIFICATE), argument: 'options' },
  { ...bad('a token', TOKEN), argument: 'options' },
  { ...bad('a Map', new Map([['salt', 1]])), argument: 'options' },
  { ...bad('options that are inherited', Object.create({ salt: 1 })), argument: 'options' },
  { ...bad('a property named by a symbol', { [Symbol('salt')]: 1 }), argument: 'options' },
  { ...bad('a misspelt property', { issueTS: 1 }), argument: 'issueTS' },
  { ...bad('an unknown property that is undefined', { issueTS: undefined }), argument: 'issueTS' },
  { ...bad('a property that is not enumerable', hiddenProperty('issueTS')), argument: 'issueTS' },
  { ...bad('a property named __proto__', JSON.parse('{ "__proto__": {} }')), argument: '__proto__' },
  { ...bad('a certificate as a name', { [CERTIFICATE]: 1 }), argument: '<hidden>' },
  { ...bad('a token as a name', { [TOKEN]: 1 }), argument: '<token>' },
  { ...bad('a name with a line break', { 'salt\n': 1 }), argument: 'salt\\n' },
  { ...bad('a name of 65 characters', { ['x'.repeat(65)]: 1 }), argument: `${'x'.repeat(64)}…` },
  { ...bad('a getter that throws', throwingGetter('salt')), argument: 'salt' },
  { ...bad('an unknown getter that throws', throwingGetter('salty')), argument: 'salty' },
  { ...bad('a proxy that throws when listed', throwingTrap('ownKeys')), argument: 'options' },
  { ...bad('a proxy that throws when read', throwingTrap('get')), argument: 'salt' },
];

function hiddenProperty(name: string): object {
  return Object.defineProperty({}, name, { value: 1, enumerable: false });
}

function throwingTrap(trap: 'get' | 'ownKeys'): object {
  const handler: ProxyHandler<object> = {
    [trap]: () => {
      throw new RangeError('a trap');
    },
  };
  return new Proxy({ salt: 1 }, handler);
}

describe.each(BUILDERS)('the options of $name', (builder) => {
  test.each(BAD_OPTIONS)('are not $what', ({ value, argument }) => {
    expect(refusalOf(() => call(builder, argumentsOf(builder, value)))).toMatchObject({
      code: 'ERR_OPTIONS',
      argument,
    });
  });

  describe.each(OPTION_KINDS)('%s', (name) => {
    const { code, bad, good } = FURTHER_KINDS[name];

    test.each([{ name, rows: bad }])('is none of what is no $name', ({ rows }) => {
      for (const { what, value } of rows) {
        const refusal = refusalOf(() => call(builder, argumentsOf(builder, { [name]: value })));
        expect(refusal, what).toMatchObject({ code, argument: name });
      }
    });

    test.each([...good])('may be $what', ({ value }) => {
      expect(decodeToken(call(builder, argumentsOf(builder, { ...GIVEN, [name]: value }))).appId).toBe(
        APP_ID,
      );
    });
  });

  test('stand in the token', () => {
    for (const [issueTs, salt] of [
      [0, 0],
      [UINT32_MAX, UINT32_MAX],
      [1, 2],
    ]) {
      const token = call(builder, argumentsOf(builder, { issueTs, salt }));
      expect(decodeToken(token)).toMatchObject({ issueTs, salt });
    }
  });

  test.each<[what: string, options: unknown]>([
    ['a frozen object', Object.freeze({ ...GIVEN })],
    ['an object without a prototype', Object.assign(Object.create(null), GIVEN)],
    ['an object of another realm', runInNewContext('({ issueTs: 1700000000, salt: 1 })')],
    ['a transparent proxy', new Proxy({ ...GIVEN }, {})],
    ['an object with undefined properties', { ...GIVEN, allowWildcards: undefined, limits: undefined }],
  ])('may be %s', (_, options) => {
    const plain = decodeToken(call(builder, argumentsOf(builder, GIVEN)));
    expect(decodeToken(call(builder, argumentsOf(builder, options)))).toEqual(plain);
  });
});

type ServiceKindName = KindName | 'uidText' | 'privileges' | 'typeId' | 'count' | 'body';

type FieldRow = readonly [name: string, kind: ServiceKindName, rule?: 'may be empty'];

/** A good service of each type, and the kinds of its properties. */
const SERVICES: readonly (readonly [service: Service, ...fields: FieldRow[]])[] = [
  [
    { type: 'rtc', channelName: 'room 1', uid: 'alice', privileges: { [RtcPrivilege.JoinChannel]: 600 } },
    ['channelName', 'channelName'],
    ['uid', 'uidText', 'may be empty'],
    ['privileges', 'privileges'],
  ],
  [
    { type: 'rtm', userId: 'alice', privileges: { 1: 600 } },
    ['userId', 'rtmUserId'],
    ['privileges', 'privileges'],
  ],
  [
    {
      type: 'streaming',
      channelName: 'room 1',
      account: 'alice',
      privileges: { [StreamingPrivilege.PublishRawStream]: 600 },
    },
    ['channelName', 'channelName'],
    ['account', 'account', 'may be empty'],
    ['privileges', 'privileges'],
  ],
  [{ type: 'fpa', privileges: { 1: 600 } }, ['privileges', 'privileges']],
  [
    { type: 'chat', userId: 'alice', privileges: { [ChatPrivilege.User]: 600 } },
    ['userId', 'chatUserId', 'may be empty'],
    ['privileges', 'privileges'],
  ],
  [
    {
      type: 'fcdn',
      channelName: 'room 1',
      account: 'alice',
      privileges: { [FcdnPrivilege.Play]: 600 },
    },
    ['channelName', 'channelName'],
    ['account', 'account', 'may be empty'],
    ['privileges', 'privileges'],
  ],
  [
    { type: 'apaas', roomUuid: 'class', userUuid: 'alice', role: -1, privileges: { 1: 600 } },
    ['roomUuid', 'roomUuid', 'may be empty'],
    ['userUuid', 'rtmUserId', 'may be empty'],
    ['role', 'apaasRole'],
    ['privileges', 'privileges'],
  ],
  [
    { type: 'rtm2', userId: 'alice', permissions: { 0: { 1: ['room 1'] } }, privileges: { 1: 600 } },
    ['userId', 'rtmUserId'],
    ['permissions', 'permissions'],
    ['privileges', 'privileges'],
  ],
  [{ type: 'convoai', privileges: {} }, ['privileges', 'privileges']],
  [{ type: 'stt', privileges: {} }, ['privileges', 'privileges']],
  [
    { type: 'unknown', typeId: 99, count: 1, body: Uint8Array.of(0, 0) },
    ['typeId', 'typeId'],
    ['count', 'count'],
    ['body', 'body'],
  ],
];

const FPA: Service = { type: 'fpa', privileges: { 1: 600 } };
const UNKNOWN: Service = { type: 'unknown', typeId: 99, count: 1, body: Uint8Array.of(0, 0) };

/** Mints services, whatever they are. */
function mint(services: unknown, options: object = GIVEN): string {
  const request = { appId: APP_ID, appCertificate: CERTIFICATE, expire: 3600, services, ...options };
  return buildToken(request as Parameters<typeof buildToken>[0]);
}

/** The services of a token that was minted with services. */
function mintedServices(services: readonly unknown[], options: object = GIVEN): readonly Service[] {
  return decodeToken(mint(services, options)).services;
}

function serviceKind(name: ServiceKindName, rule: 'may be empty' | undefined): Kind {
  const { code, bad, good } = { ...KINDS, ...FURTHER_KINDS }[name];
  if (rule === undefined) return { code, bad, good };
  return {
    code,
    bad: bad.filter(({ value }) => value !== ''),
    good: [...good, { what: 'the empty text', value: '' }],
  };
}

describe.each(SERVICES.map(([service, ...fields]) => ({ type: service.type, service, fields })))(
  'buildToken with a service of type $type',
  ({ service, fields }) => {
    describe.each(fields.map(([name, kindName, rule]) => ({ name, kind: serviceKind(kindName, rule) })))(
      '$name',
      ({ name, kind }) => {
        test.each(kind.bad)('is not $what', (row) => {
          checkBad(row, kind, `services[1].${name}`, (options) =>
            mint([FPA, { ...service, [name]: row.value }], options),
          );
        });

        if (kind.good.length > 0) {
          test.each(kind.good)('may be $what', ({ value }) => {
            for (const options of OPTION_SETS) {
              const services = mintedServices([FPA, { ...service, [name]: value }], options);
              expect(
                services.find(({ type }) => type === service.type && type !== 'fpa') ?? services[1],
              ).toEqual({
                ...service,
                [name]: value,
              });
            }
          });
        }

        test('is not left out', () => {
          const rest = Object.fromEntries(Object.entries(service).filter(([key]) => key !== name));
          expect(refusalOf(() => mint([FPA, rest]))).toMatchObject({
            code: kind.code,
            argument: `services[1].${name}`,
          });
        });

        test('is not inherited', () => {
          const rest = Object.entries(service).filter(([key]) => key !== name);
          const inheriting: unknown = Object.assign(
            Object.create({ [name]: Reflect.get(service, name) as unknown }),
            Object.fromEntries(rest),
          );
          expect(refusalOf(() => mint([FPA, inheriting]))).toMatchObject({
            code: 'ERR_SERVICE',
            argument: 'services[1]',
          });
        });

        test('is not a getter that throws', () => {
          expect(refusalOf(() => mint([FPA, throwingGetter(name, { ...service })]))).toMatchObject({
            code: 'ERR_SERVICE',
            argument: `services[1].${name}`,
          });
        });
      },
    );

    test.each<[what: string, name: string | symbol, argument: string]>([
      ['an unknown property', 'extra', 'services[1].extra'],
      ['a property in other letter case', 'Privileges', 'services[1].Privileges'],
      ['a property of another type', service.type === 'chat' ? 'uid' : 'expire', ''],
      ['a certificate as a property', CERTIFICATE, 'services[1].<hidden>'],
      ['a token as a property', TOKEN, 'services[1].<token>'],
      ['a property named __proto__', '__proto__', 'services[1].__proto__'],
      ['a property named by a symbol', Symbol('uid'), 'services[1]'],
    ])('has not %s', (_, name, argument) => {
      const odd = Object.defineProperty({ ...service }, name, { value: 'alice', enumerable: true });
      expect(refusalOf(() => mint([FPA, odd]))).toMatchObject({
        code: 'ERR_SERVICE',
        argument: argument === '' ? `services[1].${String(name)}` : argument,
      });
    });

    test.each<[what: string, copy: unknown]>([
      ['frozen', Object.freeze({ ...service })],
      ['without a prototype', Object.assign(Object.create(null), service)],
      ['of another realm', Object.assign(runInNewContext('({})') as object, service)],
      ['a transparent proxy', new Proxy(service, {})],
    ])('may be %s', (_, copy) => {
      expect(mintedServices([copy])).toEqual([service]);
    });
  },
);

describe('the argument of buildToken', () => {
  const request = { appId: APP_ID, appCertificate: CERTIFICATE, expire: 3600, services: [FPA], ...GIVEN };

  test.each([
    MISSING,
    ...STRANGE,
    bad('an App ID', APP_ID),
    bad('a certificate', CERTIFICATE),
    bad('a token', TOKEN),
    bad('an object that inherits', Object.create(request)),
    bad('an object with a property named by a symbol', { ...request, [Symbol('salt')]: 1 }),
  ])('is not $what', ({ value }) => {
    const refusal = refusalOf(() => buildToken(value as typeof request));
    expect(refusal).toMatchObject({ code: 'ERR_OPTIONS', argument: 'options' });
  });

  test('does not stand apart from the services', () => {
    const shifted = buildToken as (...values: readonly unknown[]) => string;
    const refusal = refusalOf(() => shifted(APP_ID, CERTIFICATE, 3600, [FPA]));
    expect(refusal).toMatchObject({ code: 'ERR_OPTIONS', argument: 'options' });
  });

  test.each<[what: string, value: object, argument: string]>([
    ['a misspelt property', { ...request, appID: APP_ID }, 'appID'],
    ['a property of another builder', { ...request, channelName: 'room 1' }, 'channelName'],
    ['an unknown property that is undefined', { ...request, uid: undefined }, 'uid'],
    ['an object of options', { ...request, options: GIVEN }, 'options'],
    ['a certificate as a name', { ...request, [CERTIFICATE]: 1 }, '<hidden>'],
    ['a token as a name', { ...request, [TOKEN]: 1 }, '<token>'],
    ...Object.keys(request).map((name): [string, object, string] => [
      `a getter of ${name} that throws`,
      throwingGetter(name, { ...request }),
      name,
    ]),
  ])('has not %s', (_, value, argument) => {
    const refusal = refusalOf(() => buildToken(value as typeof request));
    expect(refusal).toMatchObject({ code: 'ERR_OPTIONS', argument });
  });

  describe.each<[name: string, kind: Kind]>([
    ['appId', KINDS.appId],
    ['appCertificate', KINDS.appCertificate],
    ['expire', KINDS.tokenExpire],
    ['issueTs', FURTHER_KINDS.issueTs],
    ['salt', FURTHER_KINDS.salt],
    ['allowWildcards', FURTHER_KINDS.allowWildcards],
    ['limits', FURTHER_KINDS.limits],
  ])('%s', (name, kind) => {
    test.each(kind.bad)('is not $what', (row) => {
      checkBad(row, kind, name, (options) => mint([FPA], { ...options, [name]: row.value }));
    });

    test.each(kind.good)('may be $what', ({ value }) => {
      const token = mint([FPA], { ...GIVEN, [name]: value });
      const [appId, appCertificate] = [
        name === 'appId' ? String(value) : APP_ID,
        name === 'appCertificate' ? String(value) : CERTIFICATE,
      ];
      const { issueTs } = decodeToken(token);
      expect(verifyToken(token, appCertificate, { appId, now: issueTs })).toMatchObject(
        name === 'expire' || name === 'issueTs' || name === 'salt' ? { [name]: value } : { services: [FPA] },
      );
    });
  });

  test.each(['appId', 'appCertificate', 'expire', 'services'])('has to have %s', (name) => {
    const rest = Object.fromEntries(Object.entries(request).filter(([key]) => key !== name));
    expect(refusalOf(() => buildToken(rest as typeof request)).argument).toBe(name);
  });
});

describe('services', () => {
  test.each<[what: string, services: unknown, argument: string]>([
    ['left out', undefined, 'services'],
    ['null', null, 'services'],
    ['an empty array', [], 'services'],
    ['one service', FPA, 'services'],
    ['a text', 'fpa', 'services'],
    ['a certificate', CERTIFICATE, 'services'],
    ['a token', TOKEN, 'services'],
    ['a Set', new Set([FPA]), 'services'],
    ['like an array', { 0: FPA, length: 1 }, 'services'],
    ['a generator', [FPA].values(), 'services'],
    ['a revoked proxy', revokedProxy([]), 'services'],
    ['a proxy that throws', throwingProxy(), 'services'],
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
    ['a type in capitals', [{ ...FPA, type: 'FPA' }], 'services[0].type'],
    ['a type by its number', [{ ...FPA, type: 4 }], 'services[0].type'],
    ['a boxed type', [{ ...FPA, type: Object('fpa') as unknown }], 'services[0].type'],
    ['a type that every object has', [{ ...FPA, type: 'constructor' }], 'services[0].type'],
    ['the type __proto__', [{ ...FPA, type: '__proto__' }], 'services[0].type'],
    ['a certificate as a type', [{ ...FPA, type: CERTIFICATE }], 'services[0].type'],
    ['a token as a type', [{ ...FPA, type: TOKEN }], 'services[0].type'],
  ])('is not %s', (_, services, argument) => {
    expect(refusalOf(() => mint(services))).toMatchObject({ code: 'ERR_SERVICE', argument });
  });

  test.each<[what: string, services: unknown]>([
    ['a frozen array', Object.freeze([FPA])],
    ['an array of another realm', runInNewContext('[{ type: "fpa", privileges: { 1: 600 } }]')],
    ['a transparent proxy', new Proxy([FPA], {})],
  ])('may be %s', (_, services) => {
    expect(decodeToken(mint(services)).services).toEqual([FPA]);
  });

  test('are at most 65,535', () => {
    const { services } = decodeToken(mint(Array.from({ length: 65_535 }, () => FPA)));
    expect(services).toHaveLength(65_535);
  });

  test('have at most 65,535 privileges', () => {
    expect(refusalOf(() => mint([{ ...FPA, privileges: idMap(65_536, 600) }]))).toMatchObject({
      code: 'ERR_PRIVILEGES',
      argument: 'services[0].privileges',
    });
    const [service] = mintedServices([{ ...FPA, privileges: idMap(65_535, 600) }]);
    expect(Object.keys(service?.type === 'fpa' ? service.privileges : {})).toHaveLength(65_535);
  });

  test('have at most 65,535 names in a permission', () => {
    const permissions = { 1: { 0: Array.from({ length: 65_535 }, () => '') } };
    const { services } = decodeToken(
      buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', permissions, 60),
    );
    expect(services[0]?.type === 'rtm2' ? services[0].permissions[1]?.[0] : []).toHaveLength(65_535);
  });
});

function raise(): never {
  throw new RangeError('a conversion');
}

/** An array that says that its length is something else. */
function lyingArray(length: unknown): object {
  return new Proxy([FPA], {
    get: (target, name): unknown => (name === 'length' ? length : Reflect.get(target, name)),
  });
}

describe('an unknown service', () => {
  const RTC: Service = { type: 'rtc', channelName: 'room 1', uid: '', privileges: { 1: 600 } };
  const unknown = (typeId: number, count = 1): Service => ({
    type: 'unknown',
    typeId,
    count,
    body: Uint8Array.of(1, 2, 3),
  });

  test.each<[what: string, services: readonly Service[], argument: string]>([
    ['stands before a known one', [unknown(99), RTC], 'services[0]'],
    ['stands before another', [unknown(99), unknown(100)], 'services[0]'],
    ['stands twice', [RTC, unknown(99), unknown(99)], 'services[1]'],
    ['would hide a known one', [RTC, unknown(0)], 'services[1]'],
    ['would hide one of several', [FPA, RTC, unknown(0)], 'services[2]'],
    ['makes 65,536 with those before it', [FPA, RTC, unknown(99, 65_534)], 'services[2].count'],
  ])('is refused if it %s', (_, services, argument) => {
    expect(refusalOf(() => mint(services))).toMatchObject({ code: 'ERR_SERVICE', argument });
  });

  test.each<[what: string, services: readonly Service[]]>([
    ['alone', [unknown(0)]],
    ['alone, for many', [unknown(0, 65_535)]],
    ['after known ones', [RTC, FPA, unknown(11)]],
    ['with those before it 65,535', [RTC, FPA, unknown(99, 65_533)]],
  ])('may be %s', (_, services) => {
    const { services: minted } = decodeToken(mint(services));
    expect(minted).toEqual(services);
  });

  test('that hides known ones in a token builds again', () => {
    // A service of type 0 with a body that a reader of that type would know to end before RTC.
    const { content } = decodeToken(mint([{ ...unknown(0, 2), body: packed([RTC]) }]));
    const { services } = decodeToken(
      mint(decodeToken(mint([{ ...unknown(0, 2), body: packed([RTC]) }])).services),
    );
    expect(services).toMatchObject([{ type: 'unknown', typeId: 0, count: 2 }]);
    expect(decodeToken(mint(services)).content).toEqual(content);
  });

  test('that sorts before a known one in a token builds again', () => {
    const { content } = decodeToken(mint([RTC, unknown(0x4141)]));
    const at = content.lastIndexOf(0x41) - 1;
    const outOfOrder = content.with(at, 0).with(at + 1, 0);
    const { services } = decodeToken(`007${deflateSync(outOfOrder).toString('base64')}`);
    expect(services).toEqual([RTC, unknown(0)]);
    expect(decodeToken(mint(services)).services).toEqual(services);
  });
});

/** The bytes of services, as they stand in a token. */
function packed(services: readonly Service[]): Uint8Array {
  const { content } = decodeToken(mint(services));
  return content.slice(82);
}

describe('bytes', () => {
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
    ['an instance of a subclass that lies about its length', new Bytes([1, 2, 3])],
    ['of another realm', runInNewContext('Uint8Array.of(1, 2, 3)')],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(3)).fill(1).map((_, index) => index + 1)],
    ['bytes without a prototype', Object.setPrototypeOf(Uint8Array.of(1, 2, 3), null)],
  ])('may be %s', (_, body) => {
    expect(minted(body)).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('are given back in an array of their own', () => {
    const token = mint([{ type: 'unknown', typeId: 99, count: 1, body: Uint8Array.of(1, 2, 3) }]);
    const [first, second] = [decodeToken(token), decodeToken(token)];
    if (first.services[0]?.type === 'unknown') first.services[0].body.fill(0);
    first.content.fill(0);
    expect(second.services).toEqual([
      { type: 'unknown', typeId: 99, count: 1, body: Uint8Array.of(1, 2, 3) },
    ]);
    expect(decodeToken(token)).toEqual(second);
  });
});

describe('contents', () => {
  const unknown = (length: number): Service => ({
    type: 'unknown',
    typeId: 99,
    count: 1,
    body: new Uint8Array(length).map((_, index) => (index * 2_654_435_761) >>> 13),
  });
  /** All that comes before the body of a first service: 82 bytes and its type. */
  const BEFORE = 84;

  test('have at most 1 MiB', () => {
    const token = mint([unknown(2 ** 20 - BEFORE)]);
    expect(decodeToken(token).content).toHaveLength(2 ** 20);
    const refusal = refusalOf(() => mint([unknown(2 ** 20 - BEFORE + 1)]));
    expect(refusal).toMatchObject({ code: 'ERR_SERVICE', argument: 'services' });
  });

  test("have at most 1 MiB with the format's limits", () => {
    const refusal = refusalOf(() => mint([unknown(2 ** 20)], { limits: 'format' }));
    expect(refusal).toMatchObject({ code: 'ERR_SERVICE', argument: 'services' });
  });

  test('beyond 1 MiB are laid to the permissions where there is no list of services', () => {
    const permissions = { 0: { 0: Array.from({ length: 17 }, () => 'x'.repeat(65_535)) } };
    const refusal = refusalOf(() =>
      buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', permissions, 60),
    );
    expect(refusal).toMatchObject({ code: 'ERR_SERVICE', argument: 'permissions' });
  });
});

test.each([
  ['a channel name', buildTokenWithUid, 'channelName', ['*', 7, 1, 60]],
  ['a user account', buildTokenWithUserAccount, 'account', ['*', '*', 1, 60]],
  ['an RTM user id', buildRtmToken, 'userId', ['*', 60]],
  ['a Chat user id', buildChatUserToken, 'userUuid', ['', 60]],
])('%s is made of the 89 characters and no other that can be printed', (_, build, name, rest) => {
  const place = name === 'account' ? 1 : 0;
  const takes = (character: string): boolean => {
    const values = [...rest].toSpliced(place, 1, `a${character}`);
    if (place === 1) values[0] = 'room 1';
    try {
      (build as (...values: readonly unknown[]) => string)(APP_ID, CERTIFICATE, ...values);
      return true;
    } catch {
      return false;
    }
  };
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index));
  expect(NAME_CHARACTERS).toHaveLength(89);
  expect(printable.filter((character) => !takes(character))).toEqual(name === 'userUuid' ? [] : FOREIGN);
});

test.each<[what: string, options: BuildOptions, taken: boolean]>([
  ['without options', {}, false],
  ["with limits: 'agora'", { limits: 'agora' }, false],
  ['without wildcards', { allowWildcards: false }, false],
  ['with wildcards', { allowWildcards: true }, true],
  ["with wildcards and limits: 'agora'", { allowWildcards: true, limits: 'agora' }, true],
  ["without wildcards, but with limits: 'format'", { allowWildcards: false, limits: 'format' }, true],
])('a wildcard %s', (_, options, taken) => {
  const build = (): string => buildTokenWithUid(APP_ID, CERTIFICATE, '1*a*2', 7, 1, 60, 60, options);
  if (taken) expect(decodeToken(build()).services).toMatchObject([{ channelName: '1*a*2' }]);
  else expect(refusalOf(build)).toMatchObject({ code: 'ERR_CHANNEL_NAME', argument: 'channelName' });
});

describe('the way out', () => {
  const withUid = (uid: unknown, role: unknown = 1, expire: unknown = 60): unknown =>
    buildTokenWithUid(APP_ID, CERTIFICATE, 'room 1', uid as number, role as Role, expire as number);
  const withAppId = (appId: unknown): unknown => buildFpaToken(appId as string, CERTIFICATE);

  test.each<[fault: string, action: () => unknown, wayOut: RegExp]>([
    ['a uid that is text', () => withUid('7'), /use buildTokenWithUserAccount$/u],
    [
      'a uid that is text, with privileges',
      () => buildTokenWithUidAndPrivilege(APP_ID, CERTIFICATE, 'c', 'x' as never, 60, 1, 1, 1, 1),
      /use buildTokenWithUserAccountAndPrivilege$/u,
    ],
    ['a signed uid', () => withUid(-1), /uid >>> 0/u],
    ['role 0', () => withUid(7, 0), /belong to the older AccessToken; Publisher has the same privileges/u],
    [
      'role 101',
      () => withUid(7, 101),
      /belong to the older AccessToken; Publisher has the same privileges/u,
    ],
    ['another role', () => withUid(7, 3), /Role\.Publisher or Role\.Subscriber/u],
    ['a Unix timestamp', () => withUid(7, 1, 1_700_000_000), /looks like a Unix timestamp/u],
    [
      'options where a lifetime is due',
      () => withUid(7, 1, { salt: 1 }),
      /options come after all other arguments/u,
    ],
    ['white space', () => withAppId(` ${APP_ID}\n`), /white space.*trim/u],
    ['quotes', () => withAppId(`"${APP_ID}"`), /quotes/u],
    ['an unset variable', () => withAppId(undefined), /environment variable/u],
    ['a wildcard', () => buildTokenWithUid(APP_ID, CERTIFICATE, '*', 7, 1, 60), /allowWildcards: true/u],
    [
      'a wildcard of users',
      () => buildTokenWithUserAccount(APP_ID, CERTIFICATE, 'c', '*', 1, 60),
      /allowWildcards: true/u,
    ],
    ['a character', () => buildTokenWithUid(APP_ID, CERTIFICATE, 'a/b', 7, 1, 60), /"\/" is not among/u],
    ['a leading space', () => buildRtmToken(APP_ID, CERTIFICATE, ' a', 60), /trim/u],
    ['a known type', () => mint([{ type: 'unknown', typeId: 1, count: 1 }]), /type: 'rtc'/u],
    ['an unknown property', () => mint([{ ...FPA, uid: '' }]), /known are type, privileges$/u],
    ['an unknown option', () => mint([FPA], { lifetime: 1 }), /known are appId, appCertificate, expire/u],
  ])('of %s is told', (_, action, wayOut) => {
    expect(refusalOf(action).message).toMatch(wayOut);
  });
});

describe('a refusal says what was expected, what came and the way out', () => {
  const withUid = (uid: unknown, role: unknown = 1, expire: unknown = 60, options?: BuildOptions): unknown =>
    buildTokenWithUid(
      APP_ID,
      CERTIFICATE,
      'room 1',
      uid as number,
      role as Role,
      expire as number,
      undefined,
      options,
    );
  const inChannel = (channelName: string): unknown =>
    buildTokenWithUid(APP_ID, CERTIFICATE, channelName, 7, 1, 60);
  const asAccount = (account: string): unknown =>
    buildTokenWithUserAccount(APP_ID, CERTIFICATE, 'room 1', account, 1, 60);
  const toChat = (user: string): unknown => buildChatUserToken(APP_ID, CERTIFICATE, user, 60);
  const withPermissions = (permissions: unknown): unknown =>
    buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', permissions as never, 60);

  test.each<[message: string, action: () => unknown]>([
    ['uid: expected a number, got "7"; for a text use buildTokenWithUserAccount', () => withUid('7')],
    [
      'uid: expected an unsigned integer, got -1; make a signed one unsigned with uid >>> 0',
      () => withUid(-1),
    ],
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
      'tokenExpire: expected a duration, got 1700000000; it looks like a Unix timestamp: AccessToken2 takes seconds from now, for example 3600',
      () => withUid(7, 1, 1_700_000_000),
    ],
    [
      'tokenExpire: expected an integer from 1 to 86400, got Infinity; pass whole seconds from now',
      () => withUid(7, 1, Infinity),
    ],
    [
      'tokenExpire: expected an integer from 1 to 86400, got "1700000000"; pass whole seconds from now',
      () => withUid(7, 1, '1700000000'),
    ],
    [
      'tokenExpire: expected an integer from 1 to 86400, got null; pass whole seconds from now',
      () => withUid(7, 1, null),
    ],
    [
      'tokenExpire: expected an integer from 1 to 86400, got an object; pass whole seconds from now; options come after all other arguments',
      () => withUid(7, 1, {}),
    ],
    [
      'tokenExpire: expected an integer from 0 to 4294967295, got -1; pass whole seconds from now',
      () => withUid(7, 1, -1, { limits: 'format' }),
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
      'channelName: expected the name of one channel, got "*"; if a token for any of them is meant, say so with allowWildcards: true',
      () => inChannel('*'),
    ],
    [
      'channelName: expected the name of one channel, got ""; if a token for any of them is meant, say so with allowWildcards: true',
      () => inChannel(''),
    ],
    [
      `channelName: expected a text of 1 to 64 bytes of UTF-8, got "${'é'.repeat(33)}"; it has 66: use a shorter one`,
      () => inChannel('é'.repeat(33)),
    ],
    [
      'channelName: expected only space and a-zA-Z0-9!#$%&()+-:;<=.>?@[]^_{}|~,, got "a/b"; "/" is not among the characters that Agora takes: map the name to one without it',
      () => inChannel('a/b'),
    ],
    [
      'channelName: expected only space and a-zA-Z0-9!#$%&()+-:;<=.>?@[]^_{}|~,, got "a💡/"; "💡" is not among the characters that Agora takes: map the name to one without it',
      () => inChannel('a💡/'),
    ],
    [
      'account: expected the account of one user, got "a*"; if a token for any of them is meant, say so with allowWildcards: true',
      () => asAccount('a*'),
    ],
    [
      'account: expected a text of 1 to 255 bytes of UTF-8, got ""; it has 0: use a longer one',
      () => asAccount(''),
    ],
    [
      'userId: expected no leading space, got " a"; remove it, for example with trim()',
      () => buildRtmToken(APP_ID, CERTIFICATE, ' a', 60),
    ],
    ['userUuid: expected a text of 1 to 64 characters, got ""; it has 0: use a longer one', () => toChat('')],
    [
      `userUuid: expected a text of 1 to 64 characters, got "${'💡'.repeat(32)}…"; it has 65: use a shorter one`,
      () => toChat('💡'.repeat(65)),
    ],
    [
      'roomUuid: expected a text of 1 to 65535 characters, got ""; it has 0: use a longer one',
      () => buildApaasRoomUserToken(APP_ID, CERTIFICATE, '', 'alice', 1, 60),
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
    [
      'services: expected an array of services, got an object; pass an array, written as [ … ]',
      () => mint(FPA),
    ],
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
    [
      'services[0]: an unknown service has to be the last one; move it to the end',
      () => mint([UNKNOWN, FPA]),
    ],
    [
      'services[1]: type 0 sorts before another, but would have to come last; put what follows it in the order of types into its body',
      () => mint([FPA, { ...UNKNOWN, typeId: 0 }]),
    ],
    [
      'services: the token cannot hold it: more than 1048576 bytes in all; spread it over several tokens',
      () => mint([{ ...UNKNOWN, body: new Uint8Array(2 ** 20 + 1) }]),
    ],
  ])('%s', (message, action) => {
    expect(refusalOf(action).message).toBe(message);
  });
});

describe('what a token cannot hold is refused before all of it is read', () => {
  /** Services, and one more, which must not be read. */
  const refusedBefore = (services: readonly object[], last: object): AccessTokenError =>
    refusalOf(() =>
      mint(
        [
          ...services,
          Object.defineProperty({ ...last }, 'privileges', {
            enumerable: true,
            get: (): object => {
              throw new Error('it was read');
            },
          }),
        ],
        { ...GIVEN, limits: 'format' },
      ),
    );

  const RTM2 = { type: 'rtm2', userId: 'alice', permissions: {}, privileges: {} };
  const LONG = 'x'.repeat(65_535);

  test.each<[what: string, services: readonly object[]]>([
    ['texts', Array.from({ length: 17 }, () => ({ ...RTM2, userId: LONG }))],
    [
      'empty texts',
      Array.from({ length: 3 }, () => ({
        ...RTM2,
        permissions: byIds(6, () => ({ 0: new Array(65_535).fill('') as string[] })),
      })),
    ],
    ['names', [{ ...RTM2, permissions: { 0: { 0: Array.from({ length: 17 }, () => LONG) } } }]],
    [
      'resource types',
      Array.from({ length: 5 }, () => ({ ...RTM2, permissions: byIds(65_535, () => ({})) })),
    ],
    ['permission types', [{ ...RTM2, permissions: byIds(5, () => byIds(65_535, () => [])) }]],
    ['privileges', Array.from({ length: 3 }, () => ({ ...FPA, privileges: byIds(65_535, () => 1) }))],
  ])('%s', (_, services) => {
    expect(refusedBefore(services, FPA)).toMatchObject({
      code: 'ERR_SERVICE',
      argument: 'services',
      message:
        'services: the token cannot hold it: more than 1048576 bytes in all; spread it over several tokens',
    });
  });

  test('permissions that would fill a token alone are refused by their name', () => {
    // 8 bytes before the names, and 2 before each.
    const names = [...Array.from({ length: 15 }, () => LONG), 'x'.repeat(2 ** 20 - 8 - 15 * 65_537 - 2)];
    const refusal = refusalOf(() =>
      buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', { 0: { 0: names } }, 60),
    );
    expect(refusal.message).toBe(
      'permissions: the token cannot hold it: more than 1048576 bytes in all; spread it over several tokens',
    );
  });

  /** As many ids, each with a value of its own. */
  function byIds(count: number, valueOf: () => unknown): Record<number, unknown> {
    return Object.fromEntries(Array.from({ length: count }, (_, id) => [id, valueOf()]));
  }
});

describe('what is signed is what was checked', () => {
  test('a getter that changes its value is asked once', () => {
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

  test('every property of a request is read once', () => {
    const reads = new Map<string, number>();
    const request = {
      appId: APP_ID,
      appCertificate: CERTIFICATE,
      expire: 3600,
      services: SERVICES.map(([service]) => service),
      ...GIVEN,
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

  test('a user that changes between reads is the one that was read first', () => {
    const users = ['alice', '*', 'bob'];
    const rtc = { type: 'rtc', channelName: 'room 1', privileges: {} };
    const changing = Object.defineProperty({ ...rtc }, 'uid', { get: () => users.shift() });
    expect(mintedServices([changing])).toEqual([{ ...rtc, uid: 'alice' }]);
    expect(users).toEqual(['*', 'bob']);
  });

  test('an argument is not changed', () => {
    const services = SERVICES.map(([service]) => service).toReversed();
    const [unknown, ...known] = structuredClone(services);
    const ordered = [...known, unknown];
    const copy = structuredClone(ordered);
    mint(ordered);
    expect(ordered).toEqual(copy);
  });
});

/** Counts how often each property is read, by its path; the elements of bytes are left alone. */
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

describe('a changed Object.prototype changes nothing', () => {
  const INHERITED: readonly (readonly [name: string, value: unknown])[] = [
    ['limits', 'format'],
    ['limits', 'none'],
    ['issueTs', 1],
    ['salt', 1],
    ['allowWildcards', true],
    ['allowWildcards', 'yes'],
    ['expire', 60],
    ['appId', '0'.repeat(32)],
    ['services', [FPA]],
    ['type', 'fpa'],
    ['uid', '*'],
    ['channelName', '*'],
    ['privileges', { 1: 1 }],
    ['extra', 1],
    ['0', FPA],
    ['1', FPA],
    ['2', 600],
    ['length', 1],
    ['dictionary', Uint8Array.of(1)],
    ['raw', true],
  ];

  /** Runs with a property that every object inherits. */
  function inheriting<Result>(name: string, value: unknown, run: () => Result): Result {
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
    try {
      return run();
    } finally {
      Reflect.deleteProperty(Object.prototype, name);
    }
  }

  test.each(INHERITED)('with %s, to what is built', (name, value) => {
    vi.useFakeTimers({ now: 1_650_000_000_000, toFake: ['Date'] });
    const services = SERVICES.map(([service]) => service);
    const tokens = inheriting(name, value, () => [
      mint(services),
      ...BUILDERS.map((builder) => call(builder, argumentsOf(builder, { salt: 2 }))),
      ...BUILDERS.map((builder) => call(builder, argumentsOf(builder, undefined))),
    ]);
    const [first, ...further] = tokens.map((token) => decodeToken(token));
    expect(first).toMatchObject({ ...GIVEN, appId: APP_ID, expire: 3600, services });
    expect(further).toHaveLength(2 * BUILDERS.length);
    const chance = further.slice(BUILDERS.length);
    for (const decoded of further) expect(decoded).toMatchObject({ appId: APP_ID, issueTs: 1_650_000_000 });
    for (const [index, decoded] of further.slice(0, BUILDERS.length).entries()) {
      expect(decoded).toMatchObject({ salt: 2, services: chance[index]?.services });
    }
    expect(new Set(chance.map(({ salt }) => salt)).size).toBe(BUILDERS.length);
  });

  test.each(INHERITED)('with %s, to what is refused', (name, value) => {
    const REFUSED: readonly (readonly [
      action: () => unknown,
      code: AccessTokenErrorCode,
      argument: string,
    ])[] = [
      [() => buildTokenWithUid(APP_ID, CERTIFICATE, '*', 7, 1, 60), 'ERR_CHANNEL_NAME', 'channelName'],
      [() => buildFpaToken(APP_ID, CERTIFICATE, { limits: 7 } as never), 'ERR_OPTIONS', 'limits'],
      [() => mint([{ type: 'rtc', channelName: 'c', privileges: {} }]), 'ERR_UID', 'services[0].uid'],
      [() => mint([{ type: 'rtc', uid: '', privileges: {} }]), 'ERR_CHANNEL_NAME', 'services[0].channelName'],
      [() => mint([{ type: 'fpa' }]), 'ERR_PRIVILEGES', 'services[0].privileges'],
      [() => mint([{ privileges: {} }]), 'ERR_SERVICE', 'services[0].type'],
      [() => mint(new Array(1)), 'ERR_SERVICE', 'services[0]'],
      [() => mint([FPA, undefined]), 'ERR_SERVICE', 'services[1]'],
      [() => buildToken({} as never), 'ERR_APP_ID', 'appId'],
    ];
    const refusals = inheriting(name, value, () =>
      REFUSED.map(([action]) => {
        try {
          return action();
        } catch (error) {
          return error;
        }
      }),
    );
    expect(
      refusals.map((error) => (error instanceof AccessTokenError ? [error.code, error.argument] : error)),
    ).toEqual(REFUSED.map(([, code, argument]) => [code, argument]));
  });
});

describe('good input', () => {
  test('without issueTs is issued at the call, in whole seconds', () => {
    vi.useFakeTimers({ now: 1_700_000_000_999, toFake: ['Date'] });
    expect(decodeToken(buildChatAppToken(APP_ID, CERTIFICATE, 60)).issueTs).toBe(1_700_000_000);
    vi.setSystemTime(1_700_000_001_000);
    expect(decodeToken(buildChatAppToken(APP_ID, CERTIFICATE, 60))).toMatchObject({
      issueTs: 1_700_000_001,
      expiresAt: 1_700_000_061,
    });
    expect(decodeToken(mint([FPA], {})).issueTs).toBe(1_700_000_001);
  });

  test('without a salt has another one each time, from 1 to 2³² − 1', () => {
    const salts = Array.from({ length: 64 }, () => decodeToken(buildFpaToken(APP_ID, CERTIFICATE)).salt);
    expect(new Set(salts).size).toBe(64);
    expect(salts).not.toContain(0);
    // Either half of the range is missed by all 64 once in 2⁶³ runs.
    expect(Math.min(...salts)).toBeLessThan(2 ** 31);
    expect(Math.max(...salts)).toBeGreaterThan(2 ** 31);
  });

  test('may have a role as a number or as a word', () => {
    const withRole = (role: Role | 'publisher' | 'subscriber'): readonly Service[] =>
      decodeToken(buildTokenWithUid(APP_ID, CERTIFICATE, 'room 1', 7, role, 3600, 600, GIVEN)).services;
    const rtc = { type: 'rtc', channelName: 'room 1', uid: '7' };
    for (const role of [Role.Publisher, 1, 'publisher'] as const) {
      expect(withRole(role)).toEqual([{ ...rtc, privileges: { 1: 600, 2: 600, 3: 600, 4: 600 } }]);
    }
    for (const role of [Role.Subscriber, 2, 'subscriber'] as const) {
      expect(withRole(role)).toEqual([{ ...rtc, privileges: { 1: 600 } }]);
    }
  });

  test('without privilegeExpire has privileges as long as the token', () => {
    const privileges = { 1: 3600, 2: 3600, 3: 3600, 4: 3600 };
    const rtc = { type: 'rtc', channelName: 'room 1', uid: 'alice', privileges };
    const account = buildTokenWithUserAccount(APP_ID, CERTIFICATE, 'room 1', 'alice', 1, 3600);
    expect(decodeToken(account).services).toEqual([rtc]);
    const rtm = buildTokenWithRtm(APP_ID, CERTIFICATE, 'room 1', 'alice', 1, 3600);
    expect(decodeToken(rtm).services).toEqual([
      rtc,
      { type: 'rtm', userId: 'alice', privileges: { 1: 3600 } },
    ]);
  });

  test('gives RTM login the lifetime of the token, whatever that of the privileges', () => {
    const token = buildTokenWithRtm(APP_ID, CERTIFICATE, 'room 1', 'alice', 2, 3600, 600);
    expect(decodeToken(token).services).toEqual([
      { type: 'rtc', channelName: 'room 1', uid: 'alice', privileges: { 1: 600 } },
      { type: 'rtm', userId: 'alice', privileges: { 1: 3600 } },
    ]);
  });

  test('of FPA lasts 24 hours, with a login that ends with the token', () => {
    expect(decodeToken(buildFpaToken(APP_ID, CERTIFICATE, GIVEN))).toMatchObject({
      ...GIVEN,
      expire: 86_400,
      services: [{ type: 'fpa', privileges: { 1: 0 } }],
    });
  });

  test('makes an RTM2 token with the permissions that were given', () => {
    const permissions = {
      [Rtm2Resource.MessageChannels]: { [Rtm2Permission.Read]: ['*'], [Rtm2Permission.Write]: ['b', 'a'] },
      [Rtm2Resource.Users]: { [Rtm2Permission.Read]: [] },
    };
    const token = buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', permissions, 3600);
    expect(decodeToken(token).services).toEqual([
      { type: 'rtm2', userId: 'alice', permissions, privileges: { 1: 3600 } },
    ]);
  });

  test('makes every service come back as it was given, ascending by type', () => {
    const services = SERVICES.map(([service]) => service);
    const shuffled = [3, 9, 0, 7, 1, 5, 8, 2, 6, 4, 10].map((index) => services[index]);
    const decoded = decodeToken(mint(shuffled));
    expect(decoded).toMatchObject({ appId: APP_ID, ...GIVEN, expire: 3600 });
    expect(decoded.services).toEqual(services);
    expect(decodeToken(mint(decoded.services)).content).toEqual(decoded.content);
  });

  test('keeps services of one type in the order in which they were given', () => {
    const rtm = (userId: string): Service => ({ type: 'rtm', userId, privileges: {} });
    const services = mintedServices([rtm('b'), FPA, rtm('a'), rtm('c')]);
    expect(services).toEqual([rtm('b'), rtm('a'), rtm('c'), FPA]);
  });

  test('keeps the letter case of the App ID', () => {
    const lower = buildFpaToken(APP_ID.toLowerCase(), CERTIFICATE, GIVEN);
    const upper = buildFpaToken(APP_ID.toUpperCase(), CERTIFICATE, GIVEN);
    expect(decodeToken(lower).appId).toBe(APP_ID.toLowerCase());
    expect(decodeToken(upper).appId).toBe(APP_ID.toUpperCase());
  });

  test('may have an end beyond 32 bits', () => {
    const token = buildChatAppToken(APP_ID, CERTIFICATE, 86_400, { issueTs: UINT32_MAX });
    expect(decodeToken(token).expiresAt).toBe(UINT32_MAX + 86_400);
  });

  test('counts the code points of a Chat user, not its units', () => {
    const token = buildChatUserToken(APP_ID, CERTIFICATE, '😀'.repeat(64), 60);
    expect(decodeToken(token).services).toMatchObject([{ userId: '😀'.repeat(64) }]);
  });
});
