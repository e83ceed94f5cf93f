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
   * `below` would draw, without a call for each.
   */
  countDraws(drawn: Uint16Array): void {
    drawn.fill(0);
    const rows = drawn.length;
    const words = this.#drawn;
    const least = two32 % rows;
    let next = this.#next;
    for (let draw = 0; draw < rows;) {
      if (next === block) {
        this.#refill();
        next = 0;
      }
      const product = words[next]! * rows;
      next += 1;
      const row = (product / two32) >>> 0;
      // Rejected about once in 2^32 / rows.
      if (product - row * two32 < least) continue;
      drawn[row]! += 1;
      draw += 1;
    }
    this.#next = next;
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
