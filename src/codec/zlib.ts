/**
 * zlib streams (RFC 1950) of one content: written in one piece if it is short, read within a bound.
 */
import { AccessTokenError } from '../errors.js';
import { firstBytes } from './base64.js';
import { copyOf, overwrite } from './bytes.js';
import { MAX_FIXED_LENGTH, deflateFixed, inflateFixed, workspace } from './fixed-codes.js';
import { inflateUpTo } from './inflate.js';

/**
 * Tells whether a content is too long to be compressed here: beyond, codes made to measure save more than they take,
 * and the platform has a compressor that makes them.
 */
export function isLong(content: Uint8Array): boolean {
  return content.length > MAX_FIXED_LENGTH;
}

/**
 * Compresses bytes into a zlib stream that begins with 78 9C, as those of the official builders do.
 *
 * @param bytes - None that are long.
 * @param encode - Takes the stream, which is gone afterwards.
 * @param searchedFrom - Where bytes begin that are worth a search for repeats.
 */
export function compress<Result>(
  bytes: Uint8Array,
  encode: (stream: Uint8Array) => Result,
  searchedFrom = 0,
): Result {
  const length = deflateFixed(bytes, searchedFrom);
  const result = encode(workspace.subarray(0, length));
  overwrite(workspace, 0, length);
  return result;
}

/**
 * Inflates a zlib stream that has to be used up exactly, into at most `maxLength` bytes.
 *
 * The output grows only as the stream fills it, so that neither the memory nor the time that a stream takes depends
 * on how much it would inflate to.
 *
 * @param stream - Begins with the stream.
 * @param streamLength - How many bytes of the view are the stream.
 * @throws AccessTokenError `ERR_TOKEN_ZLIB`, `ERR_TOKEN_TRUNCATED`, `ERR_TOKEN_TRAILING_BYTES`,
 * `ERR_TOKEN_TOO_LARGE`
 */
export function inflate(stream: DataView<ArrayBuffer>, streamLength: number, maxLength: number): Uint8Array {
  const length = inflateFixed(stream, streamLength, maxLength);
  if (length < 0) {
    overwrite(workspace, 0);
    return inflateAny(firstBytes(stream, streamLength), maxLength);
  }
  const content = copyOf(workspace, 0, length);
  overwrite(workspace, 0, length);
  return content;
}

function inflateAny(stream: Uint8Array, maxLength: number): Uint8Array {
  const { bytes, status, left } = inflateUpTo(stream, maxLength);
  switch (status) {
    case 'too large':
      throw new AccessTokenError('ERR_TOKEN_TOO_LARGE', `token: inflates to more than ${maxLength} bytes`);
    case 'cut':
      throw new AccessTokenError(
        'ERR_TOKEN_TRUNCATED',
        'token: the zlib stream ends early: was the token cut?',
      );
    case 'damaged':
      throw new AccessTokenError('ERR_TOKEN_ZLIB', 'token: not a zlib stream, or a damaged one');
    case 'complete':
      if (left === 0) return bytes;
      throw new AccessTokenError('ERR_TOKEN_TRAILING_BYTES', `token: ${left} bytes follow the zlib stream`);
  }
}
