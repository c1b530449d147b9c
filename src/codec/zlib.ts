/**
 * zlib streams (RFC 1950) of one content: written in one piece, read within a bound.
 */
import * as pako from 'pako';
import { AccessTokenError } from '../errors.js';
import { MAX_FIXED_LENGTH, deflateFixed, inflateFixed } from './fixed-codes.js';

/** Where small streams and contents come to be; nothing stays there. No caller's code runs meanwhile. */
const workspace = new Uint8Array(2 * MAX_FIXED_LENGTH);

/**
 * Compresses bytes into a zlib stream that begins with 78 9C, as those of the official builders do.
 *
 * @param encode - Takes the stream, which is gone afterwards.
 */
export function compress<Result>(bytes: Uint8Array, encode: (stream: Uint8Array) => Result): Result {
  if (bytes.length > MAX_FIXED_LENGTH) return encode(pako.deflate(bytes));
  const length = deflateFixed(bytes, workspace);
  const result = encode(workspace.subarray(0, length));
  workspace.fill(0, 0, length);
  return result;
}

/** How much room the first attempt at inflating has: more than any common content takes. */
const FIRST_ROOM = 1024;

/**
 * Inflates a zlib stream that has to be used up exactly, into at most `maxLength` bytes.
 *
 * The output grows only as the stream fills it, so that neither the memory nor the time that a stream takes depends
 * on how much it would inflate to.
 *
 * @throws AccessTokenError `ERR_TOKEN_ZLIB`, `ERR_TOKEN_TRUNCATED`, `ERR_TOKEN_TRAILING_BYTES`,
 * `ERR_TOKEN_TOO_LARGE`
 */
export function inflate(stream: Uint8Array, maxLength: number): Uint8Array {
  const length = inflateFixed(stream, workspace);
  if (length < 0 || length > maxLength) {
    workspace.fill(0);
    return inflateAny(stream, maxLength);
  }
  const content = workspace.slice(0, length);
  workspace.fill(0, 0, length);
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

/** What a stream inflated to, how it ended, and how many bytes of it were not used. */
export interface Inflated {
  readonly bytes: Uint8Array;
  readonly status: 'complete' | 'cut' | 'damaged' | 'too large';
  readonly left: number;
}

/** Inflates as much of a stream as can be, into at most `maxLength` bytes. */
export function inflateUpTo(stream: Uint8Array, maxLength: number): Inflated {
  const z = new pako.ZStream();
  z.input = stream;
  z.avail_in = stream.length;
  pako.zlibInflateInit(z);
  // One byte beyond the limit tells a content that is too large from one that just fits.
  const bound = maxLength + 1;
  let output = new Uint8Array(Math.min(FIRST_ROOM, bound));
  const ended = (status: Inflated['status']): Inflated => ({
    bytes: output.slice(0, Math.min(z.total_out, maxLength)),
    status,
    left: z.avail_in,
  });
  for (;;) {
    z.output = output;
    z.next_out = z.total_out;
    z.avail_out = output.length - z.total_out;
    const status = pako.zlibInflate(z, pako.Z_NO_FLUSH);
    if (z.total_out > maxLength) return ended('too large');
    if (status === pako.Z_STREAM_END) return ended('complete');
    if (status === pako.Z_OK && z.avail_out === 0) {
      const grown = new Uint8Array(Math.min(bound, 4 * output.length));
      grown.set(output);
      output = grown;
    } else if (status === pako.Z_OK || status === pako.Z_BUF_ERROR) {
      return ended('cut');
    } else {
      return ended('damaged');
    }
  }
}
