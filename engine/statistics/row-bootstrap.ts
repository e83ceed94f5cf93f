/**
 * The bootstrap of figures that need the rows themselves: each resample says how often each row is drawn, and figures
 * take those counts as weights. Rows, or whole groups of rows that belong together, are drawn with replacement.
 */
import { RandomSource } from './random.ts';

/** Figures of one resample, from how often each row is in it and their sum. NaN where a figure does not exist. */
export interface RowFigures {
  /** How many figures it writes. */
  readonly count: number;
  write(weights: Uint16Array, rows: number, into: Float64Array): void;
}

export interface RowBootstrapSettings {
  readonly rows: number;
  readonly figures: readonly RowFigures[];
  readonly resamples: number;
  readonly seed: number;
  /** By row, the code (from 0 up) of the group that it is drawn with. */
  readonly groups?: Int32Array;
}

/**
 * A bootstrap that is done in parts, so that a first answer can be shown and the rest follow (or be given up): the
 * draws are the same however it is cut. All figures see the same resample, so differences of two versions are paired.
 * Source: Efron and Tibshirani 1993; by group (cluster bootstrap): Davison and Hinkley 1997, section 3.8.
 */
export class RowBootstrap {
  /** By figure, in the order given: its value in every resample that is done. */
  readonly draws: readonly Float64Array[];
  #done = 0;
  readonly #settings: RowBootstrapSettings;
  readonly #random: RandomSource;
  readonly #weights: Uint16Array;
  readonly #groupWeights: Uint16Array;
  readonly #written: readonly Float64Array[];

  constructor(settings: RowBootstrapSettings) {
    const { rows, figures, resamples, seed, groups } = settings;
    if (groups && groups.length !== rows) throw new RangeError(`${rows} rows have ${groups.length} groups.`);
    this.#settings = settings;
    this.#random = new RandomSource(seed);
    this.#weights = new Uint16Array(rows);
    this.#groupWeights = new Uint16Array(groups ? groups.reduce((most, code) => Math.max(most, code), -1) + 1 : 0);
    this.#written = figures.map(({ count }) => new Float64Array(count));
    const outputs = figures.reduce((sum, { count }) => sum + count, 0);
    this.draws = Array.from({ length: outputs }, () => new Float64Array(resamples));
  }

  /** Resamples done so far. */
  get done(): number {
    return this.#done;
  }

  /** Does up to `count` more resamples; true while there are more to do. */
  advance(count: number): boolean {
    const { figures, resamples } = this.#settings;
    const end = Math.min(resamples, this.#done + count);
    for (; this.#done < end; this.#done += 1) {
      const rows = this.#draw();
      let output = 0;
      figures.forEach((figure, index) => {
        const written = this.#written[index]!;
        figure.write(this.#weights, rows, written);
        for (const value of written) {
          this.draws[output]![this.#done] = value;
          output += 1;
        }
      });
    }
    return this.#done < resamples;
  }

  /** Draws a resample; answers how many rows it has, which differs from resample to resample where groups do. */
  #draw(): number {
    const { groups, rows } = this.#settings;
    if (!groups) {
      this.#random.countDraws(this.#weights);
      return rows;
    }
    this.#random.countDraws(this.#groupWeights);
    let drawn = 0;
    for (let row = 0; row < rows; row += 1) {
      const weight = this.#groupWeights[groups[row]!]!;
      this.#weights[row] = weight;
      drawn += weight;
    }
    return drawn;
  }
}
