/** Inflates the zlib stream (RFC 1950) in a token, up to a maximum output length. */
import { formatError } from '../errors.js';
import { type DecodedBase64, copyDecoded } from './base64.js';
import { inflateFixed } from './fixed-block.js';

/** The result of inflating a zlib stream: complete, truncated, corrupt, or over the output limit. */
export type InflateStatus = 'ok' | 'truncated' | 'corrupt' | 'limit';

export interface Inflated {
  readonly status: InflateStatus;
  readonly bytes: Uint8Array;
  /** The number of input bytes after the end of the stream. */
  readonly unused: number;
}

/**
 * Inflates a zlib stream with node:zlib or pako, depending on the platform. Both give the same result.
 *
 * If the status is `'truncated'`, `bytes` contains the output so far. For `'corrupt'` and `'limit'` it is empty.
 * @param maxLength - The maximum length of the output in bytes, at least 1.
 */
export type Inflate = (stream: Uint8Array, maxLength: number) => Inflated;

/**
 * Inflates a zlib stream. Throws if bytes follow it.
 *
 * Time and memory are bounded by the stream length and `maxLength`, even if the stream would inflate to much more.
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
 * If the status is `'corrupt'`, `bytes` contains the output of the longest valid prefix of the stream.
 */
export function decompressPartial(decoded: DecodedBase64, maxLength: number, inflate: Inflate): Inflated {
  const stream = copyDecoded(decoded);
  const whole = inflate(stream, maxLength);
  if (whole.status !== 'corrupt') return whole;
  let { bytes } = whole;
  // If a prefix is corrupt, so is every longer prefix. A binary search finds the boundary.
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
