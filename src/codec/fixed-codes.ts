/**
 * zlib streams (RFC 1950) of one DEFLATE block with fixed Huffman codes (RFC 1951, 3.2.6), written and read in one go.
 *
 * The content of a common token has some 150 bytes, 68 of which, signature and App ID, hardly compress. For so little,
 * a general compressor spends nearly all its time on preparing itself, and codes made to measure take more room than
 * they save. What is left to gain is short repeats: a table of where each three bytes were last seen finds them.
 *
 * The inflater declines every other stream and every one at fault: `inflate.ts` alone decides about those.
 */
import {
  CMF,
  DISTANCE_STEPS,
  END_OF_BLOCK,
  FDICT,
  FIXED_DISTANCE_BITS,
  FIXED_DISTANCE_SYMBOLS,
  FIXED_LITERAL_SYMBOLS,
  FLG,
  LAST_LENGTH_STEP,
  LENGTH_STEPS,
  MAX_MATCH,
  MIN_MATCH,
  adler32,
  adlerOf,
  fixedCodeLength,
  lowBits,
  reversed,
  stepOf,
} from './deflate-format.js';

/** The longest content that is compressed so: no distance in it takes more than 13 bits. */
export const MAX_FIXED_LENGTH = 1024;

/** BFINAL = 1, BTYPE = 01: the last block, with fixed codes. */
const FINAL_FIXED = 0b011;

/** How many bytes Adler-32 takes, which follows the block. */
const CHECKSUM_LENGTH = 4;

/** For each literal or length symbol: its reversed code, and in the low four bits the length of it. */
const CODES: Uint16Array = new Uint16Array(FIXED_LITERAL_SYMBOLS);
/** For each distance symbol its code, which is the symbol reversed, and for each code its symbol. */
const DISTANCE_CODES: Uint8Array = new Uint8Array(FIXED_DISTANCE_SYMBOLS);

/** For the next nine bits: the symbol whose code they begin with, and in the low four bits the length of the code. */
const SYMBOLS: Uint16Array = new Uint16Array(1 << 9);

/**
 * Fills the tables, in plain loops: they run at every start of the program, before anything is compiled well. Codes
 * ascend with their lengths, and among those of one length with their symbols (3.2.2).
 */
function fillTables(): void {
  let code = 0;
  for (let length = 7; length <= 9; length++) {
    for (let symbol = 0; symbol < FIXED_LITERAL_SYMBOLS; symbol++) {
      if (fixedCodeLength(symbol) !== length) continue;
      const bits = reversed(code++, length);
      CODES[symbol] = (bits << 4) | length;
      for (let next = bits; next < SYMBOLS.length; next += 1 << length)
        SYMBOLS[next] = (symbol << 4) | length;
    }
    code <<= 1;
  }
  for (let symbol = 0; symbol < FIXED_DISTANCE_SYMBOLS; symbol++) {
    DISTANCE_CODES[symbol] = reversed(symbol, FIXED_DISTANCE_BITS);
  }
}
fillTables();

/** Where each three bytes, by their hash, were last seen: at `lastSeen - epoch`, if that is not negative. */
const lastSeen: Int32Array = new Int32Array(1 << 10);
let epoch = 1;

function hashOf(threeBytes: number): number {
  return Math.imul(threeBytes, 0x9e3779b1) >>> 22;
}

/**
 * Compresses bytes.
 *
 * @param input - At most {@link MAX_FIXED_LENGTH} bytes.
 * @param output - Takes the stream: has room for 9 bits a byte, and 8 bytes.
 * @param searchedFrom - Where bytes begin that are worth a search for repeats.
 * @returns The length of the stream.
 */
