/** Two versions' answers to the same rows as a table of (true class, answer of A, answer of B), and its bootstrap. */
import { emptyTotals, type ClassTotals } from './confusion.ts';
import type { LabelFigure } from './label-figures.ts';
import { MultinomialSampler } from './multinomial.ts';
import { defined, noRows, notDefined, requireSameLength, type Outcome } from './outcome.ts';
import { RandomSource } from './random.ts';

export interface PairedTable {
  readonly classes: number;
  /** By cell that has rows: its true class, the answers of A and B, and how many rows. */
  readonly truth: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly counts: Float64Array;
  readonly rows: number;
  /** Rows without a label, or without an answer of either: in no figure. */
  readonly leftOut: number;
}

/** Counts rows by true class and both answers; a code below 0 is none. */
export function pairedTable(truth: Int32Array, a: Int32Array, b: Int32Array, classes: number): PairedTable {
  requireSameLength(truth, a, b);
  const cells = new Map<number, number>();
  let rows = 0;
  for (let row = 0; row < truth.length; row += 1) {
    if (truth[row]! < 0 || a[row]! < 0 || b[row]! < 0) continue;
    const cell = (truth[row]! * classes + a[row]!) * classes + b[row]!;
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
    rows += 1;
  }
  const keys = [...cells.keys()].toSorted((one, other) => one - other);
  return {
    classes,
    truth: Int32Array.from(keys, (key) => Math.floor(key / (classes * classes))),
    a: Int32Array.from(keys, (key) => Math.floor(key / classes) % classes),
    b: Int32Array.from(keys, (key) => key % classes),
    counts: Float64Array.from(keys, (key) => cells.get(key)!),
    rows,
    leftOut: truth.length - rows,
  };
}

/** Totals per class of both versions. */
export function pairedTotals(table: PairedTable): { a: ClassTotals; b: ClassTotals } {
  const totals = { a: emptyTotals(table.classes), b: emptyTotals(table.classes) };
  fill(table, table.counts, totals);
  return totals;
}

export interface Flips {
  readonly rows: number;
  /** Right to wrong, and wrong to right. */
  readonly negative: number;
  readonly positive: number;
  readonly bothRight: number;
  /** Wrong both times, with another answer. */
  readonly wrongOtherwise: number;
  /** Negative flips as a share of all rows. */
  readonly negativeFlipRate: number;
}

/**
 * Flips from A (the baseline) to B. The negative flip rate is the share of all rows that A has right and B wrong; 0 to 1,
 * lower is better. Source: Yan et al. 2021, "Positive-congruent training".
 */
export function flips({ truth, a, b, counts, rows }: PairedTable): Outcome<Flips> {
  if (rows === 0) return noRows;
  let [negative, positive, bothRight, wrongOtherwise] = [0, 0, 0, 0];
  counts.forEach((count, cell) => {
    const rightA = a[cell] === truth[cell];
    const rightB = b[cell] === truth[cell];
    if (rightA && rightB) bothRight += count;
    else if (rightA) negative += count;
    else if (rightB) positive += count;
    else if (a[cell] !== b[cell]) wrongOtherwise += count;
  });
  return defined({ rows, negative, positive, bothRight, wrongOtherwise, negativeFlipRate: negative / rows });
}

/**
 * Backward trust compatibility: P(B right | A right). 0 to 1, higher is better. Not defined where A has no row right.
 * Source: Bansal et al. 2019, "Updates in human-AI teams".
 */
export function backwardTrustCompatibility(table: PairedTable): Outcome {
  const found = flips(table);
  if (!found.defined) return found;
  const { bothRight, negative } = found.value;
  if (bothRight + negative === 0) return notDefined('nothing-to-measure', 'the baseline has no row right.');
  return defined(bothRight / (bothRight + negative));
}

/** By figure, its value in every resample; NaN where it does not exist in that resample. */
export interface PairedDraws {
  readonly a: readonly Float64Array[];
  readonly b: readonly Float64Array[];
}

/**
 * The paired bootstrap of figures that are functions of the table: each resample draws all rows anew with replacement,
 * both versions on the same rows, as one multinomial over the cells. Rows must be independent; see `RowBootstrap` for
 * groups. The same seed gives the same draws. Not defined without rows.
 * Source: Efron and Tibshirani 1993, chapters 6 and 13.
 */
export function bootstrapTable(
  table: PairedTable,
  figures: readonly LabelFigure[],
  { resamples, seed }: { resamples: number; seed: number },
): Outcome<PairedDraws> {
  if (table.rows === 0) return noRows;
  const random = new RandomSource(seed);
  const sampler = new MultinomialSampler(table.counts);
  const drawn = new Uint32Array(table.counts.length);
  const totals = { a: emptyTotals(table.classes), b: emptyTotals(table.classes) };
  const draws = {
    a: figures.map(() => new Float64Array(resamples)),
    b: figures.map(() => new Float64Array(resamples)),
  };
  for (let resample = 0; resample < resamples; resample += 1) {
    sampler.draw(random, drawn);
    fill(table, drawn, totals);
    for (let figure = 0; figure < figures.length; figure += 1) {
      draws.a[figure]![resample] = figures[figure]!(totals.a);
      draws.b[figure]![resample] = figures[figure]!(totals.b);
    }
  }
  return defined(draws);
}

function fill(
  { truth, a, b, classes, rows }: PairedTable,
  counts: Uint32Array | Float64Array,
  totals: { a: ClassTotals; b: ClassTotals },
): void {
  const { predicted: predictedA, correct: correctA } = totals.a;
  const { truth: labels, predicted: predictedB, correct: correctB } = totals.b;
  labels.fill(0);
  predictedA.fill(0);
  predictedB.fill(0);
  correctA.fill(0);
  correctB.fill(0);
  for (let cell = 0; cell < counts.length; cell += 1) {
    const count = counts[cell]!;
    const label = truth[cell]!;
    const answerA = a[cell]!;
    const answerB = b[cell]!;
    labels[label]! += count;
    predictedA[answerA]! += count;
    predictedB[answerB]! += count;
    if (answerA === label) correctA[label]! += count;
    if (answerB === label) correctB[label]! += count;
  }
  for (let label = 0; label < classes; label += 1) totals.a.truth[label] = labels[label]!;
  totals.a.rows = rows;
  totals.b.rows = rows;
}
