import { describe, expect, it } from 'vitest';
import {
  accuracyFigure,
  averageF1,
  averagePrecisionOfLabels,
  averageRecall,
  backwardTrustCompatibility,
  balancedAccuracyFigure,
  benjaminiHochberg,
  bootstrapTable,
  classTotals,
  confusionMatrix,
  differences,
  f1Figure,
  flips,
  kappaFigure,
  matthewsFigure,
  meanDifference,
  pairedPermutation,
  pairedTable,
  pairedTotals,
  percentileInterval,
  precisionFigure,
  RandomSource,
  recallFigure,
} from '../../../engine/statistics/index.ts';
import { MultinomialSampler } from '../../../engine/statistics/multinomial.ts';
import { cases, expectAllNear, expectNear, expectNotDefined, iterative, valueOf } from './expected.ts';

type Case =
  | { kind: 'random'; seed: number; expected: number[] }
  | { kind: 'percentile'; values: number[]; expected: [number, number] }
  | { kind: 'permutation'; name: string; a: number[]; b: number[]; expected: number }
  | { kind: 'adjusted'; p: number[]; expected: number[] };

const all = cases<Case>('resampling');

function of<K extends Case['kind']>(kind: K) {
  return all.filter((one): one is Extract<Case, { kind: K }> => one.kind === kind);
}

describe('random numbers', () => {
  it.each(of('random'))('from seed $seed are those of the published algorithm', ({ seed, expected }) => {
    const random = new RandomSource(seed);
    expect(expected.map(() => random.word())).toEqual(expected);
  });

  it.each([1, 2, 3, 1000, 2 ** 21 + 1, 2 ** 32])('below %i stay below and are even', (bound) => {
    const random = new RandomSource(5);
    const draws = Array.from({ length: 20_000 }, () => random.below(bound));
    expect(draws.every((draw) => Number.isInteger(draw) && draw >= 0 && draw < bound)).toBe(true);
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    expect(Math.abs(mean - (bound - 1) / 2)).toBeLessThan((5 * bound) / Math.sqrt(12 * draws.length) + 1e-9);
  });

  it('counts draws of rows as one draw after the other would', () => {
    const drawn = new Uint16Array(5000);
    new RandomSource(9).countDraws(drawn);
    const expected = new Uint16Array(5000);
    const random = new RandomSource(9);
    for (let draw = 0; draw < 5000; draw += 1) expected[random.below(5000)]! += 1;
    expect(drawn).toEqual(expected);
  });

  it('refuses a seed that would not be the same elsewhere', () => {
    expect(() => new RandomSource(0.5)).toThrow(/whole number/);
    expect(() => new RandomSource(-1)).toThrow(/whole number/);
  });
});

describe('draws of table cells', () => {
  it.each([
    ['large and small cells', [60_000, 30_000, 9000, 900, 90, 9, 1]],
    ['few rows', [2, 1, 3]],
    ['one cell', [50]],
    ['one row', [1]],
  ])('have the total, means, variances and covariances of a multinomial: %s', (_name, counts) => {
    const cells = Float64Array.from(counts);
    const rows = counts.reduce((sum, count) => sum + count, 0);
    const sampler = new MultinomialSampler(cells);
    const random = new RandomSource(11);
    const drawn = new Uint32Array(cells.length);
    const resamples = 20_000;
    const sums = counts.map(() => 0);
    const squares = counts.map(() => 0);
    let products = 0;
    for (let resample = 0; resample < resamples; resample += 1) {
      sampler.draw(random, drawn);
      expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(rows);
      drawn.forEach((count, cell) => {
        sums[cell]! += count;
        squares[cell]! += (count - counts[cell]!) ** 2;
      });
      if (drawn.length > 1) products += (drawn[0]! - counts[0]!) * (drawn[1]! - counts[1]!);
    }
    counts.forEach((count, cell) => {
      const variance = count * (1 - count / rows);
      expect(Math.abs(sums[cell]! / resamples - count)).toBeLessThanOrEqual(5 * Math.sqrt(variance / resamples));
      expect(Math.abs(squares[cell]! / resamples - variance)).toBeLessThanOrEqual(0.08 * variance);
    });
    if (counts.length > 1) {
      const covariance = (-counts[0]! * counts[1]!) / rows;
      expect(Math.abs(products / resamples - covariance)).toBeLessThan(0.1 * Math.abs(covariance));
    }
  });
});

