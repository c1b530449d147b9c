/** Dynamic blocks for tests, written bit by bit. */
import { type Draw, oneOf } from './streams.js';

/** Writes bits, the lowest first. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #count = 0;

  bits(value: number, count: number): this {
    for (let bit = 0; bit < count; bit++, this.#count++) {
      if ((this.#count & 7) === 0) this.#bytes.push(0);
      const last = this.#bytes.length - 1;
      this.#bytes[last] = (this.#bytes[last] ?? 0) | (((value >> bit) & 1) << (this.#count & 7));
    }
    return this;
  }

  /** Writes the Huffman code of a symbol, given the code lengths of all symbols. */
  symbol(lengths: readonly number[], symbol: number): this {
    const own = lengths[symbol] ?? 0;
    let code = 0;
    for (let length = 1; length <= own; length++) {
      code = 2 * (code + lengths.filter((other) => other === length - 1 && other > 0).length);
    }
    code += lengths.slice(0, symbol).filter((other) => other === own).length;
    for (let bit = own - 1; bit >= 0; bit--) this.bits(code >> bit, 1);
    return this;
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Draws the code lengths of a complete code of `symbolCount` out of `all` symbols. */
export function drawLengths(draw: Draw, symbolCount: number, all: number, maxBits: number): number[] {
  const depths = symbolCount === 1 ? [1] : [0];
  while (depths.length < symbolCount) {
    const place = draw(depths.length);
    const depth = depths[place] ?? 0;
    if (depth < maxBits) depths.splice(place, 1, depth + 1, depth + 1);
  }
  const lengths = new Array<number>(all).fill(0);
  for (const depth of depths) {
    let symbol = draw(all);
    while (lengths[symbol] !== 0) symbol = (symbol + 1) % all;
    lengths[symbol] = depth;
  }
  return lengths;
}

/** Changes code lengths so that the code may be invalid. */
function spoil(draw: Draw, lengths: number[], maxBits: number): void {
  const place = draw(lengths.length);
  switch (draw(5)) {
    case 0:
      lengths[place] = draw(maxBits + 1);
      break;
    case 1:
      lengths.fill(0);
      break;
    case 2:
      // Often only the end of the block has a code.
      lengths.fill(0)[draw(2) === 0 ? Math.min(256, lengths.length - 1) : place] = 1 + draw(2);
      break;
    case 3:
      lengths[lengths.findIndex((length) => length > 0)] = 0;
      break;
    default:
      lengths.forEach((length, symbol) => {
        if (length === 0 && draw(lengths.length) === 0) lengths[symbol] = 1 + draw(maxBits);
      });
  }
}

export const LENGTH_CODE_ORDER: readonly number[] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Draws a dynamic block, any part of which may be invalid. */
export function drawDynamicBlock(draw: Draw, writer: BitWriter, isFinal: boolean): void {
  const literalCount = draw(20) === 0 ? 257 + draw(32) : 257 + draw(30);
  const distanceCount = draw(20) === 0 ? 1 + draw(32) : 1 + draw(30);
  const literals = drawLengths(draw, 1 + draw(oneOf(draw, [2, 6, 40, 250])), literalCount, 15);
  const distances = drawLengths(draw, 1 + draw(Math.min(distanceCount, oneOf(draw, [1, 4, 32]))), distanceCount, 15);
  const coded = (): number[] => [...literals.keys()].filter((symbol) => literals[symbol] !== 0);
  // Most blocks have a code for their end.
  if (literals[256] === 0 && draw(12) !== 0) {
    const other = oneOf(draw, coded());
    literals[256] = literals[other] ?? 0;
    literals[other] = 0;
  }
  const lengthCode = drawLengths(draw, 19, 19, 7);
  if (draw(8) === 0) spoil(draw, literals, 15);
  if (draw(8) === 0) spoil(draw, distances, 15);
  const written = [...lengthCode];
  if (draw(20) === 0) spoil(draw, written, 7);

  writer.bits(isFinal ? 1 : 0, 1).bits(2, 2);
  writer.bits(literalCount - 257, 5).bits(distanceCount - 1, 5);
  let lengthCodeCount = 19;
  while (lengthCodeCount > 4 && written[LENGTH_CODE_ORDER[lengthCodeCount - 1] ?? 0] === 0) lengthCodeCount--;
  writer.bits(lengthCodeCount - 4, 4);
  for (const symbol of LENGTH_CODE_ORDER.slice(0, lengthCodeCount)) writer.bits(written[symbol] ?? 0, 3);
  drawLengthSequence(draw, writer, lengthCode, [...literals, ...distances]);

  for (let left = draw(60); left > 0; left--) {
    const symbol = oneOf(draw, [256, ...coded()]);
    if (draw(100) === 0) writer.bits(draw(256), 8);
    if (symbol === 256) continue;
    writer.symbol(literals, symbol);
    if (symbol < 256) continue;
    writer.bits(draw(32), symbol < 265 || symbol > 284 ? 0 : (symbol - 261) >> 2);
    const distance =
      draw(4) === 0
        ? draw(30)
        : Math.max(
            0,
            distances.findIndex((length) => length > 0),
          );
    writer.symbol(distances, distance).bits(draw(4) === 0 ? draw(8192) : 0, Math.max(0, (distance >> 1) - 1));
  }
  writer.symbol(literals, 256);
}

/** Writes code lengths, some of them as repeats and a few of them wrong. */
function drawLengthSequence(draw: Draw, writer: BitWriter, code: readonly number[], lengths: readonly number[]): void {
  for (let index = 0; index < lengths.length;) {
    const length = lengths[index] ?? 0;
    let run = 1;
    while (lengths[index + run] === length) run++;
    const repeats = index > 0 && lengths[index - 1] === length;
    if (draw(2000) === 0) {
      const symbol = 16 + draw(3);
      writer.symbol(code, symbol).bits(draw(128), [2, 3, 7][symbol - 16] ?? 0);
      index += 1 + draw(20);
    } else if (repeats && run >= 3 && draw(3) > 0) {
      const times = Math.min(run, 3 + draw(4));
      writer.symbol(code, 16).bits(times - 3, 2);
      index += times;
    } else if (length === 0 && run >= 3 && draw(4) > 0) {
      const isLong = run >= 11 && draw(4) > 0;
      const times = Math.min(run, isLong ? 11 + draw(128) : 3 + draw(8));
      writer.symbol(code, isLong ? 18 : 17).bits(times - (isLong ? 11 : 3), isLong ? 7 : 3);
      index += times;
    } else {
      writer.symbol(code, length);
      index++;
    }
  }
}
