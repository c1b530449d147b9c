import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { AccessTokenError, refuse, refuseAs, shown, shownName } from '../src/errors.js';
import { buildFpaToken, decodeToken } from '../src/index.js';

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const TOKEN = buildFpaToken(APP_ID, CERTIFICATE, { issueTs: 1_700_000_000, salt: 1 });
const LEGACY_TOKEN = `006${APP_ID}IACUO2iqx1Xh5Qd8N9dyZJnV+1fC/7vFkQ0x9Yq8vQ==`;

describe('AccessTokenError', () => {
  test('is an Error with a name, a code and a message', () => {
    const error = new AccessTokenError('ERR_SALT', 'salt: expected an integer');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'AccessTokenError', code: 'ERR_SALT' });
    expect(error.message).toBe('salt: expected an integer');
    expect(String(error)).toBe('AccessTokenError: salt: expected an integer');
    expect(error.stack?.split('\n')[0]).toContain('salt: expected an integer');
  });

  test.each([
    [{}, ['code']],
    [{ argument: 'salt' }, ['code', 'argument']],
    [{ offset: 0 }, ['code', 'offset']],
    [{ argument: 'token', offset: 7 }, ['code', 'argument', 'offset']],
  ])('with %j has the properties %j', (where, names) => {
    const error = new AccessTokenError('ERR_SALT', 'message', where);
    expect(Object.keys(error)).toEqual(names);
    expect(error).toMatchObject(where);
  });

  test('has its name on the prototype, where a copy to JSON does not repeat it', () => {
    const error = new AccessTokenError('ERR_SALT', 'message', { argument: 'salt' });
    expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'ERR_SALT', argument: 'salt' });
  });

  test.each<[what: string, value: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'AccessTokenError'],
    ['an Error', new Error('message')],
    ['an object with the same properties', { name: 'AccessTokenError', code: 'ERR_SALT', message: '' }],
    ['the class itself', AccessTokenError],
    [
      'a proxy that refuses to be looked at',
      new Proxy(new AccessTokenError('ERR_SALT', ''), {
        has: () => {
          throw new RangeError('a trap');
        },
      }),
    ],
  ])('is not %s', (_, value) => {
    expect(value instanceof AccessTokenError).toBe(false);
  });
});

/** Other copies of the class, as a program may have loaded them. */
const COPIES: readonly (readonly [name: string, load: () => Promise<unknown>])[] = [
  ['a second copy of the module', () => importOf('../src/errors.js?copy')],
  ...['../dist/index.js', '../dist/index.cjs']
    .filter((path) => existsSync(new URL(path, import.meta.url)))
    .map(
      (path) => [path.slice(3), () => (path.endsWith('.cjs') ? requireOf(path) : importOf(path))] as const,
    ),
];

function importOf(path: string): Promise<unknown> {
  return import(/* @vite-ignore */ path) as Promise<unknown>;
}

function requireOf(path: string): Promise<unknown> {
  return Promise.resolve(createRequire(import.meta.url)(path));
}

describe.each(COPIES)('the class of %s', (_, load) => {
  const loaded = async (): Promise<typeof AccessTokenError> =>
    ((await load()) as { readonly AccessTokenError: typeof AccessTokenError }).AccessTokenError;

  test('is another one, whose errors are of this class, and the other way round', async () => {
    const Copy = await loaded();
    expect(Copy).not.toBe(AccessTokenError);
    expect(new Copy('ERR_SALT', 'message') instanceof AccessTokenError).toBe(true);
    expect(new AccessTokenError('ERR_SALT', 'message') instanceof Copy).toBe(true);
    expect(new Error('message') instanceof Copy).toBe(false);
  });

  test('has subclasses that are of this class, and not the other way round', async () => {
    const Copy = await loaded();
    class Subclass extends Copy {}
    expect(new Subclass('ERR_SALT', 'message') instanceof AccessTokenError).toBe(true);
    expect(new AccessTokenError('ERR_SALT', 'message') instanceof Subclass).toBe(false);
    expect(new Copy('ERR_SALT', 'message') instanceof Subclass).toBe(false);
  });
});

