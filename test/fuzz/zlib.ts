import { isDeepStrictEqual } from 'node:util';
import { inflateSync } from 'node:zlib';
import type { AccessTokenErrorCode } from '../../src/index.js';
import { MAX_DEFLATED_LENGTH, deflateFixed } from '../../src/codec/fixed-block.js';
import { decompress } from '../../src/codec/zlib.js';
import { decoder, signer } from '../../src/platform/node.js';
import { decoder as pakoDecoder } from '../../src/platform/web.js';
import { decodedOf } from '../codec/streams.js';
import { mutatedBytes } from './mutation.js';
import type { Random } from './random.js';
import { type Target, assert, outcomeOf, target } from './target.js';
import { checked, compressed, tokenOf } from './tokens.js';

/** Bytes to compress, or a stream to inflate. */
type Input =
  { readonly bytes: Buffer; readonly searchFrom: number } | { readonly stream: Buffer; readonly maxLength: number };

interface Base {
  readonly bytes: Buffer;
  /** A stream that the library wrote. */
  readonly own: Buffer;
  readonly other: Buffer;
}

/** Compresses streams that node:zlib inflates, and inflates exactly the streams that node:zlib inflates. */
export const zlibTarget: Target = target<Base, Input>({ name: 'zlib', draw, vary, check });

function draw(random: Random): Base {
  const bytes = bytesOf(random);
  return { bytes, own: ownStream(bytes, 0), other: compressed(bytes, random) };
}

function vary({ bytes, own, other }: Base, random: Random): Input {
  if (random.once(4)) {
    return { bytes: mutatedBytes(bytes, other, random), searchFrom: random.below(bytes.length + 2) };
  }
  const stream = mutatedBytes(random.once(2) ? own : other, bytes, random);
  const maxLength = random.once(4) ? 1 + random.below(2 * bytes.length + 1) : 2 ** 20;
  return { stream: random.once(4) ? checked(stream) : stream, maxLength };
}

/** Draws bytes with repetitions at short and long distances, or none. */
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

/** Compresses bytes as the builders do. */
function ownStream(bytes: Buffer, searchFrom: number): Buffer {
  return Buffer.from(bytes.length > MAX_DEFLATED_LENGTH ? signer.deflate(bytes) : deflateFixed(bytes, searchFrom));
}

/** Decompresses a stream with both libraries, which have to agree. */
function inflate(stream: Buffer, maxLength: number): Uint8Array {
  const [byNode, byPako] = [decoder, pakoDecoder].map((by) =>
    outcomeOf(() => decompress(decodedOf(stream), maxLength, by.inflate)),
  );
  assert(isDeepStrictEqual(byNode, byPako), 'node:zlib and pako agree');
  return decompress(decodedOf(stream), maxLength, decoder.inflate);
}

/** The result of node:zlib with `info`, which its types lack. */
interface WithInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function check(input: Input): void {
  if ('bytes' in input) checkCompressed(input.bytes, input.searchFrom);
  else checkInflated(input.stream, input.maxLength);
}

function checkCompressed(bytes: Buffer, searchFrom: number): void {
  const own = ownStream(bytes, searchFrom);
  assert(inflateSync(own).equals(bytes), 'node:zlib inflates the compressed bytes');
  assert(
    Buffer.compare(inflate(own, Math.max(1, bytes.length)), bytes) === 0,
    'the library inflates the compressed bytes',
  );
  // Short contents use fixed codes of at most 9 bits; long ones are stored if that is shorter.
  const longest = Math.max(bytes.length * 1.125, bytes.length + 5 * Math.ceil(bytes.length / 0xffff));
  assert(own.length <= longest + 8, 'the stream is hardly longer than its content');
}

function checkInflated(stream: Buffer, maxLength: number): void {
  const outcome = outcomeOf(() => inflate(stream, maxLength));
  const expected = byNode(stream, maxLength);
  const [ours, theirs] = 'result' in outcome ? [outcome.result, expected.bytes] : [outcome.refusal, expected.refusal];
  if (ours === 'ERR_TOKEN_TOO_LARGE') {
    // The rest of the stream was not decoded.
    assert(expected.bytes === undefined, 'a content within the limit is inflated');
  } else if (typeof ours === 'string') {
    assert(ours === theirs, `the code agrees with node:zlib: ${ours}, ${String(theirs)}`);
  } else {
    assert(theirs instanceof Uint8Array && Buffer.compare(ours, theirs) === 0, 'the content agrees with node:zlib');
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

/** Above every limit that the inputs use. */
const MAX_OUTPUT = 2 ** 21;
