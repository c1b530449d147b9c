/** A seeded random number generator: the same seed gives the same numbers. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    let [a, b, c] = [0x9e3779b9, 0x243f6a88, 0xb7e15162];
    for (let index = 0; index < seed.length; index++) {
      const code = seed.charCodeAt(index);
      a = Math.imul(a ^ code, 0x85ebca6b) ^ (b >>> 13);
      b = Math.imul(b ^ code, 0xc2b2ae35) ^ (c >>> 16);
      c = Math.imul(c ^ code, 0x27d4eb2f) ^ (a >>> 15);
    }
    [this.#a, this.#b, this.#c] = [a, b, c];
    for (let round = 0; round < 12; round++) this.uint32();
  }

  /** Draws an integer from 0 to 4294967295, with sfc32. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Draws an integer from 0 to `end − 1`, or 0 if `end` is 0. */
  below(end: number): number {
    return Math.floor((this.uint32() / 2 ** 32) * end);
  }

  /** Returns true with a probability of 1 / `n`. */
  once(n: number): boolean {
    return this.below(n) === 0;
  }

  /** Draws an item of a non-empty list. */
  pick<Item>(items: readonly [Item, ...(readonly Item[])]): Item {
    return items[this.below(items.length)] ?? items[0];
  }

  /** Makes a list of 0 to `max` items. */
  list<Item>(max: number, make: () => Item): Item[] {
    return Array.from({ length: this.below(max + 1) }, make);
  }
}
