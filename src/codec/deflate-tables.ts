/** The fixed Huffman codes of DEFLATE, and the ranges for lengths and distances (RFC 1951). */

/** Literals are 0 to 255, length codes 257 to 285. The codes 286 and 287 are unused. */
export const END_OF_BLOCK = 256;
const LENGTH_CODES = 29;
const FIXED_LITERAL_CODES = 288;
export const MIN_MATCH = 3;
const MAX_MATCH = 258;

/** Distance codes are 0 to 29. The codes 30 and 31 are unused. */
const DISTANCE_CODES = 30;
const FIXED_DISTANCE_CODES = 32;
export const DISTANCE_CODE_BITS = 5;

/** The width of buckets doubles every 2^shift codes: every 4 length codes, and every 2 distance codes. */
export const LENGTH_SHIFT = 2;
export const DISTANCE_SHIFT = 1;

/**
 * Returns the range for each length or distance code (RFC 1951, 3.2.5). An entry contains the first value of the range
 * and, in its low four bits, the number of extra bits that select a value within the range.
 */
function buckets(count: number, first: number, shift: number): Uint32Array {
  const entries = new Uint32Array(count);
  let base = first;
  for (let index = 0; index < count; index++) {
    const extraBits = Math.max(0, (index >> shift) - 1);
    entries[index] = (base << 4) | extraBits;
    base += 1 << extraBits;
  }
  return entries;
}

/** Returns the index of the bucket that contains a value. `value` is relative to the first value of bucket 0. */
export function bucketOf(value: number, shift: number): number {
  const extraBits = Math.max(0, 31 - shift - Math.clz32(value));
  return (extraBits << shift) + (value >> extraBits);
}

function lengthBuckets(): Uint32Array {
  const entries = buckets(LENGTH_CODES, MIN_MATCH, LENGTH_SHIFT);
  // The longest match has a code of its own.
  entries[LENGTH_CODES - 1] = MAX_MATCH << 4;
  return entries;
}

export const LENGTH_BUCKETS: Uint32Array = /* @__PURE__ */ lengthBuckets();
export const DISTANCE_BUCKETS: Uint32Array = /* @__PURE__ */ buckets(DISTANCE_CODES, 1, DISTANCE_SHIFT);

/** The bit length of the fixed code for a literal or length (RFC 1951, 3.2.6). */
function fixedCodeLength(symbol: number): number {
  if (symbol < 144) return 8;
  if (symbol < 256) return 9;
  return symbol < 280 ? 7 : 8;
}

/**
 * Returns the next code of the same length. A stream stores Huffman codes with the most significant bit first, unlike
 * everything else (3.1.1). Codes are therefore kept reversed, and 1 is added at the top. A reversed code also stays the
 * same when the following codes become longer.
 */
function nextCode(code: number, length: number): number {
  let next = code;
  let top = 1 << (length - 1);
  for (; (next & top) !== 0; top >>= 1) next ^= top;
  return next | top;
}

/** Returns the reversed code for each literal or length, with the code's bit length in the low four bits. */
function literalCodes(): Uint16Array {
  const codes = new Uint16Array(FIXED_LITERAL_CODES);
  let code = 0;
  for (let length = 7; length <= 9; length++) {
    for (let symbol = 0; symbol < FIXED_LITERAL_CODES; symbol++) {
      if (fixedCodeLength(symbol) !== length) continue;
      codes[symbol] = (code << 4) | length;
      code = nextCode(code, length);
    }
  }
  return codes;
}

export const LITERAL_CODES: Uint16Array = /* @__PURE__ */ literalCodes();

/** Returns, for each value of the next nine bits, the symbol, with its code's bit length in the low four bits. */
function literalsByCode(): Uint16Array {
  const symbols = new Uint16Array(1 << 9);
  for (let symbol = 0; symbol < FIXED_LITERAL_CODES; symbol++) {
    const entry = LITERAL_CODES[symbol] ?? 0;
    const length = entry & 15;
    for (let bits = entry >> 4; bits < symbols.length; bits += 1 << length) {
      symbols[bits] = (symbol << 4) | length;
    }
  }
  return symbols;
}

export const LITERALS_BY_CODE: Uint16Array = /* @__PURE__ */ literalsByCode();

/** A mask that gives zero only for the entry of a literal with an 8-bit code. */
export const NOT_AN_8_BIT_LITERAL: number = (END_OF_BLOCK << 4) | 1;

/** Returns the reversed code for each distance code. The same table maps reversed codes to distance codes. */
function distanceCodes(): Uint8Array {
  const codes = new Uint8Array(FIXED_DISTANCE_CODES);
  for (let symbol = 1; symbol < FIXED_DISTANCE_CODES; symbol++) {
    codes[symbol] = nextCode(codes[symbol - 1] ?? 0, DISTANCE_CODE_BITS);
  }
  return codes;
}

export const REVERSED_5_BITS: Uint8Array = /* @__PURE__ */ distanceCodes();
