/**
 * Inflating of any zlib stream (RFC 1950, with the blocks of RFC 1951), up to a limit.
 *
 * What is accepted is what zlib accepts. Where a stream ends early, what it lacks counts only after all it has: it is
 * cut if it could go on to be a right one.
 */
import {
  DISTANCE_STEPS,
  DISTANCE_SYMBOLS,
  DYNAMIC,
  END_OF_BLOCK,
  FDICT,
  FIXED,
  FIXED_DISTANCE_BITS,
  FIXED_DISTANCE_SYMBOLS,
  FIXED_LITERAL_SYMBOLS,
  LENGTH_CODE_ORDER,
  LENGTH_STEPS,
  LITERAL_SYMBOLS,
  MANY_ZEROS,
  MAX_CODE_BITS,
  REPEAT,
  STORED,
  ZEROS,
  adler32,
  bitsAt,
  codeAfter,
  fixedCodeLength,
  lowBits,
  valueIn,
} from './deflate-format.js';

/** What a stream inflated to, how it ended, and how many bytes of it were not used. */
export interface Inflated {
  readonly bytes: Uint8Array;
  readonly status: 'complete' | 'cut' | 'damaged' | 'too large';
  readonly left: number;
}

/** How a part of a stream ended. */
type Ending = Inflated['status'];

/** Inflates as much of a stream as can be, into at most `maxLength` bytes. */
export function inflateUpTo(stream: Uint8Array, maxLength: number): Inflated {
  return new Inflater(stream, maxLength).inflate();
}

/** Codes of at most so many bits are looked up; for the longer ones, which are rare, a search is fast enough. */
const TABLE_BITS = 10;

/** Stands for what has no symbol: for bits that are no code, and for symbols that mean nothing. */
const NO_SYMBOL = 0x1ff;

/** A Huffman code to be read: one for all blocks, made anew for each. */
class Code {
  /** An entry for each symbol that has a code, as they were added: the symbol, and in the low four bits its length. */
  readonly #added = new Uint16Array(FIXED_LITERAL_SYMBOLS);
  #size = 0;
  /** How many codes of each length there are. */
  readonly #counts = new Uint16Array(MAX_CODE_BITS + 1);
  /** Where the symbols of each length begin. */
  readonly #starts = new Uint16Array(MAX_CODE_BITS + 1);
  /** The entries in the order of their codes: from the shortest, and those of a length from the least symbol. */
  readonly #sorted = new Uint16Array(FIXED_LITERAL_SYMBOLS);
  /** For the next bits: the symbol whose code they begin with, and in the low four bits its length; 0 if longer. */
  readonly #table = new Uint16Array(1 << TABLE_BITS);
  /** Which of the next bits choose the entry of the table. */
  #mask = 0;

  /** Forgets all symbols. */
  clear(): void {
    this.#size = 0;
    this.#counts.fill(0);
  }

  /** Adds a symbol, after all lesser ones. A length of 0 gives it no code. */
  add(symbol: number, length: number): void {
    if (length === 0) return;
    this.#added[this.#size++] = (symbol << 4) | length;
    this.#counts[length] = (this.#counts[length] ?? 0) + 1;
  }

  /**
   * Makes the code of the symbols (3.2.2).
   *
   * @param kind - Whether it may be a single code of one bit, which leaves the other bit without a meaning.
   * @returns Whether it is a code: nothing is coded twice, and all bits have a meaning; or nothing is coded at all.
   */
  finish(kind: 'whole' | 'may be single'): boolean {
    const starts = this.#starts;
    let start = 0;
    /** How many codes of a length are free. */
    let free = 1;
    let longest = 0;
    for (let length = 1; length < starts.length; length++) {
      const count = this.#counts[length] ?? 0;
      starts[length] = start;
      start += count;
      free = 2 * free - count;
      if (free < 0) return false;
      if (count > 0) longest = length;
    }
    const isAllowed = free === 0 || longest === 0 || (longest === 1 && kind === 'may be single');
    if (!isAllowed) return false;

    for (let index = 0; index < this.#size; index++) {
      const entry = this.#added[index] ?? 0;
      const place = starts[entry & 15] ?? 0;
      this.#sorted[place] = entry;
      starts[entry & 15] = place + 1;
    }
    this.#fillTable(Math.min(longest, TABLE_BITS), free > 0 ? (NO_SYMBOL << 4) | 1 : 0);
    return true;
  }

  /** @param others - What to enter for bits with which no code of the table begins. */
  #fillTable(tableBits: number, others: number): void {
    const counts = this.#counts;
    const sorted = this.#sorted;
    const table = this.#table;
    const size = 1 << tableBits;
    this.#mask = size - 1;
    table.fill(others, 0, size);
    let place = 0;
    let code = 0;
    for (let length = 1; length <= tableBits; length++) {
      for (let last = place + (counts[length] ?? 0); place < last; place++) {
        const entry = sorted[place] ?? 0;
        for (let bits = code; bits < size; bits += 1 << length) table[bits] = entry;
        code = codeAfter(code, length);
      }
    }
  }

  /** Finds the symbol with whose code some bits begin, and in the low four bits its length. */
  entryOf(bits: number): number {
    const entry = this.#table[bits & this.#mask] ?? 0;
    return entry === 0 ? this.#search(bits) : entry;
  }

  /** Finds what the table would say if it had room for all codes. */
  #search(bits: number): number {
    let code = 0;
    let first = 0;
    let place = 0;
    for (let length = 1; length <= MAX_CODE_BITS; length++) {
      code = (code << 1) | ((bits >>> (length - 1)) & 1);
      const count = this.#counts[length] ?? 0;
      if (code - first < count) return this.#sorted[place + code - first] ?? 0;
      place += count;
      first = (first + count) << 1;
    }
    return (NO_SYMBOL << 4) | 1;
  }
}

