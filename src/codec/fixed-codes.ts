/**
 * zlib streams (RFC 1950) of one DEFLATE block with fixed Huffman codes (RFC 1951, 3.2.6), written and read in one go.
 *
 * The content of a common token has some 150 bytes, 68 of which, signature and App ID, hardly compress. For so little,
 * a general compressor spends nearly all its time on preparing itself, and codes made to measure take more room than
 * they save. What is left to gain is short repeats: a table of where each three bytes were last seen finds them.
 *
 * The inflater declines every other stream and every one at fault, so that one authority, pako, decides about those.
 */

/** The longest content that is worth it: beyond, codes made to measure save more than they take. */
export const MAX_FIXED_LENGTH = 1024;

/** CM = 8 (DEFLATE), CINFO = 7 (a window of 32 KiB): every distance within a content is allowed. */
const CMF = 0x78;
/** The check bits, and level 2, "default", as zlib writes it. */
const FLG = 0x9c;
/** BFINAL = 1, BTYPE = 01: the last block, with fixed codes. */
const FINAL_FIXED = 0b011;

const END_OF_BLOCK = 256;
const MIN_MATCH = 3;
const MAX_MATCH = 258;
const ADLER_BASE = 65521;

/**
 * Huffman codes are sent from their most significant bit, all else from the least (3.1.1), so codes are kept reversed.
 */
function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit);
  return result;
}

/** The length of the fixed code of a literal or length symbol. */
function codeLength(symbol: number): number {
  if (symbol < 144) return 8;
  if (symbol < 256) return 9;
  return symbol < 280 ? 7 : 8;
}

/** The fixed code of a literal or length symbol. */
function codeOf(symbol: number): number {
  if (symbol < 144) return 0x30 + symbol;
  if (symbol < 256) return 0x190 + symbol - 144;
  return symbol < 280 ? symbol - 256 : 0xc0 + symbol - 280;
}

/** For each literal, and the end of the block: its reversed code, and in the low four bits the length of it. */
const LITERALS: Uint16Array = Uint16Array.from({ length: END_OF_BLOCK + 1 }, (_, symbol) => {
  const length = codeLength(symbol);
  return (reversed(codeOf(symbol), length) << 4) | length;
});

/** For each length of a match: its reversed code and extra bits, and in the low five bits how many they are. */
const LENGTHS: Uint32Array = Uint32Array.from({ length: MAX_MATCH + 1 }, (_, match) => {
  if (match < MIN_MATCH) return 0;
  const { step, extraBits, extra } = stepOf(match - MIN_MATCH, 2);
  // The longest match has a code of its own (285), without extra bits.
  const symbol = match === MAX_MATCH ? 285 : 257 + step;
  const length = codeLength(symbol);
  const extraLength = match === MAX_MATCH ? 0 : extraBits;
  const bits = reversed(codeOf(symbol), length) | ((match === MAX_MATCH ? 0 : extra) << length);
  return (bits << 5) | (length + extraLength);
});

/** For each distance: its reversed code and extra bits, and in the low five bits how many they are. */
const DISTANCES: Uint32Array = Uint32Array.from({ length: MAX_FIXED_LENGTH + 1 }, (_, distance) => {
  if (distance < 1) return 0;
  const { step, extraBits, extra } = stepOf(distance - 1, 1);
  return ((reversed(step, 5) | (extra << 5)) << 5) | (5 + extraBits);
});

/**
 * Lengths and distances are coded alike (3.2.5): in steps that double in width every 2^`split` steps, with extra bits
 * for the place in a step.
 */
function stepOf(value: number, split: 1 | 2): { step: number; extraBits: number; extra: number } {
  const top = 31 - Math.clz32(value);
  const extraBits = Math.max(0, top - split);
  return {
    step: (extraBits << split) + (value >> extraBits),
    extraBits,
    extra: value & ((1 << extraBits) - 1),
  };
}

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
 * @returns The length of the stream.
 */
