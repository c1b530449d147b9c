/**
 * Checks a secret that backends share, in the header `Authorization: Bearer <secret>`.
 */
import { throwArgumentProblem } from '../errors.js';

const encoder = new TextEncoder();

/**
 * Tells whether a request contains a secret in its header `Authorization: Bearer <secret>`.
 *
 * The comparison takes the same time for any wrong secret of the same length. Give the secret only to other backends;
 * users can read everything in a client app.
 *
 * @param request - The request.
 * @param secret - The expected secret: at least one character, without leading or trailing white space.
 * @throws `AccessTokenError` `ERR_OPTIONS` if the secret is invalid.
 *
 * @example
 * ```ts
 * import { hasBearerSecret } from 'accesstoken2/server';
 *
 * const secret = 'of no use elsewhere';
 * const request = new Request('http://localhost', { headers: { Authorization: `Bearer ${secret}` } });
 * hasBearerSecret(request, secret); // true
 * ```
 */
export function hasBearerSecret(request: Request, secret: string): boolean {
  const expected = parseSecret(secret);
  const sent = /^Bearer +(.+)$/isu.exec(request.headers.get('Authorization') ?? '')?.[1] ?? '';
  // Each character of a received header is one UTF-8 byte. A Request created in this process may contain the string.
  return isEqual(sent, expected) || isEqual(sent, toByteString(expected));
}

/** Parses the secret. Errors never echo the value. */
function parseSecret(secret: unknown): string {
  if (typeof secret !== 'string' || secret === '') {
    const expected = secret === '' ? 'at least one character' : 'a text';
    const actual = secret === '' ? 'an empty text' : secret === null ? 'null' : typeof secret;
    const problem = `expected ${expected}, got ${actual}`;
    throwArgumentProblem('ERR_OPTIONS', 'secret', problem, 'is its environment variable set?');
  }
  if (secret.trim() === secret) return secret;
  const problem = 'has white space around it, which a header cannot have';
  throwArgumentProblem('ERR_OPTIONS', 'secret', problem, 'remove it, for example with trim()');
}

/** Encodes a string as UTF-8, one character per byte. */
function toByteString(value: string): string {
  return value.replace(/\P{ASCII}/gu, (character) => String.fromCharCode(...encoder.encode(character)));
}

/** Compares two strings in a time that depends only on `sent`. `expected` must not be empty. */
function isEqual(sent: string, expected: string): boolean {
  let difference = sent.length ^ expected.length;
  for (let index = 0, at = 0; index < sent.length; index++, at++) {
    if (at === expected.length) at = 0;
    difference |= sent.charCodeAt(index) ^ expected.charCodeAt(at);
  }
  return difference === 0;
}
