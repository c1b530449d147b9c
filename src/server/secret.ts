/**
 * A secret between backends, in the header `Authorization: Bearer <secret>`.
 */
import { AccessTokenError } from '../index.js';

const encoder = new TextEncoder();

/**
 * Tells whether a request has a secret in its header `Authorization: Bearer <secret>`.
 *
 * How long it takes depends on what was sent, and not on how much of it is right. The secret is for other backends;
 * whatever is in an app can be read by its users.
 *
 * @param request - The request.
 * @param secret - What has to be there: at least one character, and no white space around it.
 * @throws `AccessTokenError` `ERR_OPTIONS`, for a secret that nothing can be held against.
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
  const expected = takeSecret(secret);
  const sent = /^Bearer +(.+)$/isu.exec(request.headers.get('Authorization') ?? '')?.[1] ?? '';
  // What is sent in UTF-8 arrives with a character for each byte, what was put into a Request here as it is.
  return isEqual(sent, expected) || isEqual(sent, bytewise(expected));
}

function takeSecret(secret: unknown): string {
  if (typeof secret === 'string' && secret !== '' && secret.trim() === secret) return secret;
  const fault =
    typeof secret !== 'string'
      ? `expected a text, got ${secret === null ? 'null' : typeof secret}; is its environment variable set?`
      : secret === ''
        ? 'expected at least one character, got an empty text; is its environment variable set?'
        : 'has white space around it, which a header cannot have; remove it, for example with trim()';
  throw new AccessTokenError('ERR_OPTIONS', `secret: ${fault}`, { argument: 'secret' });
}

/** Writes a text with a character for each byte of its UTF-8. */
function bytewise(text: string): string {
  return text.replace(/\P{ASCII}/gu, (character) => String.fromCharCode(...encoder.encode(character)));
}

/** Compares in a time that depends on what was sent alone; `expected` has at least one character. */
function isEqual(sent: string, expected: string): boolean {
  let difference = sent.length ^ expected.length;
  for (let index = 0, at = 0; index < sent.length; index++, at++) {
    if (at === expected.length) at = 0;
    difference |= sent.charCodeAt(index) ^ expected.charCodeAt(at);
  }
  return difference === 0;
}
