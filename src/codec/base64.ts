import { AccessTokenError } from '../errors.js';

/**
 * Says why a text is not canonical base64 (RFC 4648 §4: padded, no other characters, unused bits zero).
 *
 * Every platform decodes leniently and compares what it got, encoded again, with the text: if they differ, this is
 * the error.
 *
 * @param start - Where the text begins in the token, so that the offset counts characters of the token.
 */
export function base64Error(text: string, start: number): AccessTokenError {
  const body = text.replace(/={1,2}$/u, '');
  const foreign = body.search(/[^A-Za-z0-9+/]/u);
  if (foreign >= 0) return notBase64(describeForeign(body.charAt(foreign)), start + foreign);
  if (text.length % 4 !== 0)
    return notBase64(`its length is no multiple of 4: was it cut?`, start + text.length);
  return notBase64('bits after the last byte are set', start + body.length - 1);
}

function describeForeign(character: string): string {
  if (character === '-' || character === '_')
    return 'it has letters of base64url: use + and / instead of - and _';
  if (character === ' ') return 'it has a space: a + that was not escaped in a URL?';
  if (character === '%') return 'it is percent-encoded: decode it first';
  if (/\s/u.test(character)) return 'it has white space: remove it';
  return 'it has a character that is not in the alphabet';
}

function notBase64(fault: string, offset: number): AccessTokenError {
  return new AccessTokenError(
    'ERR_TOKEN_BASE64',
    `token: not canonical base64 at character ${offset}: ${fault}`,
    {
      offset,
    },
  );
}
