/** Inflates the zlib stream (RFC 1950) of a token, within a bound on its output. */
import { formatError } from '../errors.js';
import { type DecodedBase64, copyDecoded } from './base64.js';
import { inflateFixed } from './fixed-block.js';

/** How inflating a zlib stream ended: complete; the stream ends early; damaged; the output exceeds the limit. */
export type InflateStatus = 'ok' | 'truncated' | 'corrupt' | 'limit';

export interface Inflated {
  readonly status: InflateStatus;
  readonly bytes: Uint8Array;
  /** Input bytes after the end of the stream. */
  readonly unused: number;
}

/**
 * Inflates a zlib stream with the library of a platform: node:zlib or pako. They agree on every stream.
 *
 * With `'truncated'`, `bytes` holds the output so far; with `'corrupt'` and `'limit'` it is empty.
 * @param maxLength - The maximum length of the output in bytes, at least 1.
 */
export type Inflate = (stream: Uint8Array, maxLength: number) => Inflated;

/**
 * Inflates a zlib stream that has to be used up exactly.
 *
 * Time and memory are bounded by the length of the stream and `maxLength`, whatever the stream would inflate to.
 * @throws AccessTokenError `ERR_TOKEN_ZLIB`, `ERR_TOKEN_TRUNCATED`, `ERR_TOKEN_TRAILING_BYTES`, `ERR_TOKEN_TOO_LARGE`
 */
export function decompress(stream: DecodedBase64, maxLength: number, inflate: Inflate): Uint8Array {
  const content = inflateFixed(stream.view, stream.length, maxLength);
  if (content !== undefined) return content;
  const { status, bytes, unused } = inflate(copyDecoded(stream), maxLength);
  if (status === 'ok' && unused === 0) return bytes;
  throw inflateError(status, unused, maxLength);
}

function inflateError(status: InflateStatus, unused: number, maxLength: number): Error {
  switch (status) {
    case 'limit': {
      const hint = 'raise maxContentLength if such large tokens are expected';
      return formatError('ERR_TOKEN_TOO_LARGE', `inflates to more than ${maxLength} bytes`, hint);
    }
    case 'truncated':
      return formatError('ERR_TOKEN_TRUNCATED', 'the zlib stream ends early', 'was the token cut?');
    case 'corrupt':
      return formatError('ERR_TOKEN_ZLIB', 'not a zlib stream, or a damaged one', 'pass the token as it was minted');
    case 'ok':
      return formatError('ERR_TOKEN_TRAILING_BYTES', `${unused} bytes follow the zlib stream`, 'pass the token alone');
  }
}

/**
 * Inflates as much of a stream as possible, for diagnosis.
 *
 * With `'corrupt'`, `bytes` holds the output of the longest prefix of the stream that is not corrupt.
 */
export function decompressPartial(decoded: DecodedBase64, maxLength: number, inflate: Inflate): Inflated {
  const stream = copyDecoded(decoded);
  const whole = inflate(stream, maxLength);
  if (whole.status !== 'corrupt') return whole;
  let { bytes } = whole;
  // If a prefix is corrupt, every longer one is, so a binary search finds the boundary.
  let valid = 0;
  let corrupt = stream.length;
  while (corrupt - valid > 1) {
    const length = (valid + corrupt) >>> 1;
    const prefix = inflate(stream.subarray(0, length), maxLength);
    if (prefix.status === 'corrupt') {
      corrupt = length;
    } else {
      valid = length;
      bytes = prefix.bytes;
    }
  }
  return { ...whole, bytes };
}