/** The codes of the literals and lengths, and of the distances. */
interface Codes {
  readonly literals: Code;
  readonly distances: Code;
}

let fixedCodes: Codes | undefined;

/** Returns the fixed codes (3.2.6), which are made as soon as they are needed. */
function fixed(): Codes {
  if (fixedCodes !== undefined) return fixedCodes;
  const codes = { literals: new Code(), distances: new Code() };
  for (let symbol = 0; symbol < FIXED_LITERAL_SYMBOLS; symbol++) {
    codes.literals.add(symbol, fixedCodeLength(symbol));
  }
  for (let symbol = 0; symbol < FIXED_DISTANCE_SYMBOLS; symbol++) {
    codes.distances.add(symbol, FIXED_DISTANCE_BITS);
  }
  codes.literals.finish('whole');
  codes.distances.finish('whole');
  return (fixedCodes = codes);
}

/** How much room the output has at first: more than any common content takes. */
const FIRST_ROOM = 1024;

class Inflater {
  readonly #stream: Uint8Array;
  /** How many bits there are to read, and how many have been. */
  readonly #end: number;
  #position = 0;
  readonly #maxLength: number;
  #output: Uint8Array;
  #length = 0;

  /** The code of the lengths of the other two. */
  readonly #lengthCode = new Code();
  /** For each symbol of code lengths, how long its own code is. */
  readonly #lengthLengths = new Uint8Array(LENGTH_CODE_ORDER.length);
  readonly #codes: Codes = { literals: new Code(), distances: new Code() };

  constructor(stream: Uint8Array, maxLength: number) {
    this.#stream = stream;
    this.#end = 8 * stream.length;
    this.#maxLength = maxLength;
    this.#output = new Uint8Array(Math.min(FIRST_ROOM, maxLength));
  }

