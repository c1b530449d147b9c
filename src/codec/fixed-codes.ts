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
  LENGTH_STEPS,
  MIN_MATCH,
  adlerOf,
  codeAfter,
  fixedCodeLength,
  lowBits,
  stepOf,
  valueIn,
} from './deflate-format.js';

/** The longest content that is compressed so. */
export const MAX_FIXED_LENGTH = 1024;

/**
 * Where what is compressed or inflated comes to be. Whoever takes it from here wipes the workspace; no caller's code
 * runs meanwhile. As it is a constant, V8 compiles its address into the code.
 */
export const workspace: Uint8Array = new Uint8Array(2 * MAX_FIXED_LENGTH);
const workspaceView = new DataView(workspace.buffer);

/** BFINAL = 1, BTYPE = 01: the last block, with fixed codes. */
const FINAL_FIXED = 0b011;

/**
 * The longest repeat that is looked for. A length takes at most 11 bits then, and a distance 13: both fit into 31 with
 * the 7 that may be left of what came before.
 */
const LONGEST_REPEAT = 114;

/** How many bytes Adler-32 takes, which follows the block. */
const CHECKSUM_LENGTH = 4;

/** For each literal or length symbol: its reversed code, and in the low four bits the length of it. */
const CODES: Uint16Array = new Uint16Array(FIXED_LITERAL_SYMBOLS);
/** For each distance symbol its code, which is the symbol reversed, and for each code its symbol. */
const DISTANCE_CODES: Uint8Array = new Uint8Array(FIXED_DISTANCE_SYMBOLS);

/** For the next nine bits: the symbol whose code they begin with, and in the low four bits the length of the code. */
const SYMBOLS: Uint16Array = new Uint16Array(1 << 9);

/** What no entry has that stands for a literal with a code of eight bits: other codes have seven bits or nine. */
const NO_LITERAL_OF_EIGHT_BITS = (END_OF_BLOCK << 4) | 1;

/**
 * Fills the tables, in plain loops: they run at every start of the program, before anything is compiled well. Codes
 * ascend with their lengths, and among those of one length with their symbols (3.2.2).
 */
