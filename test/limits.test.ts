import { describe, expect, test } from 'vitest';
import { type StringLimit, limitsFor } from '../src/limits.js';
import { errorOf } from './error-of.js';

const AGORA = limitsFor('agora', false);
const WILDCARDS = limitsFor('agora', true);
const FORMAT = limitsFor('format', false);

const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const CODE = 'ERR_STRING';

/** The printable ASCII characters that Agora does not allow in names. */
const FOREIGN = ['"', "'", '*', '/', '\\', '`'];
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index));

const PATTERNS = ['*', '**', '1*a*2', 'alice*'];

/** What the limits of names reject; `'format'` accepts it. */
const NOT_A_NAME = [
  '',
  'zoë',
  'alice😀',
  'alice\0',
  'alice\n',
  'alice\u007f',
  '\u202eecila',
  '/',
  CERTIFICATE.repeat(9),
];

interface StringCase {
  /** Accepted under all limits. */
  readonly accepted: readonly string[];
  /** Accepted only with wildcards, and under `'format'`. */
  readonly wildcards: readonly string[];
  /** Accepted only under `'format'`. */
  readonly rejected: readonly string[];
}

const STRING_LIMITS: Readonly<Record<StringLimit, StringCase>> = {
  channelName: {
    accepted: ['x', '0', ' room', 'room ', 'x'.repeat(64)],
    wildcards: ['', ...PATTERNS, `${'x'.repeat(63)}*`],
    rejected: [...NOT_A_NAME.filter((name) => name !== ''), 'x'.repeat(65), `${'x'.repeat(64)}*`],
  },
  account: {
    accepted: ['x', '0', ' alice', 'alice ', 'x'.repeat(255)],
    wildcards: [...PATTERNS, `${'x'.repeat(254)}*`],
    rejected: [...NOT_A_NAME, 'x'.repeat(256), `${'x'.repeat(255)}*`],
  },
  rtmUserId: {
    accepted: ['x', '0', 'alice ', 'x'.repeat(64)],
    wildcards: [],
    rejected: [...NOT_A_NAME, ...PATTERNS, ' alice', ' ', 'x'.repeat(65)],
  },
  chatUserId: {
    accepted: ['x', ' ', `"'*/\\\`\0`, 'é'.repeat(64), '😀'.repeat(64)],
    wildcards: [],
    rejected: ['', 'x'.repeat(65), '😀'.repeat(65), CERTIFICATE.repeat(3)],
  },
  anyString: {
    accepted: [' ', `"'*/\\\`\0`, 'x'.repeat(65_535), '€'.repeat(21_845)],
    wildcards: [],
    rejected: [''],
  },
};

describe.each(Object.entries(STRING_LIMITS))('the limit %s', (name, { accepted, wildcards, rejected }) => {
  const limit = name as StringLimit;

  test.each(accepted)('accepts string %#', (value) => {
    for (const limits of [AGORA, WILDCARDS, FORMAT]) expect(limits[limit](value, 'name', CODE)).toBe(value);
  });

  if (wildcards.length > 0) {
    test.each(wildcards)('accepts %j only with wildcards, or under the limits of the format', (value) => {
      for (const limits of [WILDCARDS, FORMAT]) expect(limits[limit](value, 'name', CODE)).toBe(value);
      const { code, argument, hint } = errorOf(() => AGORA[limit](value, 'name', CODE));
      expect([code, argument]).toEqual([CODE, 'name']);
      expect(hint).toContain('allowWildcards: true');
    });
  }

  test.each(rejected)('accepts string %# only under the limits of the format', (value) => {
    expect(FORMAT[limit](value, 'name', CODE)).toBe(value);
    for (const limits of [AGORA, WILDCARDS]) {
      const { code, argument, message } = errorOf(() => limits[limit](value, 'name', CODE));
      expect([code, argument]).toEqual([CODE, 'name']);
      expect(message).not.toContain(CERTIFICATE);
    }
  });

  test.each([
    undefined,
    null,
    7,
    NaN,
    7n,
    true,
    ['alice'],
    { toString: () => 'alice' },
    Object('alice'),
    Symbol('alice'),
  ])('rejects value %#, which is not a string', (value) => {
    for (const limits of [AGORA, WILDCARDS, FORMAT]) {
      expect(errorOf(() => limits[limit](value, 'name', CODE)).problem).toMatch(/^expected a text, got /u);
    }
  });

  test.each(['\ud83d', 'alice\ud83d', '\ude00\ud83d', 'x'.repeat(65_536), 'é'.repeat(32_768)])(
    'rejects string %#, which the format cannot hold',
    (value) => {
      for (const limits of [AGORA, WILDCARDS, FORMAT]) {
        expect(errorOf(() => limits[limit](value, 'name', CODE)).code).toBe(CODE);
      }
    },
  );
});

test.each<[limit: StringLimit, foreign: readonly string[]]>([
  ['channelName', FOREIGN],
  ['account', FOREIGN],
  ['rtmUserId', FOREIGN],
  ['chatUserId', []],
])('%s allows the 89 characters, and no other printable one', (limit, foreign) => {
  const isRejected = (character: string): boolean => {
    try {
      AGORA[limit](`a${character}`, 'name', CODE);
      return false;
    } catch {
      return true;
    }
  };
  expect(PRINTABLE.filter(isRejected)).toEqual(foreign);
});

