/** What writing and reading of zlib streams (RFC 1950) and their DEFLATE blocks (RFC 1951) have in common. */

/** CM = 8 (DEFLATE), CINFO = 7 (a window of 32 KiB). */
export const CMF = 0x78;
/** The check bits, no preset dictionary, and level 2, "default", as zlib writes it. */
export const FLG = 0x9c;

/** The bit FDICT of the second byte: the stream needs a dictionary that both sides know. */
export const FDICT = 0x20;

/** BTYPE, the two bits after BFINAL (3.2.3), of a block without compression. */
export const STORED = 0;
/** BTYPE of a block with the fixed codes. */
export const FIXED = 1;
/** BTYPE of a block with codes of its own. */
export const DYNAMIC = 2;

/** The symbol after those of the bytes; the symbols of lengths follow. */
export const END_OF_BLOCK = 256;
/** The least length that has a symbol. */
export const MIN_MATCH = 3;
/** The greatest length that has a symbol. */
const MAX_MATCH = 258;

/** How many symbols there are for literals, the end of the block, and lengths. */
export const LITERAL_SYMBOLS = 286;
/** How many symbols there are for distances. */
export const DISTANCE_SYMBOLS = 30;
/** How many of the former have fixed codes: two more, which stand for nothing. */
export const FIXED_LITERAL_SYMBOLS = 288;
/** How many of the latter have fixed codes: two more, which stand for nothing. */
export const FIXED_DISTANCE_SYMBOLS = 32;
/** How long the fixed codes of distances are. */
export const FIXED_DISTANCE_BITS = 5;

/** The longest code of a literal, length or distance. */
export const MAX_CODE_BITS = 15;

/** The symbols of code lengths after 0 to 15, which stand for themselves (3.2.7): 3 to 6 times the one before, … */
export const REPEAT = 16;
/** … 3 to 10 times 0, … */
export const ZEROS = 17;
/** … and 11 to 138 times 0. */
export const MANY_ZEROS = 18;

/** The order in which the lengths of the codes of code lengths are sent: those that are least likely come last. */
export const LENGTH_CODE_ORDER: readonly number[] = [
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/** Tells the length of the fixed code of a literal or length symbol (3.2.6). */
export function fixedCodeLength(symbol: number): number {
  if (symbol < 144) return 8;
  if (symbol < 256) return 9;
  return symbol < 280 ? 7 : 8;
}

/**
 * Returns the Huffman code after another of the same length. Codes are sent from their most significant bit, all else
 * from the least (3.1.1), so they are kept reversed: 1 is added at the top, and a code stays the same as the codes that
 * follow get longer.
 */
export function codeAfter(code: number, length: number): number {
  let next = code;
  let top = 1 << (length - 1);
  for (; (next & top) !== 0; top >>= 1) next ^= top;
  return next | top;
}

/** The longest match has a code of its own, the last one, without extra bits. */
const LAST_LENGTH_STEP = 28;

/** For each length symbol after 256: the length that it begins with, and in the low four bits how many bits follow. */
export const LENGTH_STEPS: Uint16Array = new Uint16Array(LAST_LENGTH_STEP + 1);
/** For each distance symbol: the distance that it begins with, and in the low four bits how many bits follow. */
export const DISTANCE_STEPS: Uint32Array = new Uint32Array(DISTANCE_SYMBOLS);

/**
 * Fills a table of steps.
 *
 * Lengths and distances are coded alike (3.2.5): in steps that double in width every 2^`split` steps, with extra bits
 * for the place in a step.
 *
 * @param least - What the first step begins with.
 */
function fillSteps(steps: Uint16Array | Uint32Array, least: number, split: number): void {
  let beginning = least;
  for (let step = 0; step < steps.length; step++) {
    const extraBits = Math.max(0, (step >> split) - 1);
    steps[step] = (beginning << 4) | extraBits;
    beginning += 1 << extraBits;
  }
}
fillSteps(LENGTH_STEPS, MIN_MATCH, 2);
LENGTH_STEPS[LAST_LENGTH_STEP] = MAX_MATCH << 4;
fillSteps(DISTANCE_STEPS, 1, 1);

/** Tells in which step a value is that is so far above the least. */
export function stepOf(value: number, split: number): number {
  const extraBits = Math.max(0, 31 - split - Math.clz32(value));
  return (extraBits << split) + (value >> extraBits);
}

const ADLER_BASE = 65521;
/** So many bytes may be added up before the sums outgrow 31 bits. */
const ADLER_RUN = 2048;

/** Computes Adler-32 (RFC 1950, 8.2) of the first bytes. */
export function adler32(bytes: Uint8Array, length: number): number {
  let a = 1;
  let b = 0;
  for (let start = 0; start < length; start += ADLER_RUN) {
    const end = Math.min(start + ADLER_RUN, length);
    for (let index = start; index < end; index++) {
      a += bytes[index] ?? 0;
      b += a;
    }
    a %= ADLER_BASE;
    b %= ADLER_BASE;
  }
  return adlerOf(a, b);
}

/** Puts Adler-32 together from its two sums, as a signed integer. */
export function adlerOf(a: number, b: number): number {
  return ((b % ADLER_BASE) << 16) | (a % ADLER_BASE);
}

/** Reads the next bits of a stream, 25 at least, as if zeros followed it. */
export function bitsAt(stream: Uint8Array, position: number): number {
  const at = position >>> 3;
  const bits =
    (stream[at] ?? 0) |
    ((stream[at + 1] ?? 0) << 8) |
    ((stream[at + 2] ?? 0) << 16) |
    ((stream[at + 3] ?? 0) << 24);
  return bits >>> (position & 7);
}

/** Takes so many of the low bits. */
export function lowBits(bits: number, count: number): number {
  return bits & ((1 << count) - 1);
}

/** Returns the value in a step of a table that the next bits choose. */
export function valueIn(step: number, bits: number): number {
  return (step >> 4) + lowBits(bits, step & 15);
}