function fillTables(): void {
  let code = 0;
  for (let length = 7; length <= 9; length++) {
    for (let symbol = 0; symbol < FIXED_LITERAL_SYMBOLS; symbol++) {
      if (fixedCodeLength(symbol) !== length) continue;
      CODES[symbol] = (code << 4) | length;
      for (let bits = code; bits < SYMBOLS.length; bits += 1 << length)
        SYMBOLS[bits] = (symbol << 4) | length;
      code = codeAfter(code, length);
    }
  }
  code = 0;
  for (let symbol = 0; symbol < FIXED_DISTANCE_SYMBOLS; symbol++) {
    DISTANCE_CODES[symbol] = code;
    code = codeAfter(code, FIXED_DISTANCE_BITS);
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
 * Compresses bytes into the {@link workspace}, which has room for the nine bits that a byte takes at most.
 *
 * @param input - At most {@link MAX_FIXED_LENGTH} bytes.
 * @param searchedFrom - Where bytes begin that are worth a search for repeats.
 * @returns The length of the stream.
 */
export function deflateFixed(input: Uint8Array, searchedFrom: number): number {
  const output = workspaceView;
  const end = input.length;
  output.setUint16(0, (CMF << 8) | FLG);
  let written = 2;
  // Not yet written: after each step at most 7 bits.
  let bits = FINAL_FIXED;
  let bitCount = 3;
  // The sums of Adler-32: taken on the way, they cost hardly anything.
  let a = 1;
  let b = 0;
  let at = 0;
  // Without a search there is room for two literals at a time.
  for (const start = Math.min(searchedFrom, end) - 1; at < start; at += 2) {
    const first = input[at] ?? 0;
    const second = input[at + 1] ?? 0;
    const firstCode = CODES[first] ?? 0;
    const secondCode = CODES[second] ?? 0;
    bits |= ((firstCode >> 4) | ((secondCode >> 4) << (firstCode & 15))) << bitCount;
    bitCount += (firstCode & 15) + (secondCode & 15);
    b += 2 * (a + first) + second;
    a += first + second;
    output.setInt32(written, bits, true);
    written += bitCount >> 3;
    bits >>>= bitCount & 24;
    bitCount &= 7;
  }
  while (at < end) {
    let seen = -1;
    let match = 0;
    if (at + MIN_MATCH <= end) {
      const hash = hashOf(((input[at] ?? 0) << 16) | ((input[at + 1] ?? 0) << 8) | (input[at + 2] ?? 0));
      seen = (lastSeen[hash] ?? 0) - epoch;
      lastSeen[hash] = epoch + at;
      if (seen >= 0) {
        const limit = Math.min(LONGEST_REPEAT, end - at);
        while (match < limit && input[seen + match] === input[at + match]) match++;
      }
    }
    if (match < MIN_MATCH) {
      const literal = input[at++] ?? 0;
      const code = CODES[literal] ?? 0;
      bits |= (code >> 4) << bitCount;
      bitCount += code & 15;
      a += literal;
      b += a;
    } else {
      const lengthStep = stepOf(match - MIN_MATCH, 2);
      const lengthBits = (LENGTH_STEPS[lengthStep] ?? 0) & 15;
      const code = CODES[END_OF_BLOCK + 1 + lengthStep] ?? 0;
      bits |= ((code >> 4) | (lowBits(match - MIN_MATCH, lengthBits) << (code & 15))) << bitCount;
      bitCount += (code & 15) + lengthBits;
      const distanceStep = stepOf(at - seen - 1, 1);
      const distanceBits = (DISTANCE_STEPS[distanceStep] ?? 0) & 15;
      const extraBits = lowBits(at - seen - 1, distanceBits) << FIXED_DISTANCE_BITS;
      bits |= ((DISTANCE_CODES[distanceStep] ?? 0) | extraBits) << bitCount;
      bitCount += FIXED_DISTANCE_BITS + distanceBits;
      for (const next = at + match; at < next; at++) {
        a += input[at] ?? 0;
        b += a;
      }
    }
    output.setInt32(written, bits, true);
    written += bitCount >> 3;
    bits >>>= bitCount & 24;
    bitCount &= 7;
  }
  const last = CODES[END_OF_BLOCK] ?? 0;
  output.setInt32(written, bits | ((last >> 4) << bitCount), true);
  written += (bitCount + (last & 15) + 7) >> 3;
  forget(end);
  output.setInt32(written, adlerOf(a, b));
  return written + CHECKSUM_LENGTH;
}

/** Makes the places in `lastSeen` negative, without touching them until the numbers run out. */
function forget(length: number): void {
  epoch += length;
  if (epoch < 2 ** 30) return;
  lastSeen.fill(0);
  epoch = 1;
}

/**
 * Inflates a stream that is one final block of fixed codes, into the {@link workspace}.
 *
 * @param stream - Begins with the stream.
 * @param streamLength - How many bytes of the view are the stream.
 * @param maxLength - How long the content may be; one that is longer than the workspace is declined all the same.
 * @returns The length of the content; −1 for any other stream, and for one that is not right in every respect.
 */
export function inflateFixed(stream: DataView, streamLength: number, maxLength: number): number {
  const output = workspace;
  // The block has to end where the checksum begins, so that four bytes follow each place in it, and its end.
  const end = streamLength - CHECKSUM_LENGTH;
  if (end < 3) return -1;
  const header = stream.getUint16(0);
  // A window of 32 KiB, so that no distance is too large; right check bits, no preset dictionary (RFC 1950, 2.2).
  if (header >> 8 !== CMF || header % 31 !== 0 || (header & FDICT) !== 0) return -1;
  if ((stream.getUint8(2) & 7) !== FINAL_FIXED) return -1;
  const room = Math.min(maxLength, output.length);
  let position = 8 * 2 + 3;
  let length = 0;
  // The sums of Adler-32.
  let a = 1;
  let b = 0;
  for (;;) {
    // Looked at once a step: a step may write too much by a repeat, of which what is beyond the workspace is lost.
    if (position >> 3 >= end || length > room) return -1;
    const bits = bitsFrom(stream, position);
    const code = SYMBOLS[bits & 511] ?? 0;
    // Text has codes of eight bits: three are looked up at once, as none waits for the length of the one before.
    const second = SYMBOLS[(bits >> 8) & 511] ?? 0;
    const third = SYMBOLS[(bits >> 16) & 511] ?? 0;
    if (((code | second | third) & NO_LITERAL_OF_EIGHT_BITS) === 0) {
      a += output[length++] = code >> 4;
      b += a;
      a += output[length++] = second >> 4;
      b += a;
      a += output[length++] = third >> 4;
      b += a;
      position += 24;
      continue;
    }
    const symbol = code >> 4;
    position += code & 15;
    if (symbol < END_OF_BLOCK) {
      a += output[length++] = symbol;
      b += a;
      // Bits are left for one more literal.
      const next = SYMBOLS[(bits >> (code & 15)) & 511] ?? 0;
      if (next >> 4 < END_OF_BLOCK) {
        a += output[length++] = next >> 4;
        b += a;
        position += next & 15;
      }
      continue;
    }
    if (symbol === END_OF_BLOCK) break;

    // The extra bits of a length, and a distance with its own, are 23 at most; those beyond the end are declined above.
    const extraBits = bitsFrom(stream, position);
    const lengthStep = LENGTH_STEPS[symbol - END_OF_BLOCK - 1] ?? 0;
    const match = valueIn(lengthStep, extraBits);
    position += lengthStep & 15;
    const distanceBits = extraBits >>> (lengthStep & 15);
    const distanceStep = DISTANCE_STEPS[DISTANCE_CODES[distanceBits & 31] ?? 0] ?? 0;
    const distance = valueIn(distanceStep, distanceBits >>> FIXED_DISTANCE_BITS);
    position += FIXED_DISTANCE_BITS + (distanceStep & 15);
    // Symbols that stand for nothing give a match or a distance of 0.
    if (match === 0 || distance === 0 || distance > length) return -1;
    for (const matchEnd = length + match; length < matchEnd; length++) {
      a += output[length] = output[length - distance] ?? 0;
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
