import type { Decoder } from './platform/platform.js';
import { type DecodedToken, MAX_CONTENT_LENGTH, unpackToken } from './token.js';
import { type DecodedToken006, isToken006, unpackToken006 } from './token006.js';

/**
 * Tells whether two tokens have the same version and content, regardless of compression.
 *
 * Different zlib versions compress the same content to different strings, so compare tokens with this function instead
 * of comparing strings. For two 006 tokens, the App IDs must also be equal.
 * @param a - A token, version 007 or 006.
 * @param b - Another token.
 * @returns Whether they are equivalent.
 * @throws {@link AccessTokenError} Any {@link TokenFormErrorCode} except `ERR_LEGACY_TOKEN`.
 * @example
 * ```ts
 * import { buildRtmToken, tokensEqual } from 'accesstoken2';
 * const fixed = { issueTs: 1700000000, salt: 1 };
 * const a = buildRtmToken(appId, appCertificate, 'alice', 3600, fixed);
 * const b = buildRtmToken(appId, appCertificate, 'alice', 3600, fixed);
 * tokensEqual(a, b); // true
 * ```
 */
export function tokensEqual(decoder: Decoder, a: string, b: string): boolean {
  return equivalent(unpackAny(decoder, a, 'a'), unpackAny(decoder, b, 'b'));
}

function unpackAny(decoder: Decoder, token: string, argument: string): DecodedToken | DecodedToken006 {
  return isToken006(token)
    ? unpackToken006(token, argument)
    : unpackToken(decoder, token, MAX_CONTENT_LENGTH, argument);
}

/** Compares two decoded tokens. The content of a 006 token does not include the App ID. */
function equivalent(a: DecodedToken | DecodedToken006, b: DecodedToken | DecodedToken006): boolean {
  return (
    a.version === b.version &&
    a.appId === b.appId &&
    a.content.length === b.content.length &&
    a.content.every((byte, index) => byte === b.content[index])
  );
}
