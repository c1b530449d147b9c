import { expect, test } from 'vitest';
import { hasBearerSecret } from '../../src/server/app.js';
import { refusalOf } from '../refusal.js';

const SECRET = 'correct horse battery staple';

function requestWith(authorization?: string): Request {
  const headers = authorization === undefined ? {} : { Authorization: authorization };
  return new Request('http://localhost/', { headers });
}

test.each([`Bearer ${SECRET}`, `bearer ${SECRET}`, `BEARER   ${SECRET}`])('accepts %j', (authorization) => {
  expect(hasBearerSecret(requestWith(authorization), SECRET)).toBe(true);
});

test.each([
  undefined,
  '',
  'Bearer',
  'Bearer ',
  SECRET,
  `Basic ${SECRET}`,
  `Bearer${SECRET}`,
  `Bearer ${SECRET}x`,
  `Bearer ${SECRET}${SECRET}`,
  `Bearer ${SECRET.slice(0, -1)}`,
  `Bearer ${SECRET.toUpperCase()}`,
  `Bearer x${SECRET.slice(1)}`,
  `x Bearer ${SECRET}`,
  `Bearer ${SECRET}, Bearer ${SECRET}`,
])('does not accept %j', (authorization) => {
  expect(hasBearerSecret(requestWith(authorization), SECRET)).toBe(false);
});

test('accepts a secret with non-ASCII characters as a header carries it', () => {
  const secret = 'übung';
  const sent = Buffer.from(secret, 'utf8').toString('latin1');
  expect(hasBearerSecret(requestWith(`Bearer ${sent}`), secret)).toBe(true);
  expect(hasBearerSecret(requestWith(`Bearer ${secret}`), secret)).toBe(true);
  expect(hasBearerSecret(requestWith('Bearer ubung'), secret)).toBe(false);
});

test.each(['', ' ', ' a', 'a\n', undefined, null, 1])('rejects the secret %j', (secret) => {
  const error = refusalOf(() => hasBearerSecret(requestWith('Bearer '), secret as string));
  expect(error).toMatchObject({ code: 'ERR_OPTIONS', argument: 'secret' });
});

test('an error does not contain the secret', () => {
  expect(refusalOf(() => hasBearerSecret(requestWith(), `${SECRET}\n`)).message).not.toContain(SECRET);
});
