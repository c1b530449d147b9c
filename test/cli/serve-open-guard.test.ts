import { expect, test } from 'vitest';
import { isLoopbackOrigin, openModeProblem } from '../../src/cli/serve/open-guard.js';

const PORT = 8082;
const HOST = ['Host', `localhost:${PORT}`];

test.each(['localhost', 'LocalHost', '127.0.0.1', '[::1]'])('accepts the host %s', (name) => {
  expect(openModeProblem(['Host', `${name}:${PORT}`], PORT)).toBeUndefined();
  expect(openModeProblem(['hOST', `${name}:80`], 80)).toBeUndefined();
  expect(openModeProblem(['Host', name], 80)).toBeUndefined();
});

test.each([
  'localhost',
  'localhost:8083',
  'localhost:80820',
  'localhost.:8082',
  'localhost.evil.example:8082',
  'evil.example:8082',
  'evil.example',
  '127.0.0.2:8082',
  '127.0.0.1.nip.io:8082',
  '0.0.0.0:8082',
  '[::]:8082',
  '::1:8082',
  'user@localhost:8082',
  ' localhost:8082',
  '',
])('rejects the host %j', (host) => {
  expect(openModeProblem(['Host', host], PORT)).toMatch(/^Host: .+; ask for http:\/\/localhost:8082\.$/u);
});

test('rejects a missing or duplicate Host', () => {
  expect(openModeProblem([], PORT)).toMatch(/^Host: /u);
  expect(openModeProblem([...HOST, 'host', 'evil.example'], PORT)).toMatch(/^Host: /u);
  expect(openModeProblem([...HOST, ...HOST], PORT)).toMatch(/^Host: /u);
});

test.each([
  'Forwarded',
  'Via',
  'CDN-Loop',
  'CF-Connecting-IP',
  'True-Client-IP',
  'X-Client-IP',
  'X-Forwarded',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Forwarded-Of-No-Name',
  'X-Real-IP',
])('rejects %s with any value and letter case', (name) => {
  for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
    for (const value of ['127.0.0.1', '']) {
      const problem = openModeProblem([...HOST, written, value], PORT);
      expect(problem?.toLowerCase()).toMatch(new RegExp(`^${name.toLowerCase()}: .+ with a secret\\.$`, 'u'));
    }
  }
});

test.each([
  'http://localhost',
  'http://localhost:3000',
  'http://127.0.0.1:5500',
  'http://[::1]:8080',
  `http://localhost:${PORT}`,
])('accepts pages of %s', (origin) => {
  expect(isLoopbackOrigin(origin)).toBe(true);
  for (const site of ['same-origin', 'same-site', 'cross-site']) {
    expect(openModeProblem([...HOST, 'Origin', origin, 'Sec-Fetch-Site', site], PORT)).toBeUndefined();
  }
});

test.each([
  'null',
  '',
  'https://evil.example',
  'http://localhost.evil.example',
  'http://localhost:3000.evil.example',
  'http://evil.localhost:3000',
  'http://127.0.0.1.nip.io',
  'http://127.0.0.2:3000',
  'http://192.168.0.2:3000',
  'http://localhost:3000/',
  'http://localhost:3000, http://localhost:3000',
  'http://user@localhost:3000',
  'https://localhost:3000',
  'file://',
])('rejects pages of %j', (origin) => {
  expect(isLoopbackOrigin(origin)).toBe(false);
  for (const site of [[], ['Sec-Fetch-Site', 'same-origin'], ['Sec-Fetch-Site', 'none']]) {
    expect(openModeProblem([...HOST, 'Origin', origin, ...site], PORT)).toMatch(/^Origin: /u);
  }
});

test('rejects two origins, even if both are of this machine', () => {
  const twice = ['Origin', 'http://localhost:3000', 'Origin', 'http://localhost:3000'];
  expect(openModeProblem([...HOST, ...twice], PORT)).toMatch(/^Origin: /u);
});

test('rejects a cross-site request without an origin', () => {
  for (const site of ['cross-site', 'of-tomorrow', '']) {
    expect(openModeProblem([...HOST, 'Sec-Fetch-Site', site], PORT)).toMatch(/^Sec-Fetch-Site: /u);
  }
  for (const site of ['none', 'same-origin', 'same-site']) {
    expect(openModeProblem([...HOST, 'Sec-Fetch-Site', site], PORT)).toBeUndefined();
  }
});

test('finds a proxy header after many other headers', () => {
  const many = Array.from({ length: 2500 }, (_, index) => [`a${index}`, '']).flat();
  expect(openModeProblem([...HOST, ...many, 'Via', '1.1 proxy'], PORT)).toMatch(/^Via: /u);
});