export function deflateFixed(input: Uint8Array, output: Uint8Array, searchedFrom = 0): number {
  const end = input.length;
  output[0] = CMF;
  output[1] = FLG;
  let written = 2;
  // Not yet written: at most 15 bits, so that the 13 of a length or distance still fit.
  let bits = FINAL_FIXED;
  let bitCount = 3;
  let at = 0;
  for (const start = Math.min(searchedFrom, end); at < start; at++) {
    const literal = CODES[input[at] ?? 0] ?? 0;
    bits |= (literal >>> 4) << bitCount;
    bitCount += literal & 15;
    if (bitCount >= 16) {
      output[written++] = bits;
      output[written++] = bits >>> 8;
      bits >>>= 16;
      bitCount -= 16;
    }
  }
  while (at < end) {
    let seen = -1;
    let match = 0;
    if (at + MIN_MATCH <= end) {
      const hash = hashOf(((input[at] ?? 0) << 16) | ((input[at + 1] ?? 0) << 8) | (input[at + 2] ?? 0));
      seen = (lastSeen[hash] ?? 0) - epoch;
      lastSeen[hash] = epoch + at;
      if (seen >= 0) {
        const limit = Math.min(MAX_MATCH, end - at);
        while (match < limit && input[seen + match] === input[at + match]) match++;
      }
    }
    if (match < MIN_MATCH) {
      const literal = CODES[input[at] ?? 0] ?? 0;
      bits |= (literal >>> 4) << bitCount;
      bitCount += literal & 15;
      at++;
    } else {
      const lengthStep = match === MAX_MATCH ? LAST_LENGTH_STEP : stepOf(match - MIN_MATCH, 2);
      const lengthBits = (LENGTH_STEPS[lengthStep] ?? 0) & 15;
      const code = CODES[END_OF_BLOCK + 1 + lengthStep] ?? 0;
      bits |= ((code >> 4) | (lowBits(match - MIN_MATCH, lengthBits) << (code & 15))) << bitCount;
      bitCount += (code & 15) + lengthBits;
      if (bitCount >= 16) {
        output[written++] = bits;
        output[written++] = bits >>> 8;
        bits >>>= 16;
        bitCount -= 16;
      }
      const distanceStep = stepOf(at - seen - 1, 1);
      const distanceBits = (DISTANCE_STEPS[distanceStep] ?? 0) & 15;
      const extraBits = lowBits(at - seen - 1, distanceBits) << FIXED_DISTANCE_BITS;
      bits |= ((DISTANCE_CODES[distanceStep] ?? 0) | extraBits) << bitCount;
      bitCount += FIXED_DISTANCE_BITS + distanceBits;
      at += match;
    }
    if (bitCount >= 16) {
      output[written++] = bits;
      output[written++] = bits >>> 8;
      bits >>>= 16;
      bitCount -= 16;
    }
  }
  const last = CODES[END_OF_BLOCK] ?? 0;
  bits |= (last >>> 4) << bitCount;
  bitCount += last & 15;
  for (; bitCount > 0; bitCount -= 8) {
    output[written++] = bits;
    bits >>>= 8;
  }
  forget(end);
  const sum = adler32(input, end);
  output[written++] = sum >>> 24;
  output[written++] = sum >>> 16;
  output[written++] = sum >>> 8;
  output[written++] = sum;
  return written;
}

/** Makes the places in `lastSeen` negative, without touching them until the numbers run out. */
function forget(length: number): void {
  epoch += length;
  if (epoch < 2 ** 30) return;
  lastSeen.fill(0);
  epoch = 1;
}

/**
 * Inflates a stream that is one final block of fixed codes, to as many bytes as `output` has room for.
 *
 * @param stream - Begins with the stream.
 * @param streamLength - How many bytes of the view are the stream.
 * @returns The length of the content; −1 for any other stream, and for one that is not right in every respect.
 */
export function inflateFixed(stream: DataView, streamLength: number, output: Uint8Array): number {
  // The block has to end where the checksum begins, so that four bytes follow each place in it.
  const end = streamLength - CHECKSUM_LENGTH;
  if (end < 3) return -1;
  const header = stream.getUint16(0);
  // A window of 32 KiB, so that no distance is too large; right check bits, no preset dictionary (RFC 1950, 2.2).
  if (header >> 8 !== CMF || header % 31 !== 0 || (header & FDICT) !== 0) return -1;
  if ((stream.getUint8(2) & 7) !== FINAL_FIXED) return -1;
  const room = output.length;
  let position = 8 * 2 + 3;
  let length = 0;
  // The sums of Adler-32: taken on the way, they cost hardly anything.
  let a = 1;
  let b = 0;
  for (;;) {
    if (position >> 3 >= end) return -1;
    const bits = bitsFrom(stream, position);
    let code = SYMBOLS[bits & 511] ?? 0;
    let used = code & 15;
    while (code >> 4 < END_OF_BLOCK) {
      if (length >= room) return -1;
      const literal = code >> 4;
      output[length++] = literal;
      a += literal;
      b += a;
      // The bits suffice for another code, of nine at most.
      if (used > 16) break;
      code = SYMBOLS[(bits >>> used) & 511] ?? 0;
      used += code & 15;
    }
    position += used;
    const symbol = code >> 4;
    if (symbol < END_OF_BLOCK) continue;
    if (symbol === END_OF_BLOCK) break;

    if (position >> 3 >= end) return -1;
    // The extra bits of a length, and a distance with its own, are 23 at most.
    const extraBits = bitsFrom(stream, position);
    const lengthStep = LENGTH_STEPS[symbol - END_OF_BLOCK - 1] ?? 0;
    const match = (lengthStep >> 4) + lowBits(extraBits, lengthStep & 15);
    position += lengthStep & 15;
    const distanceBits = extraBits >>> (lengthStep & 15);
    const distanceStep = DISTANCE_STEPS[DISTANCE_CODES[distanceBits & 31] ?? 0] ?? 0;
    const distance = (distanceStep >> 4) + lowBits(distanceBits >>> 5, distanceStep & 15);
    position += 5 + (distanceStep & 15);
    // Symbols that stand for nothing give a match or a distance of 0.
    if (match === 0 || distance === 0 || distance > length || length + match > room) return -1;
    for (const matchEnd = length + match; length < matchEnd; length++) {
      const byte = output[length - distance] ?? 0;
      output[length] = byte;
      a += byte;
      b += a;
    }
  }
  if ((position + 7) >> 3 !== end || stream.getInt32(end) !== adlerOf(a, b)) return -1;
  return length;
}

/** Reads the next bits of a stream, 25 at least, from a place that four bytes follow. */
function bitsFrom(stream: DataView, position: number): number {
  return stream.getInt32(position >> 3, true) >>> (position & 7);
}
