/**
 * Deflating of contents of any length into a zlib stream (RFC 1950, with the blocks of RFC 1951).
 *
 * Each block stands for as many bytes as a stored one can hold, and is stored, or has the fixed codes or codes of its
 * own, whichever is shortest. So no stream is longer than one that stores everything.
 */
import {
  CMF,
  DISTANCE_SYMBOLS,
  DYNAMIC,
  END_OF_BLOCK,
  FIXED,
  FIXED_DISTANCE_BITS,
  FIXED_DISTANCE_SYMBOLS,
  FIXED_LITERAL_SYMBOLS,
  FLG,
  LAST_LENGTH_STEP,
  LENGTH_CODE_ORDER,
  LITERAL_SYMBOLS,
  MANY_ZEROS,
  MAX_CODE_BITS,
  MAX_DISTANCE,
  MAX_LENGTH_CODE_BITS,
  MAX_MATCH,
  MAX_STORED,
  MIN_MATCH,
  REPEAT,
  STORED,
  ZEROS,
  adler32,
  extraBitsOf,
  fixedCodeLength,
  lowBits,
  reversed,
  stepOf,
} from './deflate-format.js';

/** Deflates bytes. */
export function deflate(input: Uint8Array): Uint8Array {
  const blockCount = Math.max(1, Math.ceil(input.length / MAX_STORED));
  const writer = new BitWriter(2 + 5 * blockCount + input.length + 4);
  writer.bits(CMF, 8);
  writer.bits(FLG, 8);
  const matcher = new Matcher(input);
  const block = new Block(input);
  for (let index = 0; index < blockCount; index++) {
    const start = index * MAX_STORED;
    const end = Math.min(start + MAX_STORED, input.length);
    block.begin(start, end);
    matcher.cover(start, end, block);
    block.write(writer, index === blockCount - 1);
  }
  writer.align();
  const sum = adler32(input, input.length);
  for (let shift = 24; shift >= 0; shift -= 8) writer.bits((sum >>> shift) & 0xff, 8);
  return writer.finish();
}

/** Writes bits, the lowest first, into as many bytes as there will be at most. */
class BitWriter {
  readonly #output: Uint8Array;
  #length = 0;
  /** Not yet written: at most 15 bits. */
  #bits = 0;
  #count = 0;

  constructor(maxLength: number) {
    this.#output = new Uint8Array(maxLength);
  }

  /** How many bits have been written. */
  get position(): number {
    return 8 * this.#length + this.#count;
  }

  /** Writes up to 16 bits. */
  bits(value: number, count: number): void {
    this.#bits |= value << this.#count;
    this.#count += count;
    if (this.#count < 16) return;
    this.#output[this.#length++] = this.#bits;
    this.#output[this.#length++] = this.#bits >>> 8;
    this.#bits >>>= 16;
    this.#count -= 16;
  }

  /** Fills up the byte that has been begun. */
  align(): void {
    for (; this.#count > 0; this.#count -= 8) {
      this.#output[this.#length++] = this.#bits;
      this.#bits >>>= 8;
    }
    this.#count = 0;
  }

  /** Writes whole bytes after whole bytes. */
  bytes(value: Uint8Array): void {
    this.align();
    this.#output.set(value, this.#length);
    this.#length += value.length;
  }

  /** Returns what was written, in whole bytes. */
  finish(): Uint8Array {
    this.align();
    return this.#output.subarray(0, this.#length);
  }
}

/** How many earlier places are tried for a match, from the nearest on. */
const MAX_TRIES = 128;
/** A match of this length ends the search. */
const GOOD_MATCH = 128;
/** From this length on, a match is taken without a look for a longer one that begins a byte later. */
const SHORT_MATCH = 16;
/** A match of three bytes that is farther away takes more bits than the literals. */
const NEAR = 4096;

const HASH_BITS = 15;
/** Places are remembered by their low bits, for as long as a match may reach back to them. */
const PLACE_MASK = MAX_DISTANCE - 1;

/** A match in one number: its length above 16 bits for its distance. A literal is the byte. 0 is no match. */
function matchOf(length: number, distance: number): number {
  return (length << 16) | distance;
}

function lengthOf(match: number): number {
  return match >>> 16;
}

function distanceOf(match: number): number {
  return match & 0xffff;
}

/** Finds repeats of three bytes or more: chains lead from each place to the earlier ones with the same hash. */
class Matcher {
  readonly #input: Uint8Array;
  /** The last place with each hash; −1 if there is none. */
  readonly #last = new Int32Array(1 << HASH_BITS).fill(-1);
  /** For each place within reach, the one before with the same hash. */
  readonly #before = new Int32Array(MAX_DISTANCE);
  /** The first place that is in no chain. */
  #next = 0;

  constructor(input: Uint8Array) {
    this.#input = input;
  }