test.each<[limit: StringLimit, value: unknown, message: string]>([
  [
    'channelName',
    '*',
    'expected the name of one channel, got "*"; if a token for any of them is meant, say so with allowWildcards: true',
  ],
  [
    'channelName',
    '',
    'expected the name of one channel, got ""; if a token for any of them is meant, say so with allowWildcards: true',
  ],
  [
    'account',
    'a*',
    'expected the account of one user, got "a*"; if a token for any of them is meant, say so with allowWildcards: true',
  ],
  [
    'channelName',
    'é'.repeat(33),
    `expected a text of 1 to 64 bytes of UTF-8, got "${'é'.repeat(33)}"; it has 66: use a shorter one`,
  ],
  ['account', '', 'expected a text of 1 to 255 bytes of UTF-8, got ""; it has 0: use a longer one'],
  [
    'channelName',
    'a/b',
    'expected only space and a-zA-Z0-9!#$%&()+-:;<=.>?@[]^_{}|~,, got "a/b"; "/" is not among the characters that Agora takes: map the name to one without it',
  ],
  [
    'rtmUserId',
    'a💡/',
    'expected only space and a-zA-Z0-9!#$%&()+-:;<=.>?@[]^_{}|~,, got "a💡/"; "💡" is not among the characters that Agora takes: map the name to one without it',
  ],
  ['rtmUserId', ' a', 'expected no leading space, got " a"; remove it, for example with trim()'],
  ['chatUserId', '', 'expected a text of 1 to 64 characters, got ""; it has 0: use a longer one'],
  [
    'chatUserId',
    '💡'.repeat(65),
    `expected a text of 1 to 64 characters, got "${'💡'.repeat(32)}…"; it has 65: use a shorter one`,
  ],
  ['anyString', '', 'expected a text of 1 to 65535 characters, got ""; it has 0: use a longer one'],
])('%s explains why it rejects %j', (limit, value, message) => {
  expect(errorOf(() => AGORA[limit](value, 'name', CODE)).message).toBe(`name: ${message}`);
});

describe.each([
  ['tokenExpire', 1],
  ['privilegeExpire', 0],
] as const)('the limit %s', (limit, min) => {
  const codeOf = (limits: typeof AGORA, value: unknown): string => errorOf(() => limits[limit](value, 'expire')).code;

  test('accepts whole seconds up to 24 hours', () => {
    for (const value of [min, 1, 86_399, 86_400]) {
      for (const limits of [AGORA, WILDCARDS, FORMAT]) expect(limits[limit](value, 'expire')).toBe(value);
    }
  });

  test.each([min - 1, 86_401, 1e9])('rejects %d', (value) => {
    expect(codeOf(AGORA, value)).toBe('ERR_EXPIRE');
    expect(codeOf(WILDCARDS, value)).toBe('ERR_EXPIRE');
  });

  test.each([1e9 + 1, 1e9 + 0.5, 1_700_000_000, 2 ** 32, 1_700_000_000_000, Number.MAX_VALUE])(
    'rejects %d as a Unix timestamp',
    (value) => {
      expect(codeOf(AGORA, value)).toBe('ERR_EXPIRE_LOOKS_ABSOLUTE');
    },
  );

  test.each([0, 86_401, 1e9, 1e9 + 1, 0xffff_ffff])('accepts %d under the limits of the format', (value) => {
    expect(FORMAT[limit](value, 'expire')).toBe(value);
  });

  test.each([
    -1,
    1.5,
    -0,
    NaN,
    Infinity,
    -Infinity,
    2 ** 32,
    '60',
    '1700000000',
    1_700_000_000n,
    null,
    undefined,
    true,
    {},
    [60],
  ])('rejects value %#, which the format cannot hold', (value) => {
    expect(codeOf(FORMAT, value)).toBe('ERR_EXPIRE');
    expect(codeOf(AGORA, value)).toMatch(/^ERR_EXPIRE/u);
  });
});

test.each<[limits: typeof AGORA, value: unknown, message: string]>([
  [
    AGORA,
    1_700_000_000,
    'expected a duration, got 1700000000; it looks like a Unix timestamp: AccessToken2 takes seconds from now, for example 3600',
  ],
  [AGORA, Infinity, 'expected an integer from 1 to 86400, got Infinity; pass whole seconds from now'],
  [AGORA, '1700000000', 'expected an integer from 1 to 86400, got "1700000000"; pass whole seconds from now'],
  [AGORA, null, 'expected an integer from 1 to 86400, got null; pass whole seconds from now'],
  [
    AGORA,
    {},
    'expected an integer from 1 to 86400, got an object; pass whole seconds from now; options come after all other arguments',
  ],
  [FORMAT, -1, 'expected an integer from 0 to 4294967295, got -1; pass whole seconds from now'],
  [
    FORMAT,
    {},
    'expected an integer from 0 to 4294967295, got an object; pass whole seconds from now; options come after all other arguments',
  ],
])('a lifetime is rejected with a message, case %#', (limits, value, message) => {
  expect(errorOf(() => limits.tokenExpire(value, 'expire')).message).toBe(`expire: ${message}`);
});
