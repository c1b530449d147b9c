import { inflateSync } from 'node:zlib';
import type { AccessTokenErrorCode } from '../../src/index.js';
import { compress, isLong } from '../../src/codec/zlib.js';
import { deflate } from '../../src/platform/node.js';
import { inflate } from '../codec/streams.js';
import { mutatedBytes } from './mutation.js';
import type { Random } from './random.js';
import { type Target, hold, outcomeOf, target } from './target.js';
import { checked, compressed, tokenOf } from './tokens.js';

/** Bytes to compress, or a stream to inflate. */
type Input = { readonly bytes: Buffer } | { readonly stream: Buffer; readonly maxLength: number };

interface Base {
  readonly bytes: Buffer;
  readonly own: Buffer;
  readonly other: Buffer;
}

/** Compresses so that node:zlib inflates it, and inflates what node:zlib inflates, and nothing else. */
export const zlibTarget: Target = target<Base, Input>({ name: 'zlib', draw, vary, check });

function draw(random: Random): Base {
  const bytes = bytesOf(random);
  return { bytes, own: ownStream(bytes), other: compressed(bytes, random) };
}

function vary({ bytes, own, other }: Base, random: Random): Input {
  if (random.once(4)) return { bytes: mutatedBytes(bytes, other, random) };
  const stream = mutatedBytes(random.once(2) ? own : other, bytes, random);
  const maxLength = random.once(4) ? random.below(2 * bytes.length + 2) : 2 ** 20;
  return { stream: random.once(4) ? checked(stream) : stream, maxLength };
}

/** Draws bytes that repeat themselves near and far, or not at all. */
function bytesOf(random: Random): Buffer {
  if (random.once(3)) return tokenOf(random).content;
  const length = random.once(200) ? random.below(140_000) : random.below(random.pick([8, 64, 600]));
  const symbols = 1 << random.below(9);
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at++) {
    const distance = random.once(4) ? 1 + random.below(Math.min(at, 40_000)) : 0;
    const repeated = distance > 0 ? bytes[at - distance] : undefined;
    bytes[at] = repeated ?? random.below(symbols);
  }
  return bytes;
}

function ownStream(bytes: Buffer): Buffer {
  return isLong(bytes) ? Buffer.from(deflate(bytes)) : compress(bytes, (stream) => Buffer.from(stream));
}

/** What node:zlib tells with `info`, which its types do not know. */
interface WithInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function check(input: Input): void {
  if ('bytes' in input) checkCompressed(input.bytes);
  else checkInflated(input.stream, input.maxLength);
}

function checkCompressed(bytes: Buffer): void {
  const own = ownStream(bytes);
  hold(inflateSync(own).equals(bytes), 'node:zlib inflates what is compressed');
  hold(Buffer.compare(inflate(own, Math.max(1, bytes.length)), bytes) === 0, 'it is inflated here, too');
  // What is short is written in fixed codes, of 9 bits at most; what is long is stored if that is shorter.
  const longest = Math.max(bytes.length * 1.125, bytes.length + 5 * Math.ceil(bytes.length / 0xffff));
  hold(own.length <= longest + 8, 'it is hardly longer than what it holds');
}

function checkInflated(stream: Buffer, maxLength: number): void {
  const outcome = outcomeOf(() => inflate(stream, maxLength));
  const expected = byNode(stream, maxLength);
  const [ours, theirs] =
    'result' in outcome ? [outcome.result, expected.bytes] : [outcome.refusal, expected.refusal];
  if (ours === 'ERR_TOKEN_TOO_LARGE') {
    // What comes after so many bytes was not looked at.
    hold(expected.bytes === undefined, 'what is small enough is inflated');
  } else if (typeof ours === 'string') {
    hold(ours === theirs, `${ours} is what node:zlib says: ${String(theirs)}`);
  } else {
    hold(
      theirs instanceof Uint8Array && Buffer.compare(ours, theirs) === 0,
      'it inflates to what node:zlib says',
    );
  }
}

interface ByNode {
  readonly bytes?: Buffer;
  readonly refusal?: AccessTokenErrorCode;
}

function byNode(stream: Buffer, maxLength: number): ByNode {
  try {
    const options = { info: true, maxOutputLength: MAX_OUTPUT };
    const { buffer, engine } = inflateSync(stream, options) as unknown as WithInfo;
    if (buffer.length > maxLength) return { refusal: 'ERR_TOKEN_TOO_LARGE' };
    return engine.bytesWritten < stream.length ? { refusal: 'ERR_TOKEN_TRAILING_BYTES' } : { bytes: buffer };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ERR_BUFFER_TOO_LARGE') return { refusal: 'ERR_TOKEN_TOO_LARGE' };
    return { refusal: error.code === 'Z_BUF_ERROR' ? 'ERR_TOKEN_TRUNCATED' : 'ERR_TOKEN_ZLIB' };
  }
}

/** More than is ever allowed, and no more than is needed to know that. */
const MAX_OUTPUT = 2 ** 21;
