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
  DISTANCE_SYMBOLS,
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
} from './deflate-format.js';

/** The longest content that is compressed so: what distances there may be, and the room that all of it takes. */
export const MAX_FIXED_LENGTH = 1024;

/** BFINAL = 1, BTYPE = 01: the last block, with fixed codes. */
const FINAL_FIXED = 0b011;

/** How many bytes Adler-32 takes, which follows the block. */
const CHECKSUM_LENGTH = 4;

/** The fixed code of a literal or length symbol. */
function codeOf(symbol: number): number {
  if (symbol < 144) return 0x30 + symbol;
  if (symbol < 256) return 0x190 + symbol - 144;
  return symbol < 280 ? symbol - 256 : 0xc0 + symbol - 280;
}

/** For each literal, and the end of the block: its reversed code, and in the low four bits the length of it. */
const LITERALS: Uint16Array = new Uint16Array(END_OF_BLOCK + 1);
/** For each length of a match: its reversed code and extra bits, and in the low five bits how many they are. */
const LENGTHS: Uint32Array = new Uint32Array(MAX_MATCH + 1);
/** For each distance: its reversed code and extra bits, and in the low five bits how many they are. */
const DISTANCES: Uint32Array = new Uint32Array(MAX_FIXED_LENGTH + 1);

/** For the next nine bits: the symbol whose code they begin with, and in the low four bits the length of the code. */
const SYMBOLS: Uint16Array = new Uint16Array(1 << 9);
/** For the next five bits, a reversed distance code: the distance that it begins with, and how many bits follow. */
const REVERSED_DISTANCE_STEPS: Uint32Array = new Uint32Array(FIXED_DISTANCE_SYMBOLS);

/** Fills the tables, in plain loops: they run at every start of the program, before anything is compiled well. */
function fillTables(): void {
  for (let symbol = 0; symbol < FIXED_LITERAL_SYMBOLS; symbol++) {
    const length = fixedCodeLength(symbol);
    const code = reversed(codeOf(symbol), length);
    if (symbol <= END_OF_BLOCK) LITERALS[symbol] = (code << 4) | length;
    for (let bits = code; bits < SYMBOLS.length; bits += 1 << length) SYMBOLS[bits] = (symbol << 4) | length;
  }
  for (let step = 0; step <= LAST_LENGTH_STEP; step++) {
    const symbol = END_OF_BLOCK + 1 + step;
    const codeBits = fixedCodeLength(symbol);
    const code = reversed(codeOf(symbol), codeBits);
    const least = (LENGTH_STEPS[step] ?? 0) >> 4;
    const extraBits = (LENGTH_STEPS[step] ?? 0) & 15;
    for (let extra = 0; extra < 1 << extraBits; extra++) {
      // The last step is within the range of the one before, and comes after it.
      LENGTHS[least + extra] = (((extra << codeBits) | code) << 5) | (codeBits + extraBits);
    }
  }
  for (let step = 0; step < DISTANCE_SYMBOLS; step++) {
    const code = reversed(step, FIXED_DISTANCE_BITS);
    const least = (DISTANCE_STEPS[step] ?? 0) >> 4;
    const extraBits = (DISTANCE_STEPS[step] ?? 0) & 15;
    REVERSED_DISTANCE_STEPS[code] = DISTANCE_STEPS[step] ?? 0;
    for (let extra = 0; extra < 1 << extraBits && least + extra <= MAX_FIXED_LENGTH; extra++) {
      DISTANCES[least + extra] = (((extra << 5) | code) << 5) | (5 + extraBits);
    }
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
 * @param input - At most {@link MAX_FIXED_LENGTH} bytes: no distance beyond has a code here.
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
    const literal = LITERALS[input[at] ?? 0] ?? 0;
    bits |= (literal >>> 4) << bitCount;
    bitCount += literal & 15;
    if (bitCount >= 16) {
      output[written++] = bits;
      output[written++] = bits >>> 8;
      bits >>>= 16;
      bitCount -= 16;
    }
  }
  let threeBytes = ((input[at] ?? 0) << 8) | (input[at + 1] ?? 0);
  while (at < end) {
    let seen = -1;
    let match = 0;
    if (at + MIN_MATCH <= end) {
      threeBytes = ((threeBytes << 8) | (input[at + 2] ?? 0)) & 0xff_ffff;
      const hash = hashOf(threeBytes);
      seen = (lastSeen[hash] ?? 0) - epoch;
      lastSeen[hash] = epoch + at;
      if (seen >= 0) {
        const limit = Math.min(MAX_MATCH, end - at);
        while (match < limit && input[seen + match] === input[at + match]) match++;
      }
    }
    if (match < MIN_MATCH) {
      const literal = LITERALS[input[at] ?? 0] ?? 0;
      bits |= (literal >>> 4) << bitCount;
      bitCount += literal & 15;
      at++;
    } else {
      const length = LENGTHS[match] ?? 0;
      bits |= (length >>> 5) << bitCount;
      bitCount += length & 31;
      if (bitCount >= 16) {
        output[written++] = bits;
        output[written++] = bits >>> 8;
        bits >>>= 16;
        bitCount -= 16;
      }
      const distance = DISTANCES[at - seen] ?? 0;
      bits |= (distance >>> 5) << bitCount;
      bitCount += distance & 31;
      at += match;
      threeBytes = ((input[at] ?? 0) << 8) | (input[at + 1] ?? 0);
    }
    if (bitCount >= 16) {
      output[written++] = bits;
      output[written++] = bits >>> 8;
      bits >>>= 16;
      bitCount -= 16;
    }
  }
  const last = LITERALS[END_OF_BLOCK] ?? 0;
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
  if (streamLength < 3 + CHECKSUM_LENGTH) return -1;
  const header = stream.getUint16(0);
  // A window of 32 KiB, so that no distance is too large; right check bits, no preset dictionary (RFC 1950, 2.2).
  if (header >> 8 !== CMF || header % 31 !== 0 || (header & FDICT) !== 0) return -1;
  if ((stream.getUint8(2) & 7) !== FINAL_FIXED) return -1;
  // The block has to end where the checksum begins, so that there are four bytes from each place in it on.
  const end = streamLength - CHECKSUM_LENGTH;
  const room = output.length;
  let position = 8 * 2 + 3;
  let length = 0;
  // The sums of Adler-32: taken on the way, they cost hardly anything.
  let a = 1;
  let b = 0;
  for (;;) {
    if (position >> 3 >= end) return -1;
    const bits = stream.getInt32(position >> 3, true) >>> (position & 7);
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
    const extraBits = stream.getInt32(position >> 3, true) >>> (position & 7);
    const lengthStep = LENGTH_STEPS[symbol - END_OF_BLOCK - 1] ?? 0;
    const match = (lengthStep >> 4) + lowBits(extraBits, lengthStep & 15);
    position += lengthStep & 15;
    const distanceBits = extraBits >>> (lengthStep & 15);
    const distanceStep = REVERSED_DISTANCE_STEPS[distanceBits & 31] ?? 0;
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