describe('the paired bootstrap over the table', () => {
  const random = new RandomSource(3);
  const rows = 2000;
  const truth = Int32Array.from({ length: rows }, () => random.below(3));
  const a = truth.map((label) => (random.unit() < 0.8 ? label : random.below(3)));
  const b = truth.map((label, row) => (random.unit() < 0.7 ? a[row]! : label));
  const figures = [
    accuracyFigure,
    balancedAccuracyFigure,
    averageF1('macro'),
    averageF1('weighted'),
    averagePrecisionOfLabels('macro'),
    averageRecall('micro'),
    matthewsFigure,
    kappaFigure,
    precisionFigure(1),
    recallFigure(1),
    f1Figure(2),
  ];

  it('counts the same totals as each confusion matrix', () => {
    const totals = pairedTotals(pairedTable(truth, a, b, 3));
    expect(totals.a).toEqual(classTotals(confusionMatrix(truth, a, 3)));
    expect(totals.b).toEqual(classTotals(confusionMatrix(truth, b, 3)));
  });

  it('is centred on each figure, pairs the versions, and repeats with its seed', () => {
    const table = pairedTable(truth, a, b, 3);
    const settings = { resamples: 4000, seed: 17 };
    const draws = valueOf(bootstrapTable(table, figures, settings));
    expect(valueOf(bootstrapTable(table, figures, settings))).toEqual(draws);
    const totals = pairedTotals(table);
    figures.forEach((figure, index) => {
      expect(Math.abs(mean(draws.a[index]!) - figure(totals.a))).toBeLessThan(0.005);
      expect(Math.abs(mean(draws.b[index]!) - figure(totals.b))).toBeLessThan(0.005);
    });
    // Of accuracy the standard errors are known: of each, and (by the flips) of the paired difference.
    const { negative, positive } = valueOf(flips(table));
    const share = accuracyFigure(totals.a);
    expectNear(deviation(draws.a[0]!), Math.sqrt((share * (1 - share)) / rows), 0.05);
    const gap = (positive - negative) / rows;
    const error = Math.sqrt(((positive + negative) / rows - gap ** 2) / rows);
    expectNear(deviation(differences(draws.a[0]!, draws.b[0]!)), error, 0.05);
  });

  it('leaves out rows without a label or an answer, and has none of no rows', () => {
    const table = pairedTable(Int32Array.of(0, -1, 1), Int32Array.of(0, 0, -1), Int32Array.of(1, 0, 1), 2);
    expect(table).toMatchObject({ rows: 1, leftOut: 2 });
    const none = pairedTable(new Int32Array(0), new Int32Array(0), new Int32Array(0), 2);
    expectNotDefined(bootstrapTable(none, figures, { resamples: 10, seed: 0 }));
    expectNotDefined(flips(none));
    expectNotDefined(backwardTrustCompatibility(none));
  });

  it('counts flips', () => {
    const table = pairedTable(
      Int32Array.of(0, 0, 0, 0, 0),
      Int32Array.of(0, 0, 1, 1, 1),
      Int32Array.of(0, 1, 0, 1, 2),
      3,
    );
    expect(valueOf(flips(table))).toEqual({
      rows: 5,
      negative: 1,
      positive: 1,
      bothRight: 1,
      wrongOtherwise: 1,
      negativeFlipRate: 0.2,
    });
    expect(valueOf(backwardTrustCompatibility(table))).toBe(0.5);
    expectNotDefined(backwardTrustCompatibility(pairedTable(Int32Array.of(0), Int32Array.of(1), Int32Array.of(0), 2)));
  });
});

describe('what draws say', () => {
  it.each(of('percentile'))('percentiles equal NumPy (%#)', ({ values, expected }) => {
    const interval = valueOf(percentileInterval(Float64Array.from(values)));
    expectAllNear([interval.lower, interval.upper], expected);
  });

  it('leaves out the few resamples in which a figure does not exist, and says so; many end it', () => {
    const draws = Float64Array.from({ length: 100 }, (_, index) => (index < 5 ? Number.NaN : index));
    expect(percentileInterval(draws)).toMatchObject({ notes: [expect.stringContaining('5 of 100')] });
    expectNotDefined(percentileInterval(draws.map((value, index) => (index < 6 ? Number.NaN : value))));
    expectNotDefined(percentileInterval(new Float64Array(0)));
  });

  it.each(of('permutation'))('the exact permutation test equals SciPy: $name', ({ a, b, expected }) => {
    const test = valueOf(pairedPermutation(a.length, meanDifference(a, b)));
    expect(test.exact).toBe(true);
    expectNear(test.p, expected, iterative);
  });

  it('draws swaps where there are too many, near the exact answer, and never says p = 0', () => {
    const [{ a, b, expected }] = of('permutation') as [Extract<Case, { kind: 'permutation' }>];
    const drawn = valueOf(pairedPermutation(a.length, meanDifference(a, b), { permutations: 4000, seed: 4 }));
    expect(drawn).toMatchObject({ exact: false, permutations: 4000 });
    expect(Math.abs(drawn.p - expected)).toBeLessThan(0.04);
    const far = meanDifference(new Float64Array(40), new Float64Array(40).fill(1));
    expect(valueOf(pairedPermutation(40, far, { permutations: 99 })).p).toBe(0.02);
  });

  it('swaps rows of one group together', () => {
    const groups = Int32Array.of(0, 0, 0, 1, 1, 1);
    const test = valueOf(
      pairedPermutation(6, meanDifference(new Float64Array(6), new Float64Array(6).fill(1)), { groups }),
    );
    expect(test).toMatchObject({ permutations: 4, p: 0.5 });
    expectNotDefined(pairedPermutation(0, () => 0));
  });

  it.each(of('adjusted'))('adjusted p values equal SciPy (%#)', ({ p, expected }) => {
    expectAllNear(benjaminiHochberg(p), expected);
    expect(benjaminiHochberg([])).toHaveLength(0);
  });
});

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: Float64Array): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}