  inflate(): Inflated {
    let ending = this.#header();
    for (let isLast = false; ending === 'complete' && !isLast;) {
      const head = this.#take(3);
      isLast = (head & 1) === 1;
      ending = this.#isCut() ? 'cut' : this.#block(head >> 1);
    }
    if (ending === 'complete') ending = this.#checksum();
    return {
      bytes: this.#output.slice(0, this.#length),
      status: ending,
      left: Math.max(0, this.#stream.length - Math.ceil(this.#position / 8)),
    };
  }

  /** Reads the header of the stream (RFC 1950, 2.2). */
  #header(): Ending {
    const cmf = this.#take(8);
    const flg = this.#take(8);
    if (this.#isCut()) return 'cut';
    // CM has to be DEFLATE, and CINFO a window of 32 KiB or less. How much less does not matter: as with zlib, all of
    // the output may be repeated, as far back as distances reach.
    if (((cmf << 8) | flg) % 31 !== 0 || (cmf & 15) !== 8 || cmf >> 4 > 7) return 'damaged';
    if ((flg & FDICT) === 0) return 'complete';
    // The checksum of the dictionary, which we do not have.
    this.#position += 32;
    return this.#isCut() ? 'cut' : 'damaged';
  }

  /** Compares the checksum, which follows the last block at the next whole byte. */
  #checksum(): Ending {
    this.#align();
    let sum = 0;
    for (let index = 0; index < 4; index++) sum = (sum << 8) | this.#take(8);
    if (this.#isCut()) return 'cut';
    return sum === adler32(this.#output, this.#length) ? 'complete' : 'damaged';
  }

  #block(type: number): Ending {
    switch (type) {
      case STORED:
        return this.#stored();
      case FIXED:
        return this.#compressed(fixed());
      case DYNAMIC: {
        const ending = this.#readCodes();
        return ending === 'complete' ? this.#compressed(this.#codes) : ending;
      }
      default:
        return 'damaged';
    }
  }

  /** Copies a stored block (3.2.4). */
  #stored(): Ending {
    this.#align();
    const length = this.#take(16);
    const complement = this.#take(16);
    if (this.#isCut()) return 'cut';
    if (length !== (complement ^ 0xffff)) return 'damaged';
    const start = this.#position / 8;
    const there = Math.min(length, this.#stream.length - start);
    const fitting = Math.min(there, this.#maxLength - this.#length);
    this.#reserve(this.#length + fitting);
    this.#output.set(this.#stream.subarray(start, start + fitting), this.#length);
    this.#length += fitting;
    this.#position += 8 * fitting;
    if (fitting < there) return 'too large';
    return there < length ? 'cut' : 'complete';
  }

  /** Reads the codes of a block that has its own (3.2.7). */
  #readCodes(): Ending {
    const literalCount = this.#take(5) + 257;
    const distanceCount = this.#take(5) + 1;
    const lengthCodeCount = this.#take(4) + 4;
    if (this.#isCut()) return 'cut';
    if (literalCount > LITERAL_SYMBOLS || distanceCount > DISTANCE_SYMBOLS) return 'damaged';

    const lengthLengths = this.#lengthLengths;
    lengthLengths.fill(0);
    for (let index = 0; index < lengthCodeCount; index++) {
      lengthLengths[LENGTH_CODE_ORDER[index] ?? 0] = this.#take(3);
    }
    if (this.#isCut()) return 'cut';
    const lengthCode = this.#lengthCode;
    lengthCode.clear();
    for (let symbol = 0; symbol < lengthLengths.length; symbol++) {
      lengthCode.add(symbol, lengthLengths[symbol] ?? 0);
    }
    if (!lengthCode.finish('whole')) return 'damaged';

    // The lengths of both codes are one sequence: a repeat may begin with the one and end with the other.
    const { literals, distances } = this.#codes;
    literals.clear();
    distances.clear();
    const count = literalCount + distanceCount;
    let endHasCode = false;
    let length = 0;
    for (let index = 0; index < count;) {
      const entry = lengthCode.entryOf(this.#peek());
      this.#position += entry & 15;
      const symbol = entry >> 4;
      let times = 1;
      if (symbol < REPEAT) {
        length = symbol;
      } else if (symbol === REPEAT) {
        times = 3 + this.#take(2);
      } else {
        length = 0;
        // Where no length has a code, each bit is read as 0, until the end of the block is found to have no code.
        if (symbol === ZEROS) times = 3 + this.#take(3);
        if (symbol === MANY_ZEROS) times = 11 + this.#take(7);
      }
      if (this.#isCut()) return 'cut';
      if ((symbol === REPEAT && index === 0) || index + times > count) return 'damaged';
      const last = index + times;
      if (length === 0) index = last;
      for (; index < last; index++) {
        if (index < literalCount) literals.add(index, length);
        else distances.add(index - literalCount, length);
        endHasCode ||= index === END_OF_BLOCK;
      }
    }

    const isRight = endHasCode && literals.finish('may be single') && distances.finish('may be single');
    return isRight ? 'complete' : 'damaged';
  }

  /** Inflates what follows in a block with codes, up to the end of the block (3.2.3). */
  #compressed({ literals, distances }: Codes): Ending {
    const stream = this.#stream;
    const end = this.#end;
    const maxLength = this.#maxLength;
    let output = this.#output;
    let position = this.#position;
    let length = this.#length;
    try {
      for (;;) {
        const bits = bitsAt(stream, position);
        const entry = literals.entryOf(bits);
        position += entry & 15;
        if (position > end) return 'cut';
        const symbol = entry >> 4;
        if (symbol < END_OF_BLOCK) {
          if (length >= output.length) {
            if (length >= maxLength) return 'too large';
            output = this.#reserve(length + 1);
          }
          output[length++] = symbol;
          continue;
        }
        if (symbol === END_OF_BLOCK) return 'complete';

        const lengthStep = LENGTH_STEPS[symbol - END_OF_BLOCK - 1] ?? 0;
        if (lengthStep === 0) return 'damaged';
        const match = valueIn(lengthStep, bits >>> (entry & 15));
        position += lengthStep & 15;

        const distanceEntry = distances.entryOf(bitsAt(stream, position));
        position += distanceEntry & 15;
        const distanceStep = DISTANCE_STEPS[distanceEntry >> 4] ?? 0;
        const distance = valueIn(distanceStep, bitsAt(stream, position));
        position += distanceStep & 15;
        if (position > end) return 'cut';
        // A symbol that means nothing gives a distance of 0.
        if (distance === 0 || distance > length) return 'damaged';

        const last = Math.min(length + match, maxLength);
        if (last > output.length) output = this.#reserve(last);
        const isTooLarge = length + match > maxLength;
        for (; length < last; length++) output[length] = output[length - distance] ?? 0;
        if (isTooLarge) return 'too large';
      }
    } finally {
      this.#position = position;
      this.#length = length;
    }
  }

  /** Makes room for so many bytes in all, and returns the output, which may be another one. */
  #reserve(length: number): Uint8Array {
    if (length <= this.#output.length) return this.#output;
    const grown = new Uint8Array(Math.min(this.#maxLength, Math.max(length, 4 * this.#output.length)));
    grown.set(this.#output);
    return (this.#output = grown);
  }

  /** Takes up to 16 bits. */
  #take(count: number): number {
    const bits = lowBits(this.#peek(), count);
    this.#position += count;
    return bits;
  }

  #peek(): number {
    return bitsAt(this.#stream, this.#position);
  }

  /** Whether bits have been taken that are not there. */
  #isCut(): boolean {
    return this.#position > this.#end;
  }

  #align(): void {
    this.#position = 8 * Math.ceil(this.#position / 8);
  }
}
