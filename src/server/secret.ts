/**
 * A secret between backends, in the header `Authorization: Bearer <secret>`.
 */
import { throwArgumentProblem } from '../errors.js';

const encoder = new TextEncoder();

/**
 * Tells whether a request has a secret in its header `Authorization: Bearer <secret>`.
 *
 * The time it takes depends only on what was sent, not on how much of it is right. The secret is for other backends;
 * users can read everything that is in an app.
 *
 * @param request - The request.
 * @param secret - The expected secret: at least one character, without leading or trailing white space.
 * @throws `AccessTokenError` `ERR_OPTIONS` if the secret is not such a string.
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
  // A received header has one character per byte of UTF-8; a Request created in this process may have the string itself.
  return isEqual(sent, expected) || isEqual(sent, toByteString(expected));
}

/** The value is never echoed. */
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

/** Compares in a time that depends only on `sent`. `expected` has at least one character. */
function isEqual(sent: string, expected: string): boolean {
  let difference = sent.length ^ expected.length;
  for (let index = 0, at = 0; index < sent.length; index++, at++) {
    if (at === expected.length) at = 0;
    difference |= sent.charCodeAt(index) ^ expected.charCodeAt(at);
  }
  return difference === 0;
}
