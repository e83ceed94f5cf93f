/**
 * Draws of bootstrap resamples as counts: how often each cell of a table is drawn. A resample of n rows is a multinomial
 * over the cells; it is drawn exactly, by way of independent Poisson counts whose total aims somewhat below n. Given
 * their total these are multinomial; the draws missing to n are added one by one; in the rare case that the total exceeds
 * n all are drawn again, which conditions on nothing but the total. One 32-bit word a cell, whatever its count.
 * Source: Devroye 1986, "Non-Uniform Random Variate Generation", XI.1.4; alias tables: Walker 1977, Vose 1991.
 */
import type { RandomSource } from './random.ts';

/** How many standard deviations below n the Poisson total aims: some 0.6 % of resamples are drawn again. */
const aimBelow = 2.5;
/** Chances below this are none: 10^18 draws would not show them. */
const negligible = 1e-18;

export class MultinomialSampler {
  readonly #total: number;
  /** Alias tables of the Poisson counts, one behind the other; cells of the same count share one. */
  readonly #poissons = new AliasTables();
  /** By cell: its table's start, the word's bits below the entry number, and the count that entry 0 stands for. */
  readonly #starts: Uint32Array;
  readonly #shifts: Uint8Array;
  readonly #bases: Uint32Array;
  /** The cells themselves, for the draws that are made one by one. */
  readonly #cells = new AliasTables();
  readonly #cellShift: number;

  /** `counts` are the rows of each cell: whole numbers above 0. */
  constructor(counts: Float64Array) {
    this.#total = counts.reduce((sum, count) => sum + count, 0);
    this.#cellShift = this.#cells.add(counts).shift;
    this.#starts = new Uint32Array(counts.length);
    this.#shifts = new Uint8Array(counts.length);
    this.#bases = new Uint32Array(counts.length);
    const rate = Math.max(0, 1 - aimBelow / Math.sqrt(this.#total));
    const tables = new Map<number, { start: number; shift: number; base: number }>();
    counts.forEach((count, cell) => {
      let table = tables.get(count);
      if (!table) {
        const { base, chances } = poisson(count * rate);
        table = { ...this.#poissons.add(chances), base };
        tables.set(count, table);
      }
      this.#starts[cell] = table.start;
      this.#shifts[cell] = table.shift;
      this.#bases[cell] = table.base;
    });
  }

  /** Fills `drawn` with how often each cell is in one resample. */
  draw(random: RandomSource, drawn: Uint32Array): void {
    let sum = this.#drawPoissons(random, drawn);
    while (sum > this.#total) sum = this.#drawPoissons(random, drawn);
    const { accept, alias } = this.#cells;
    const shift = this.#cellShift;
    const mask = lowBits(shift);
    for (; sum < this.#total; sum += 1) {
      const word = random.word();
      const entry = word >>> shift;
      drawn[(word & mask) < accept[entry]! ? entry : alias[entry]!]! += 1;
    }
  }

  #drawPoissons(random: RandomSource, drawn: Uint32Array): number {
    const { accept, alias } = this.#poissons;
    const starts = this.#starts;
    const shifts = this.#shifts;
    const bases = this.#bases;
    let sum = 0;
    for (let cell = 0; cell < drawn.length; cell += 1) {
      const word = random.word();
      const shift = shifts[cell]!;
      const entry = word >>> shift;
      const at = starts[cell]! + entry;
      const count = bases[cell]! + ((word & lowBits(shift)) < accept[at]! ? entry : alias[at]!);
      drawn[cell] = count;
      sum += count;
    }
    return sum;
  }
}

/** Walker's alias tables, of a power of two entries each, in two arrays. */
class AliasTables {
  accept = new Uint32Array(64);
  alias = new Uint32Array(64);
  #used = 0;

  /** Adds a table for these weights; an entry is a word's bits above `shift`. */
  add(weights: Float64Array): { start: number; shift: number } {
    const bits = Math.max(1, Math.ceil(Math.log2(weights.length)));
    const size = 2 ** bits;
    const start = this.#used;
    this.#used += size;
    if (this.#used > this.accept.length) {
      this.accept = grown(this.accept, this.#used);
      this.alias = grown(this.alias, this.#used);
    }
    const shift = 32 - bits;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const shares = Float64Array.from({ length: size }, (_, entry) => ((weights[entry] ?? 0) / total) * size);
    const small: number[] = [];
    const large: number[] = [];
    shares.forEach((share, entry) => (share < 1 ? small : large).push(entry));
    while (small.length > 0 && large.length > 0) {
      const entry = small.pop()!;
      const donor = large.at(-1)!;
      this.accept[start + entry] = Math.round(shares[entry]! * 2 ** shift);
      this.alias[start + entry] = donor;
      shares[donor]! -= 1 - shares[entry]!;
      if (shares[donor]! < 1) small.push(large.pop()!);
    }
    for (const entry of [...small, ...large]) {
      this.accept[start + entry] = 2 ** shift;
      this.alias[start + entry] = entry;
    }
    return { start, shift };
  }
}

function grown(values: Uint32Array<ArrayBuffer>, needed: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(needed, 2 * values.length));
  larger.set(values);
  return larger;
}

/** A mask of the lower `bits` bits, 1 to 31. */
function lowBits(bits: number): number {
  return -1 >>> (32 - bits);
}

/** The chances of Poisson counts, from `base` on: from the mode outwards until nothing is left. */
function poisson(mean: number): { base: number; chances: Float64Array } {
  const mode = Math.floor(mean);
  const above: number[] = [1];
  for (let count = mode + 1; above.at(-1)! > negligible; count += 1) above.push((above.at(-1)! * mean) / count);
  const under: number[] = [];
  let chance = 1;
  for (let count = mode; count > 0 && chance > negligible; count -= 1) {
    chance *= count / mean;
    under.push(chance);
  }
  return { base: mode - under.length, chances: Float64Array.from([...under.toReversed(), ...above]) };
}