  /** Covers the bytes between two places with literals and matches. */
  cover(start: number, end: number, block: Block): void {
    const input = this.#input;
    let match = this.#find(start, end);
    for (let at = start; at < end;) {
      const length = lengthOf(match);
      // A match is put off by a literal if that makes it longer.
      const next = length < SHORT_MATCH ? this.#find(at + 1, end) : 0;
      if (length === 0 || lengthOf(next) > length) {
        block.literal(input[at] ?? 0);
        at += 1;
        match = next;
      } else {
        block.match(match);
        at += length;
        match = this.#find(at, end);
      }
    }
  }

  /** Finds the longest match, and of these the nearest, that begins at a place; 0 if there is none. */
  #find(at: number, end: number): number {
    const input = this.#input;
    const before = this.#before;
    const longest = Math.min(MAX_MATCH, end - at);
    if (longest < MIN_MATCH) return 0;
    this.#chainUpTo(at);
    const good = Math.min(longest, GOOD_MATCH);
    const farthest = Math.max(0, at - MAX_DISTANCE + 1);
    let best = MIN_MATCH - 1;
    let bestPlace = -1;
    let place = before[at & PLACE_MASK] ?? -1;
    for (let tries = MAX_TRIES; place >= farthest && tries > 0; tries--) {
      // Only what goes on beyond the best match is looked at more closely.
      if (input[place + best] === input[at + best]) {
        let length = 0;
        while (length < longest && input[place + length] === input[at + length]) length++;
        if (length > best) {
          best = length;
          bestPlace = place;
          if (length >= good) break;
        }
      }
      place = before[place & PLACE_MASK] ?? -1;
    }
    const distance = at - bestPlace;
    return bestPlace < 0 || (best === MIN_MATCH && distance > NEAR) ? 0 : matchOf(best, distance);
  }

  /** Puts all places into their chains, up to this one. */
  #chainUpTo(at: number): void {
    const input = this.#input;
    for (; this.#next <= at; this.#next++) {
      const place = this.#next;
      const bytes = ((input[place] ?? 0) << 16) | ((input[place + 1] ?? 0) << 8) | (input[place + 2] ?? 0);
      const hash = Math.imul(bytes, 0x9e3779b1) >>> (32 - HASH_BITS);
      this.#before[place & PLACE_MASK] = this.#last[hash] ?? -1;
      this.#last[hash] = place;
    }
  }
}

/** The codes of a set of symbols, reversed, and their lengths: 0 for a symbol that does not occur. */
interface Code {
  readonly lengths: Uint8Array;
  readonly codes: Uint16Array;
}

/** Makes the codes that go with lengths (3.2.2). */
function codeOf(lengths: Uint8Array): Code {
  const codes = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    code <<= 1;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] === length) codes[symbol] = reversed(code++, length);
    }
  }
  return { lengths, codes };
}

/** Makes a Huffman code for symbols that occur so often, none of which takes more than `maxBits`. */
function huffmanCode(frequencies: Uint32Array, maxBits: number): Code {
  const weights = Uint32Array.from(frequencies);
  // A code of one symbol would leave a bit without a meaning, which not every inflater accepts.
  for (let symbol = 0; weights.filter((weight) => weight > 0).length < 2; symbol++) weights[symbol] ||= 1;
  for (;;) {
    const lengths = huffmanLengths(weights);
    if (Math.max(...lengths) <= maxBits) return codeOf(lengths);
    // The flatter the weights are, the shorter is the longest code; when all are 1, it is as short as can be.
    for (let symbol = 0; symbol < weights.length; symbol++)
      weights[symbol] = ((weights[symbol] ?? 0) + 1) >>> 1;
  }
}

/** Finds how long the codes of a Huffman code are: how deep the symbols are in its tree. */
function huffmanLengths(weights: Uint32Array): Uint8Array {
  const symbols = Array.from(weights.keys())
    .filter((symbol) => weights[symbol] !== 0)
    .sort((a, b) => (weights[a] ?? 0) - (weights[b] ?? 0));
  const leaves = symbols.length;
  // The leaves, from the lightest on, and then what joins two: that, too, comes about from the lightest on.
  const nodes = 2 * leaves - 1;
  const nodeWeights = Uint32Array.from({ length: nodes }, (_, node) => weights[symbols[node] ?? -1] ?? 0);
  const parents = new Uint16Array(nodes);
  let leaf = 0;
  let joint = leaves;
  for (let node = leaves; node < nodes; node++) {
    for (let child = 0; child < 2; child++) {
      const isLeaf =
        leaf < leaves && (joint === node || (nodeWeights[leaf] ?? 0) <= (nodeWeights[joint] ?? 0));
      const lightest = isLeaf ? leaf++ : joint++;
      parents[lightest] = node;
      nodeWeights[node] = (nodeWeights[node] ?? 0) + (nodeWeights[lightest] ?? 0);
    }
  }
  const depths = new Uint8Array(nodes);
  for (let node = nodes - 2; node >= 0; node--) depths[node] = (depths[parents[node] ?? 0] ?? 0) + 1;
  const lengths = new Uint8Array(weights.length);
  for (const [place, symbol] of symbols.entries()) lengths[symbol] = depths[place] ?? 0;
  return lengths;
}

