/**
 * zlib streams (RFC 1950) that consist of fixed-code blocks and stored blocks (RFC 1951).
 *
 * A typical content is about 150 bytes long. Its signature and App ID, 68 bytes, hardly compress. For such small inputs
 * a general compressor spends most of its time on setup, and the header of a dynamic block is longer than what it
 * saves. `deflateFixed` therefore writes one fixed block. It finds repeats with a table of three-byte sequences.
 *
 * `inflateFixed` reads the streams that the official builders write for such contents: one fixed block (zlib), a fixed
 * block and an empty stored block (Go), or stored blocks. It declines all other streams, including invalid ones. The
 * platform's zlib library handles these (see `zlib.ts`).
 */

import {
  DISTANCE_BUCKETS,
  DISTANCE_CODE_BITS,
  DISTANCE_SHIFT,
  END_OF_BLOCK,
  LENGTH_BUCKETS,
  LENGTH_SHIFT,
  LITERALS_BY_CODE,
  LITERAL_CODES,
  MIN_MATCH,
  NOT_AN_8_BIT_LITERAL,
  REVERSED_5_BITS,
  bucketOf,
} from './deflate-tables.js';

/** The longest content for {@link deflateFixed}. For longer ones, dynamic blocks save more than their header takes. */
export const MAX_DEFLATED_LENGTH = 1024;
/** The longest content for {@link inflateFixed}. For longer ones, the zlib library is just as fast. */
const MAX_INFLATED_LENGTH = 8192;

/** CM = 8 (DEFLATE), CINFO = 7 (window of 32 KiB). */
const CMF = 0x78;
/** FLEVEL = 2 (default), no dictionary, and check bits, as zlib writes them. */
const FLG = 0x9c;
const HEADER_LENGTH = 2;
/** The FLG bit for streams that need a preset dictionary. */
const FDICT = 0x20;
const CHECKSUM_LENGTH = 4;

/** The block types (BTYPE), which follow the bit BFINAL. */
const STORED = 0b00;
const FIXED = 0b01;

/** The longest match that {@link deflateFixed} writes: its bits fit into 32 bits, together with 7 pending bits. */
const MAX_DEFLATED_MATCH = 114;

const ADLER_BASE = 65521;
/** Combines the two sums of Adler-32 (RFC 1950, 8.2) into a signed integer. The sums do not overflow up to 8 KiB. */
function adlerOf(a: number, b: number): number {
  return ((b % ADLER_BASE) << 16) | (a % ADLER_BASE);
}

function lowBits(bits: number, count: number): number {
  return bits & ((1 << count) - 1);
}

/** The output buffer of {@link deflateFixed}. A literal takes up to nine bits, so it is twice the input length. */
const deflated = /* @__PURE__ */ new DataView(new ArrayBuffer(2 * MAX_DEFLATED_LENGTH));

/** The last position of each three-byte sequence, by hash: `lastSeen - epoch`. A negative value means not seen. */
const lastSeen: Int32Array = /* @__PURE__ */ new Int32Array(1 << 10);
let epoch = 1;

function hashOf(threeBytes: number): number {
  return Math.imul(threeBytes, 0x9e3779b1) >>> 22;
}

/**
 * Compresses bytes into a zlib stream that starts with 78 9C, like the streams of the official builders.
 * @param input - At most {@link MAX_DEFLATED_LENGTH} bytes.
 * @param searchFrom - Where the search for repeats starts. Earlier bytes are written as literals.
 * @returns A view of the output buffer, valid until the next call.
 */
