/**
 * The one source of random numbers: xoshiro128** 1.1 (Blackman and Vigna 2018, "Scrambled linear pseudorandom number
 * generators", https://prng.di.unimi.it/xoshiro128starstar.c), its state filled from a seed by SplitMix64 as its authors
 * advise (and as Rust's rand_xoshiro does). 32 bits a draw, period 2^128 - 1; the same seed gives the same numbers on
 * every machine. Not for secrets.
 */

const block = 1024;
const two32 = 2 ** 32;
/** Below this the product of a draw and a bound is exact in a double. */
const exactBound = 2 ** 21;

export class RandomSource {
  readonly seed: number;
  readonly #state: Int32Array;
  readonly #drawn = new Uint32Array(block);
  #next = block;

  /** `seed` is a whole number from 0 to 2^53 - 1; the same one gives the same numbers. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`A seed is a whole number, not ${seed}.`);
    this.seed = seed;
    this.#state = splitMix(BigInt(seed));
  }

  /** A whole number from 0 to 2^32 - 1. */
  word(): number {
    if (this.#next === block) this.#refill();
    const word = this.#drawn[this.#next]!;
    this.#next += 1;
    return word;
  }

  /** A number in [0, 1) with 53 random bits. */
  unit(): number {
    const high = this.word() >>> 5;
    const low = this.word() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A whole number from 0 to `bound` - 1, each as likely (Lemire 2019); `bound` is 1 to 2^32. */
  below(bound: number): number {
    if (bound > exactBound) return this.#belowMany(bound);
    let product = this.word() * bound;
    let whole = Math.floor(product / two32);
    let rest = product - whole * two32;
    if (rest < bound) {
      const least = two32 % bound;
      while (rest < least) {
        product = this.word() * bound;
        whole = Math.floor(product / two32);
        rest = product - whole * two32;
      }
    }
    return whole;
  }

  /**
   * Draws as many rows as `drawn` has, each as likely, with replacement, and counts how often each is drawn: what
   * `below` would draw, several times faster.
   */
  countDraws(drawn: Uint16Array): void {
    drawn.fill(0);
    const rows = drawn.length;
    let left = rows;
    if (rows <= exactBound) {
      while (left >= block) {
        if (this.#next === block) this.#refill();
        left -= countWords(this.#drawn, this.#next, drawn);
        this.#next = block;
      }
    }
    for (; left > 0; left -= 1) drawn[this.below(rows)]! += 1;
  }

  #belowMany(bound: number): number {
    const limit = two32 - (two32 % bound);
    let word = this.word();
    while (word >= limit) word = this.word();
    return word % bound;
  }

  /** Draws are made a block at a time, with the state in local variables: several times faster than one by one. */
  #refill(): void {
    const state = this.#state;
    const drawn = this.#drawn;
    let a = state[0]!;
    let b = state[1]!;
    let c = state[2]!;
    let d = state[3]!;
    for (let index = 0; index < block; index += 1) {
      const scrambled = Math.imul(b, 5);
      drawn[index] = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = d;
    this.#next = 0;
  }
}

/**
 * Counts the rows that the words from `start` on fall on, four a turn, and says how many: a word too near the edge of its
 * row (about one in 2^32 / rows) is passed over, as in `below`.
 */
function countWords(words: Uint32Array, start: number, drawn: Uint16Array): number {
  const rows = drawn.length;
  const least = (two32 % rows) / two32;
  let passedOver = 0;
  const last = words.length - 4;
  let next = start;
  for (; next <= last; next += 4) {
    // Exact: 32 bits of a word times 21 of a number of rows.
    const a = (words[next]! / two32) * rows;
    const b = (words[next + 1]! / two32) * rows;
    const c = (words[next + 2]! / two32) * rows;
    const d = (words[next + 3]! / two32) * rows;
    const [rowA, rowB, rowC, rowD] = [a | 0, b | 0, c | 0, d | 0];
    if (a - rowA >= least && b - rowB >= least && c - rowC >= least && d - rowD >= least) {
      drawn[rowA]! += 1;
      drawn[rowB]! += 1;
      drawn[rowC]! += 1;
      drawn[rowD]! += 1;
    } else passedOver += countFew(words.subarray(next, next + 4), least, drawn);
  }
  return words.length - start - passedOver - countFew(words.subarray(next), least, drawn);
}

/** As `countWords`, one by one; answers how many words were passed over. */
function countFew(words: Uint32Array, least: number, drawn: Uint16Array): number {
  let passedOver = 0;
  for (const word of words) {
    const place = (word / two32) * drawn.length;
    const row = place | 0;
    if (place - row < least) passedOver += 1;
    else drawn[row]! += 1;
  }
  return passedOver;
}

function splitMix(seed: bigint): Int32Array {
  const words = new Int32Array(4);
  let state = seed;
  for (let index = 0; index < 4; index += 2) {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let mixed = state;
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    mixed ^= mixed >> 31n;
    words[index] = Number(BigInt.asIntN(32, mixed));
    words[index + 1] = Number(BigInt.asIntN(32, mixed >> 32n));
  }
  return words;
}
