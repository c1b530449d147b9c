import { describe, expect, test } from 'vitest';
import { buildFpaToken } from '../src/index.js';
import { escapeUnprintable, quote, quoteName } from '../src/redact.js';

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const TOKEN = buildFpaToken(APP_ID, CERTIFICATE, { issueTs: 1_700_000_000, salt: 1 });
const LEGACY_TOKEN = `006${APP_ID}IACUO2iqx1Xh5Qd8N9dyZJnV+1fC/7vFkQ0x9Yq8vQ==`;

describe('quote', () => {
  test.each<[value: unknown, quoted: string]>([
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
  ])('formats value %#', (value, quoted) => {
    expect(quote(value)).toBe(quoted);
  });

  test('describes a proxy by its kind, without running its traps', () => {
    const traps = new Proxy(
      {},
      {
        get: () => {
          throw new RangeError('a trap');
        },
      },
    );
    expect(quote(new Proxy({}, traps))).toBe('an object');
    expect(quote(new Proxy([], traps))).toBe('an array');
    expect(quote(new Proxy(() => 0, traps))).toBe('a function');
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(quote(proxy)).toBe('an object');
  });

  test.each<[what: string, value: string, quoted: string]>([
    ['64 characters', 'x'.repeat(64), `"${'x'.repeat(64)}"`],
    ['65 characters', 'x'.repeat(65), `"${'x'.repeat(64)}…"`],
    ['a surrogate pair at the last place', `${'x'.repeat(62)}😀`, `"${'x'.repeat(62)}😀"`],
    ['a surrogate pair beyond the last place', `${'x'.repeat(63)}😀`, `"${'x'.repeat(63)}…"`],
    ['an escape at the last place', `${'x'.repeat(58)}\0`, `"${'x'.repeat(58)}\\u0000"`],
    ['an escape beyond the last place', `${'x'.repeat(59)}\0`, `"${'x'.repeat(59)}…"`],
    ['only escapes', '"'.repeat(33), `"${'\\"'.repeat(32)}…"`],
  ])('cuts after 64 characters: %s', (_, value, quoted) => {
    expect(quote(value)).toBe(quoted);
  });

  test.each<[what: string, value: string, quoted: string]>([
    ['32 digits', CERTIFICATE, '"<hidden>"'],
    ['32 upper-case digits', CERTIFICATE.toUpperCase(), '"<hidden>"'],
    ['more than 32 digits', `${CERTIFICATE}0${APP_ID}`, '"<hidden>"'],
    ['digits between words', `key=${CERTIFICATE}&x`, '"key=<hidden>&x"'],
    ['two of them', `${APP_ID} ${CERTIFICATE}`, '"<hidden> <hidden>"'],
    ['digits at the cut', 'z'.repeat(60) + CERTIFICATE, `"${'z'.repeat(60)}<hid…"`],
    ['a long run of digits', CERTIFICATE.repeat(100), '"<hidden>"'],
    ['digits and a name in a string that is searched as a whole', `${'0'.repeat(4090)} alice`, '"<hidden> alice"'],
    ['digits, and a tail that may be the beginning of a secret', `${'0'.repeat(4090)} alice!`, '"<hidden>…"'],
    ['but not 31 digits', CERTIFICATE.slice(1), `"${CERTIFICATE.slice(1)}"`],
    ['a token', TOKEN, '"<token>"'],
    ['a token in a header', `Bearer ${TOKEN}`, '"Bearer <token>"'],
    ['a token and the rest of the string', `${TOKEN} for alice`, '"<token>"'],
    ['a token in base64url', TOKEN.replaceAll('+', '-').replaceAll('/', '_'), '"<token>"'],
    ['a token in a URL', encodeURIComponent(TOKEN), '"<token>"'],
    ['a 006 token', LEGACY_TOKEN, '"<token>"'],
    ['but not a telephone number', '007 123', '"007 123"'],
  ])('hides secrets: %s', (_, value, quoted) => {
    expect(quote(value)).toBe(quoted);
  });

  test('hides a secret at any position of a long string', () => {
    const leaks: string[] = [];
    for (let exponent = 6; exponent <= 16; exponent++) {
      for (let length = 2 ** exponent - 48; length <= 2 ** exponent; length++) {
        for (const secret of [CERTIFICATE, TOKEN]) {
          const quoted = quote(`${'a'.repeat(length)} ${secret}`);
          if (quoted.includes(secret.slice(0, 8))) leaks.push(`${length}: ${quoted}`);
        }
      }
    }
    expect(leaks).toEqual([]);
  });

  test('takes bounded time for millions of characters', () => {
    const start = performance.now();
    expect(quote('0'.repeat(2 ** 24))).toBe('"<hidden>"');
    expect(quote('007'.repeat(2 ** 22))).toBe('"<token>"');
    expect(performance.now() - start).toBeLessThan(500);
  });
});

test('quoteName formats a property name without quotes', () => {
  expect(quoteName('uid')).toBe('uid');
  expect(quoteName('')).toBe('""');
  expect(quoteName('a"\n')).toBe(String.raw`a\"\n`);
  expect(quoteName(CERTIFICATE)).toBe('<hidden>');
  expect(quoteName('x'.repeat(65))).toBe(`${'x'.repeat(64)}…`);
});

test('escapeUnprintable keeps printable characters and the space', () => {
  expect(escapeUnprintable('a b"é💡')).toBe('a b"é💡');
  expect(escapeUnprintable('\n\u00a0\u{e0041}')).toBe(String.raw`\u000a\u00a0\udb40\udc41`);
});