/** Tells which step the length of a match is, and which the distance. */
function lengthStepOf(match: number): number {
  const length = lengthOf(match);
  return length === MAX_MATCH ? LAST_LENGTH_STEP : stepOf(length - MIN_MATCH, 2);
}

function distanceStepOf(match: number): number {
  return stepOf(distanceOf(match) - 1, 1);
}

/** Tells how many extra bits follow a length: none after the last, which has a code of its own. */
function lengthExtraBits(step: number): number {
  return step === LAST_LENGTH_STEP ? 0 : extraBitsOf(step, 2);
}

/** The codes of the literals and lengths, and of the distances. */
interface Codes {
  readonly literals: Code;
  readonly distances: Code;
}

/** Makes the fixed codes (3.2.6). */
function fixed(): Codes {
  return {
    literals: codeOf(
      Uint8Array.from({ length: FIXED_LITERAL_SYMBOLS }, (_, symbol) => fixedCodeLength(symbol)),
    ),
    distances: codeOf(new Uint8Array(FIXED_DISTANCE_SYMBOLS).fill(FIXED_DISTANCE_BITS)),
  };
}

/** Gathers the literals and matches of a block, and writes them in the shortest way. */
class Block {
  readonly #input: Uint8Array;
  #start = 0;
  #end = 0;
  /** The literals and matches: there are no more than bytes. */
  readonly #items: Uint32Array;
  #count = 0;
  readonly #literals = new Uint32Array(LITERAL_SYMBOLS);
  readonly #distances = new Uint32Array(DISTANCE_SYMBOLS);
  #extraBits = 0;
  readonly #fixed = fixed();

  constructor(input: Uint8Array) {
    this.#input = input;
    this.#items = new Uint32Array(Math.min(MAX_STORED, input.length));
  }

  /** Begins a block that stands for the bytes between two places. */
  begin(start: number, end: number): void {
    this.#start = start;
    this.#end = end;
    this.#count = 0;
    this.#literals.fill(0);
    this.#literals[END_OF_BLOCK] = 1;
    this.#distances.fill(0);
    this.#extraBits = 0;
  }