export function deflateFixed(input: Uint8Array, searchFrom: number): Uint8Array {
  const output = deflated;
  const end = input.length;
  output.setUint16(0, (CMF << 8) | FLG);
  let written = HEADER_LENGTH;
  // Pending bits, at most 7 after each step. The block starts with BFINAL and BTYPE.
  let bits = 1 | (FIXED << 1);
  let bitCount = 3;
  let index = 0;
  // Adler-32 sums; computing them in the same pass costs almost nothing.
  let a = 1;
  let b = 0;
  // Write two literals at a time.
  for (const last = Math.min(searchFrom, end) - 1; index < last; index += 2) {
    const first = input[index] ?? 0;
    const second = input[index + 1] ?? 0;
    const firstCode = LITERAL_CODES[first] ?? 0;
    const secondCode = LITERAL_CODES[second] ?? 0;
    bits |= ((firstCode >> 4) | ((secondCode >> 4) << (firstCode & 15))) << bitCount;
    bitCount += (firstCode & 15) + (secondCode & 15);
    b += 2 * (a + first) + second;
    a += first + second;
    output.setInt32(written, bits, true);
    written += bitCount >> 3;
    bits >>>= bitCount & 24;
    bitCount &= 7;
  }
  while (index < end) {
    let start = -1;
    let length = 0;
    if (index + MIN_MATCH <= end) {
      const bytes = ((input[index] ?? 0) << 16) | ((input[index + 1] ?? 0) << 8) | (input[index + 2] ?? 0);
      const hash = hashOf(bytes);
      start = (lastSeen[hash] ?? 0) - epoch;
      lastSeen[hash] = epoch + index;
      if (start >= 0) {
        const limit = Math.min(MAX_DEFLATED_MATCH, end - index);
        while (length < limit && input[start + length] === input[index + length]) length++;
      }
    }
    if (length < MIN_MATCH) {
      const literal = input[index++] ?? 0;
      const code = LITERAL_CODES[literal] ?? 0;
      bits |= (code >> 4) << bitCount;
      bitCount += code & 15;
      b += a += literal;
    } else {
      const lengthBucket = bucketOf(length - MIN_MATCH, LENGTH_SHIFT);
      const lengthBits = (LENGTH_BUCKETS[lengthBucket] ?? 0) & 15;
      const code = LITERAL_CODES[END_OF_BLOCK + 1 + lengthBucket] ?? 0;
      bits |= ((code >> 4) | (lowBits(length - MIN_MATCH, lengthBits) << (code & 15))) << bitCount;
      bitCount += (code & 15) + lengthBits;
      const distance = index - start - 1;
      const distanceBucket = bucketOf(distance, DISTANCE_SHIFT);
      const distanceBits = (DISTANCE_BUCKETS[distanceBucket] ?? 0) & 15;
      const extra = lowBits(distance, distanceBits) << DISTANCE_CODE_BITS;
      bits |= ((REVERSED_5_BITS[distanceBucket] ?? 0) | extra) << bitCount;
      bitCount += DISTANCE_CODE_BITS + distanceBits;
      for (const next = index + length; index < next; index++) b += a += input[index] ?? 0;
    }
    output.setInt32(written, bits, true);
    written += bitCount >> 3;
    bits >>>= bitCount & 24;
    bitCount &= 7;
  }
  const last = LITERAL_CODES[END_OF_BLOCK] ?? 0;
  output.setInt32(written, bits | ((last >> 4) << bitCount), true);
  written += (bitCount + (last & 15) + 7) >> 3;
  output.setInt32(written, adlerOf(a, b));
  forget(end);
  return new Uint8Array(output.buffer, 0, written + CHECKSUM_LENGTH);
}

/** Forgets all positions in `lastSeen` by raising the epoch. Clears the table before the epoch overflows. */
function forget(length: number): void {
  epoch += length;
  if (epoch < 2 ** 30) return;
  lastSeen.fill(0);
  epoch = 1;
}

/** The output buffer of {@link inflateFixed}. */
const inflated: Uint8Array = /* @__PURE__ */ new Uint8Array(MAX_INFLATED_LENGTH);

/** The state while inflating: the position in the stream in bits, the output length, and the Adler-32 sums. */
const cursor = { position: 0, length: 0, a: 1, b: 0 };

/**
 * Inflates a zlib stream that consists of stored and fixed blocks.
 * @param view - A view that starts with the stream.
 * @param streamLength - The length of the stream. No bytes may be left over.
 * @returns The content, or undefined if the stream has other blocks, is invalid, or exceeds `maxLength` or 8 KiB.
 */