test('a subclass means itself', () => {
  class Subclass extends AccessTokenError {}
  class Deeper extends Subclass {}
  const error = new Deeper('ERR_SALT', 'message');
  expect(error instanceof Deeper).toBe(true);
  expect(error instanceof Subclass).toBe(true);
  expect(error instanceof AccessTokenError).toBe(true);
  expect(new Subclass('ERR_SALT', 'message') instanceof Deeper).toBe(false);
  expect(new AccessTokenError('ERR_SALT', 'message') instanceof Subclass).toBe(false);
});

test('what makes an error one of the class is the same in every version, and its name is in no list', () => {
  const error = new AccessTokenError('ERR_SALT', 'message');
  expect(Symbol.for('accesstoken2.AccessTokenError') in error).toBe(true);
  expect(Object.getOwnPropertyDescriptor(AccessTokenError.prototype, 'name')).toEqual({
    value: 'AccessTokenError',
    configurable: true,
    enumerable: false,
    writable: false,
  });
});

test('what a thrown error is of is told by the code alone', () => {
  try {
    decodeToken('007');
    expect.unreachable();
  } catch (error) {
    expect(error instanceof AccessTokenError ? error.code : error).toBe('ERR_TOKEN_TRUNCATED');
  }
});

describe('a refusal', () => {
  test('names the argument, what was expected, what came and the way out', () => {
    expect(() => refuse('ERR_UID', 'uid', 'an integer', 'seven', 'pass 7')).toThrow(
      expect.objectContaining({
        code: 'ERR_UID',
        argument: 'uid',
        message: 'uid: expected an integer, got "seven"; pass 7',
      }),
    );
  });

  test('of something else than a value names that', () => {
    expect(() => refuseAs('ERR_SERVICE', 'services[0]', 'is too large', 'make it smaller')).toThrow(
      expect.objectContaining({
        code: 'ERR_SERVICE',
        argument: 'services[0]',
        message: 'services[0]: is too large; make it smaller',
      }),
    );
  });
});