export function deflateFixed(input: Uint8Array, output: Uint8Array): number {
  const end = input.length;
  output[0] = CMF;
  output[1] = FLG;
  let written = 2;
  // Not yet written: at most 15 bits, so that the 13 of a length or distance still fit.
  let bits = FINAL_FIXED;
  let bitCount = 3;
  let threeBytes = ((input[0] ?? 0) << 8) | (input[1] ?? 0);
  for (let at = 0; at < end;) {
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

/** Adler-32 of the first bytes: at most 5,552 of them, so that the sums need no reduction on the way. */
function adler32(bytes: Uint8Array, length: number): number {
  let a = 1;
  let b = 0;
  for (let index = 0; index < length; index++) {
    a += bytes[index] ?? 0;
    b += a;
  }
  return ((b % ADLER_BASE) << 16) | (a % ADLER_BASE);
}

/** For the next nine bits: the symbol whose code they begin with, and in the low four bits the length of the code. */
const SYMBOLS: Uint16Array = (() => {
  const symbols = new Uint16Array(1 << 9);
  for (let symbol = 0; symbol < 288; symbol++) {
    const length = codeLength(symbol);
    const code = reversed(codeOf(symbol), length);
    for (let rest = 0; rest < 1 << (9 - length); rest++)
      symbols[code | (rest << length)] = (symbol << 4) | length;
  }
  return symbols;
})();

/** For each length symbol after 256: the length that it begins with, and in the low four bits how many bits follow. */
const LENGTH_STEPS: Uint16Array = Uint16Array.from({ length: 29 }, (_, step) =>
  step === 28 ? MAX_MATCH << 4 : (MIN_MATCH << 4) + beginningOf(step, 2),
);

/** For the next five bits, a reversed distance code: the distance that it begins with, and how many bits follow. */
const DISTANCE_STEPS: Uint32Array = Uint32Array.from({ length: 32 }, (_, code) => {
  const step = reversed(code, 5);
  return step < 30 ? (1 << 4) + beginningOf(step, 1) : 0;
});

/** The reverse of {@link stepOf}: the least value of a step, and in the low four bits how many extra bits it has. */
function beginningOf(step: number, split: 1 | 2): number {
  const extraBits = Math.max(0, (step >> split) - 1);
  return ((step - (extraBits << split)) << (extraBits + 4)) | extraBits;
}

/**
 * Inflates a stream that is one final block of fixed codes, to as many bytes as `output` has room for.
 *
 * @returns The length of the content; −1 for any other stream, and for one that is not right in every respect.
 */
export function inflateFixed(stream: Uint8Array, output: Uint8Array): number {
  const cmf = stream[0] ?? 0;
  const flg = stream[1] ?? 0;
  const first = stream[2] ?? 0;
  // A window of 32 KiB, so that no distance is too large; right check bits, no preset dictionary (RFC 1950, 2.2).
  if (cmf !== CMF || ((cmf << 8) | flg) % 31 !== 0 || (flg & 0x20) !== 0) return -1;
  if ((first & 7) !== FINAL_FIXED) return -1;
  const room = output.length;
  let read = 3;
  let bits = first >> 3;
  let bitCount = 5;
  let length = 0;
  for (;;) {
    // Nine bits for a code, and up to five that follow a length.
    if (bitCount < 14) {
      bits |= ((stream[read] ?? 0) | ((stream[read + 1] ?? 0) << 8)) << bitCount;
      read += 2;
      bitCount += 16;
    }
    const code = SYMBOLS[bits & 511] ?? 0;
    bits >>>= code & 15;
    bitCount -= code & 15;
    const symbol = code >> 4;
    if (symbol < END_OF_BLOCK) {
      if (length >= room) return -1;
      output[length++] = symbol;
      // Most literals are followed by another, for which the bits often suffice.
      const next = SYMBOLS[bits & 511] ?? 0;
      if (next >> 4 < END_OF_BLOCK && bitCount >= 9 && length < room) {
        bits >>>= next & 15;
        bitCount -= next & 15;
        output[length++] = next >> 4;
      }
      continue;
    }
    if (symbol === END_OF_BLOCK) break;

    const lengthStep = LENGTH_STEPS[symbol - END_OF_BLOCK - 1] ?? 0;
    const match = (lengthStep >> 4) + (bits & ((1 << (lengthStep & 15)) - 1));
    bits >>>= lengthStep & 15;
    bitCount -= lengthStep & 15;
    // Five bits for a code, and up to thirteen that follow it.
    while (bitCount < 18) {
      bits |= (stream[read++] ?? 0) << bitCount;
      bitCount += 8;
    }
    const distanceStep = DISTANCE_STEPS[bits & 31] ?? 0;
    bits >>>= 5;
    const distance = (distanceStep >> 4) + (bits & ((1 << (distanceStep & 15)) - 1));
    bits >>>= distanceStep & 15;
    bitCount -= 5 + (distanceStep & 15);
    // Symbols that stand for nothing give a match or a distance of 0.
    if (match === 0 || distance === 0 || distance > length || length + match > room) return -1;
    for (const end = length + match; length < end; length++) output[length] = output[length - distance] ?? 0;
  }
  // The block has to end where the checksum begins, and the checksum where the stream does.
  const end = read - (bitCount >> 3);
  if (end !== stream.length - 4) return -1;
  const sum = adler32(output, length);
  for (let index = 0; index < 4; index++) {
    if (stream[end + index] !== ((sum >> (24 - 8 * index)) & 0xff)) return -1;
  }
  return length;
}