export function inflateFixed(view: DataView, streamLength: number, maxLength: number): Uint8Array | undefined {
  // The blocks must end where the four-byte checksum starts, so four bytes follow every position in them.
  const end = streamLength - CHECKSUM_LENGTH;
  if (end <= HEADER_LENGTH) return undefined;
  const header = view.getUint16(0);
  // With a 32 KiB window, no distance is too large.
  if (header >> 8 !== CMF || header % 31 !== 0 || (header & FDICT) !== 0) return undefined;
  const room = Math.min(maxLength, MAX_INFLATED_LENGTH);
  cursor.position = 8 * HEADER_LENGTH;
  cursor.length = 0;
  cursor.a = 1;
  cursor.b = 0;
  for (let isFinal = false; !isFinal;) {
    if (cursor.position >> 3 >= end) return undefined;
    const bits = bitsAt(view, cursor.position);
    cursor.position += 3;
    isFinal = (bits & 1) === 1;
    const type = (bits >> 1) & 3;
    const isRead = type === FIXED ? readFixed(view, end, room) : type === STORED && readStored(view, end, room);
    if (!isRead) return undefined;
  }
  const { position, length, a, b } = cursor;
  if ((position + 7) >> 3 !== end || view.getInt32(end) !== adlerOf(a, b)) return undefined;
  return inflated.slice(0, length);
}

/** Copies a stored block (3.2.4); returns false to decline. */
function readStored(view: DataView, end: number, room: number): boolean {
  const header = (cursor.position + 7) >> 3;
  const start = header + 4;
  if (start > end) return false;
  const length = view.getUint16(header, true);
  if (view.getUint16(header + 2, true) !== (length ^ 0xffff)) return false;
  if (start + length > end || cursor.length + length > room) return false;
  for (let index = start; index < start + length; index++) {
    cursor.a += inflated[cursor.length++] = view.getUint8(index);
    cursor.b += cursor.a;
  }
  cursor.position = 8 * (start + length);
  return true;
}

/** Inflates a block with fixed codes (3.2.6); returns false to decline. */
function readFixed(view: DataView, end: number, room: number): boolean {
  const output = inflated;
  let { position, length, a, b } = cursor;
  for (;;) {
    // Checked once per step. A step may exceed `room` by one match; bytes beyond the output buffer are dropped.
    if (position >> 3 >= end || length > room) return false;
    const bits = bitsAt(view, position);
    const entry = LITERALS_BY_CODE[bits & 511] ?? 0;
    // Most literals have 8-bit codes. Three independent lookups are faster.
    const second = LITERALS_BY_CODE[(bits >> 8) & 511] ?? 0;
    const third = LITERALS_BY_CODE[(bits >> 16) & 511] ?? 0;
    if (((entry | second | third) & NOT_AN_8_BIT_LITERAL) === 0) {
      b += a += output[length++] = entry >> 4;
      b += a += output[length++] = second >> 4;
      b += a += output[length++] = third >> 4;
      position += 24;
      continue;
    }
    position += entry & 15;
    const symbol = entry >> 4;
    if (symbol < END_OF_BLOCK) {
      b += a += output[length++] = symbol;
      // There are enough bits for one more literal.
      const next = LITERALS_BY_CODE[(bits >> (entry & 15)) & 511] ?? 0;
      if (next >> 4 < END_OF_BLOCK) {
        b += a += output[length++] = next >> 4;
        position += next & 15;
      }
      continue;
    }
    if (symbol === END_OF_BLOCK) break;

    // At most 23 bits: the extra bits of the length, then the code and the extra bits of the distance.
    const matchBits = bitsAt(view, position);
    const lengthBucket = LENGTH_BUCKETS[symbol - END_OF_BLOCK - 1] ?? 0;
    const match = (lengthBucket >> 4) + lowBits(matchBits, lengthBucket & 15);
    const distanceCode = matchBits >>> (lengthBucket & 15);
    const distanceBucket = DISTANCE_BUCKETS[REVERSED_5_BITS[distanceCode & 31] ?? 0] ?? 0;
    const distance = (distanceBucket >> 4) + lowBits(distanceCode >>> DISTANCE_CODE_BITS, distanceBucket & 15);
    position += (lengthBucket & 15) + DISTANCE_CODE_BITS + (distanceBucket & 15);
    // Unused codes give 0.
    if (match === 0 || distance === 0 || distance > length) return false;
    for (const matchEnd = length + match; length < matchEnd; length++) {
      b += a += output[length] = output[length - distance] ?? 0;
    }
  }
  cursor.position = position;
  cursor.length = length;
  cursor.a = a;
  cursor.b = b;
  return true;
}

/** Returns at least 25 bits from a position that at least four bytes follow. */
function bitsAt(view: DataView, position: number): number {
  return view.getInt32(position >> 3, true) >>> (position & 7);
}