  literal(byte: number): void {
    this.#items[this.#count++] = byte;
    increment(this.#literals, byte);
  }

  match(match: number): void {
    this.#items[this.#count++] = match;
    const lengthStep = lengthStepOf(match);
    const distanceStep = distanceStepOf(match);
    increment(this.#literals, END_OF_BLOCK + 1 + lengthStep);
    increment(this.#distances, distanceStep);
    this.#extraBits += lengthExtraBits(lengthStep) + extraBitsOf(distanceStep, 1);
  }

  /** Writes the block, with its header (3.2.3). */
  write(writer: BitWriter, isLast: boolean): void {
    const own: Codes = {
      literals: huffmanCode(this.#literals, MAX_CODE_BITS),
      distances: huffmanCode(this.#distances, MAX_CODE_BITS),
    };
    const header = new CodesHeader(own.literals.lengths, own.distances.lengths);
    const sizes = {
      // After BFINAL and BTYPE, a stored block goes on at the next whole byte.
      stored: (-(writer.position + 3) & 7) + 32 + 8 * (this.#end - this.#start),
      fixed: this.#size(this.#fixed),
      dynamic: header.size + this.#size(own),
    };
    const least = Math.min(sizes.stored, sizes.fixed, sizes.dynamic);
    writer.bits(isLast ? 1 : 0, 1);
    if (least === sizes.stored) {
      writer.bits(STORED, 2);
      this.#writeStored(writer);
    } else if (least === sizes.fixed) {
      writer.bits(FIXED, 2);
      this.#writeItems(writer, this.#fixed);
    } else {
      writer.bits(DYNAMIC, 2);
      header.write(writer);
      this.#writeItems(writer, own);
    }
  }

  /** Tells how many bits the literals and matches take. */
  #size({ literals, distances }: Codes): number {
    return this.#extraBits + sizeOf(this.#literals, literals) + sizeOf(this.#distances, distances);
  }

  #writeStored(writer: BitWriter): void {
    const length = this.#end - this.#start;
    writer.align();
    writer.bits(length, 16);
    writer.bits(length ^ 0xffff, 16);
    writer.bytes(this.#input.subarray(this.#start, this.#end));
  }

  #writeItems(writer: BitWriter, { literals, distances }: Codes): void {
    for (let index = 0; index < this.#count; index++) {
      const item = this.#items[index] ?? 0;
      if (item < END_OF_BLOCK) {
        writeSymbol(writer, literals, item);
        continue;
      }
      const lengthStep = lengthStepOf(item);
      const lengthBits = lengthExtraBits(lengthStep);
      writeSymbol(writer, literals, END_OF_BLOCK + 1 + lengthStep);
      writer.bits(lowBits(lengthOf(item) - MIN_MATCH, lengthBits), lengthBits);
      const distanceStep = distanceStepOf(item);
      const distanceBits = extraBitsOf(distanceStep, 1);
      writeSymbol(writer, distances, distanceStep);
      writer.bits(lowBits(distanceOf(item) - 1, distanceBits), distanceBits);
    }
    writeSymbol(writer, literals, END_OF_BLOCK);
  }
}

/** The lengths of both codes of a block, coded themselves (3.2.7). */
class CodesHeader {
  readonly #literalCount: number;
  readonly #distanceCount: number;
  /** The symbols of code lengths; above their five bits, what the extra bits say. */
  readonly #items: number[] = [];
  readonly #frequencies = new Uint32Array(LENGTH_CODE_ORDER.length);
  readonly #code: Code;
  /** How many lengths of codes of code lengths are sent. */
  readonly #lengthCodeCount: number;

  constructor(literals: Uint8Array, distances: Uint8Array) {
    this.#literalCount = Math.max(257, usedOf(literals));
    this.#distanceCount = Math.max(1, usedOf(distances));
    this.#gather([
      ...literals.subarray(0, this.#literalCount),
      ...distances.subarray(0, this.#distanceCount),
    ]);
    this.#code = huffmanCode(this.#frequencies, MAX_LENGTH_CODE_BITS);
    const inOrder = Uint8Array.from(LENGTH_CODE_ORDER, (symbol) => this.#code.lengths[symbol] ?? 0);
    this.#lengthCodeCount = Math.max(4, usedOf(inOrder));
  }

  /** How many bits it takes. */
  get size(): number {
    const extraBits = this.#items.reduce((sum, item) => sum + repeatBits(item & 31), 0);
    return 5 + 5 + 4 + 3 * this.#lengthCodeCount + sizeOf(this.#frequencies, this.#code) + extraBits;
  }

  write(writer: BitWriter): void {
    writer.bits(this.#literalCount - 257, 5);
    writer.bits(this.#distanceCount - 1, 5);
    writer.bits(this.#lengthCodeCount - 4, 4);
    for (const symbol of LENGTH_CODE_ORDER.slice(0, this.#lengthCodeCount)) {
      writer.bits(this.#code.lengths[symbol] ?? 0, 3);
    }
    for (const item of this.#items) {
      writeSymbol(writer, this.#code, item & 31);
      writer.bits(item >> 5, repeatBits(item & 31));
    }
  }

  /** Puts lengths down as they are, and what repeats as how often it does. */
  #gather(lengths: readonly number[]): void {
    for (let index = 0; index < lengths.length;) {
      const length = lengths[index] ?? 0;
      let run = 1;
      while (lengths[index + run] === length) run++;
      index += run;
      if (length !== 0) {
        this.#add(length, 0);
        run--;
      }
      while (run >= 3) {
        const symbol = length !== 0 ? REPEAT : run <= 10 ? ZEROS : MANY_ZEROS;
        const least = symbol === MANY_ZEROS ? 11 : 3;
        const times = Math.min(run, least + (1 << repeatBits(symbol)) - 1);
        this.#add(symbol, times - least);
        run -= times;
      }
      for (; run > 0; run--) this.#add(length, 0);
    }
  }

  #add(symbol: number, extra: number): void {
    this.#items.push((extra << 5) | symbol);
    increment(this.#frequencies, symbol);
  }
}

/** Tells how many extra bits follow a symbol of code lengths. */
function repeatBits(symbol: number): number {
  if (symbol < REPEAT) return 0;
  return symbol === REPEAT ? 2 : symbol === ZEROS ? 3 : 7;
}

function increment(counts: Uint32Array, index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}

/** Tells how many bits symbols that occur so often take. */
function sizeOf(frequencies: Uint32Array, { lengths }: Code): number {
  return frequencies.reduce((sum, frequency, symbol) => sum + frequency * (lengths[symbol] ?? 0), 0);
}

/** Tells how many lengths there are up to the last that is not 0. */
function usedOf(lengths: Uint8Array): number {
  return lengths.findLastIndex((length) => length !== 0) + 1;
}

function writeSymbol(writer: BitWriter, { lengths, codes }: Code, symbol: number): void {
  writer.bits(codes[symbol] ?? 0, lengths[symbol] ?? 0);
}