describe('shown', () => {
  test.each<[value: unknown, text: string]>([
    ['room 1', '"room 1"'],
    ['', '""'],
    ['zoë 😀 房间', '"zoë 😀 房间"'],
    ['a"b\\c', String.raw`"a\"b\\c"`],
    ['\0\t\n\r\u001b', String.raw`"\u0000\t\n\r\u001b"`],
    ['\u007f\u0085', String.raw`"\u007f\u0085"`],
    ['\u2028\u2029', String.raw`"\u2028\u2029"`],
    ['\u00a0\u3000', String.raw`"\u00a0\u3000"`],
    ['\u200b\u200d\ufeff', String.raw`"\u200b\u200d\ufeff"`],
    ['\u202eecila\u2066', String.raw`"\u202eecila\u2066"`],
    ['\u{e0041}', String.raw`"\udb40\udc41"`],
    ['\ud83d', String.raw`"\ud83d"`],
    ['\ude00a', String.raw`"\ude00a"`],
    [7, '7'],
    [-0, '-0'],
    [0, '0'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [1.5, '1.5'],
    [7n, 'the bigint 7'],
    [2n ** 64n - 1n, 'the bigint 18446744073709551615'],
    [1n - 2n ** 64n, 'the bigint -18446744073709551615'],
    [2n ** 64n, 'the bigint beyond 64 bits'],
    [-(2n ** 64n), 'the bigint beyond 64 bits'],
    [10n ** 100_000n, 'the bigint beyond 64 bits'],
    [true, 'true'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol(CERTIFICATE), 'a symbol'],
    [() => CERTIFICATE, 'a function'],
    [[CERTIFICATE], 'an array'],
    [{ toString: () => CERTIFICATE, toJSON: () => CERTIFICATE }, 'an object'],
    [new Date(0), 'an object'],
    [Object('alice'), 'an object'],
  ])('shows case %#', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  test('names a proxy by its kind, and runs none of its traps', () => {
    const traps = new Proxy(
      {},
      {
        get: () => {
          throw new RangeError('a trap');
        },
      },
    );
    expect(shown(new Proxy({}, traps))).toBe('an object');
    expect(shown(new Proxy([], traps))).toBe('an array');
    expect(shown(new Proxy(() => 0, traps))).toBe('a function');
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(shown(proxy)).toBe('an object');
  });

  test.each<[what: string, text: string, shownText: string]>([
    ['64 characters', 'x'.repeat(64), `"${'x'.repeat(64)}"`],
    ['65 characters', 'x'.repeat(65), `"${'x'.repeat(64)}…"`],
    ['a pair of surrogates in the last place', `${'x'.repeat(62)}😀`, `"${'x'.repeat(62)}😀"`],
    ['a pair of surrogates beyond the last place', `${'x'.repeat(63)}😀`, `"${'x'.repeat(63)}…"`],
    ['an escape in the last place', `${'x'.repeat(58)}\0`, `"${'x'.repeat(58)}\\u0000"`],
    ['an escape beyond the last place', `${'x'.repeat(59)}\0`, `"${'x'.repeat(59)}…"`],
    ['escapes alone', '"'.repeat(33), `"${'\\"'.repeat(32)}…"`],
  ])('cuts after 64 characters: %s', (_, text, shownText) => {
    expect(shown(text)).toBe(shownText);
  });

  test.each<[what: string, text: string, shownText: string]>([
    ['32 digits', CERTIFICATE, '"<hidden>"'],
    ['32 digits in capitals', CERTIFICATE.toUpperCase(), '"<hidden>"'],
    ['more than 32 digits', `${CERTIFICATE}0${APP_ID}`, '"<hidden>"'],
    ['digits between words', `key=${CERTIFICATE}&x`, '"key=<hidden>&x"'],
    ['digits twice', `${APP_ID} ${CERTIFICATE}`, '"<hidden> <hidden>"'],
    ['digits that the cut would divide', 'z'.repeat(60) + CERTIFICATE, `"${'z'.repeat(60)}<hid…"`],
    ['digits in a row', CERTIFICATE.repeat(100), '"<hidden>"'],
    [
      'digits and a name that end a text looked at as a whole',
      `${'0'.repeat(4090)} alice`,
      '"<hidden> alice"',
    ],
    ['digits and what may be the beginning of a secret', `${'0'.repeat(4090)} alice!`, '"<hidden>…"'],
    ['no 31 digits', CERTIFICATE.slice(1), `"${CERTIFICATE.slice(1)}"`],
    ['a token', TOKEN, '"<token>"'],
    ['a token in a header', `Bearer ${TOKEN}`, '"Bearer <token>"'],
    ['a token and what follows', `${TOKEN} for alice`, '"<token>"'],
    ['a token in base64url', TOKEN.replaceAll('+', '-').replaceAll('/', '_'), '"<token>"'],
    ['a token in a URL', encodeURIComponent(TOKEN), '"<token>"'],
    ['a token of the older version', LEGACY_TOKEN, '"<token>"'],
    ['no telephone number', '007 123', '"007 123"'],
  ])('hides what could be a secret: %s', (_, text, shownText) => {
    expect(shown(text)).toBe(shownText);
  });

  test('hides a secret wherever it begins in a long text', () => {
    const told: string[] = [];
    for (let exponent = 6; exponent <= 16; exponent++) {
      for (let length = 2 ** exponent - 48; length <= 2 ** exponent; length++) {
        for (const secret of [CERTIFICATE, TOKEN]) {
          const text = shown(`${'a'.repeat(length)} ${secret}`);
          if (text.includes(secret.slice(0, 8))) told.push(`${length}: ${text}`);
        }
      }
    }
    expect(told).toEqual([]);
  });

  test('takes no longer for a text of millions of characters', () => {
    const start = performance.now();
    expect(shown('0'.repeat(2 ** 24))).toBe('"<hidden>"');
    expect(shown('007'.repeat(2 ** 22))).toBe('"<token>"');
    expect(performance.now() - start).toBeLessThan(500);
  });
});

test('the name of a property is shown without quotes', () => {
  expect(shownName('uid')).toBe('uid');
  expect(shownName('')).toBe('""');
  expect(shownName('a"\n')).toBe(String.raw`a\"\n`);
  expect(shownName(CERTIFICATE)).toBe('<hidden>');
  expect(shownName('x'.repeat(65))).toBe(`${'x'.repeat(64)}…`);
});
