import { describe, expect, it } from 'vitest';
import {
  averagePrecision,
  delongInterval,
  delongTest,
  precisionRecallCurve,
  rankScores,
  rocAuc,
  rocCurve,
} from '../../../engine/statistics/index.ts';
import { ascendingOrder, midranks } from '../../../engine/statistics/order.ts';
import { RandomSource } from '../../../engine/statistics/index.ts';
import { cases, expectAllNear, expectNear, expectNotDefined, expectOutcome, iterative, valueOf } from './expected.ts';

interface Case {
  name: string;
  positive: number[];
  a: number[];
  b: number[];
  expected: {
    rocAuc: number | null;
    averagePrecision: number | null;
    roc: { falsePositiveRate: number[]; truePositiveRate: number[]; thresholds: number[] } | null;
    precisionRecall: { precision: number[]; recall: number[]; thresholds: number[] } | null;
    interval: { auc: number; standardError: number; lower: number; upper: number } | null;
    test: { difference: number; standardError: number; p: number } | null;
  };
}

const all = cases<Case>('scores');

describe('curves and areas equal scikit-learn', () => {
  it.each(all)('$name', ({ positive, a, expected }) => {
    const ranked = rankScores(a, Uint8Array.from(positive));
    if (!ranked.defined) {
      expectNotDefined(ranked);
      expect([expected.rocAuc, expected.averagePrecision]).toEqual([null, null]);
      return;
    }
    expectOutcome(rocAuc(ranked.value), expected.rocAuc);
    expectOutcome(averagePrecision(ranked.value), expected.averagePrecision);
    if (expected.rocAuc === null) expectNotDefined(rocCurve(ranked.value));
    if (expected.averagePrecision === null) expectNotDefined(precisionRecallCurve(ranked.value));
    if (expected.roc) {
      const curve = valueOf(rocCurve(ranked.value));
      expectAllNear(curve.falsePositiveRate, expected.roc.falsePositiveRate);
      expectAllNear(curve.truePositiveRate, expected.roc.truePositiveRate);
      expectAllNear(curve.thresholds, expected.roc.thresholds);
    }
    if (expected.precisionRecall) {
      const curve = valueOf(precisionRecallCurve(ranked.value));
      // scikit-learn stops at full recall; the curve goes on to the last score.
      const points = expected.precisionRecall.thresholds.length;
      expectAllNear(curve.precision.slice(0, points), expected.precisionRecall.precision);
      expectAllNear(curve.recall.slice(0, points), expected.precisionRecall.recall);
      expectAllNear(curve.thresholds.slice(0, points), expected.precisionRecall.thresholds);
    }
  });
});

describe('DeLong equals its definition over all pairs', () => {
  it.each(all)('$name', ({ positive, a, b, expected }) => {
    const labels = Uint8Array.from(positive);
    const interval = delongInterval(a, labels);
    const test = delongTest(a, b, labels);
    if (expected.interval) {
      const found = valueOf(interval);
      expectNear(found.auc, expected.interval.auc);
      expectNear(found.standardError, expected.interval.standardError);
      expectNear(found.interval.lower, expected.interval.lower);
      expectNear(found.interval.upper, expected.interval.upper);
    } else if (a.every(Number.isFinite)) expectNotDefined(interval);
    if (expected.test) {
      const found = valueOf(test);
      expect(Math.abs(found.difference - expected.test.difference)).toBeLessThan(1e-12);
      expectNear(found.standardError, expected.test.standardError);
      expectNear(found.p, expected.test.p, iterative);
    } else expectNotDefined(test);
  });

  it('gives the published figures of the ovarian cancer data', () => {
    // DeLong, DeLong and Clarke-Pearson 1988; the 43 complete records and the figures: SAS/STAT User's Guide, PROC
    // LOGISTIC, example "Comparing Receiver Operating Characteristic Curves".
    const records = ovarian.map((record) => record.split(' ').map(Number));
    const benefits = Uint8Array.from(records, (record) => 1 - record[3]!);
    const [albumin, protein, kg] = [0, 1, 2].map((column) =>
      records.map((record) => -(column === 2 ? 10 - record[2]! : record[column]!)),
    ) as [number[], number[], number[]];
    for (const [scores, auc, error, lower, upper] of [
      [albumin, 0.7366, 0.0927, 0.5549, 0.9182],
      [kg, 0.7258, 0.1028, 0.5243, 0.9273],
      [protein, 0.6478, 0.1, 0.4518, 0.8439],
    ] as const) {
      const found = valueOf(delongInterval(scores, benefits));
      expect([found.auc, found.standardError, found.interval.lower, found.interval.upper].map(fourDecimals)).toEqual([
        auc,
        error,
        lower,
        upper,
      ]);
    }
    const albuminAgainst = valueOf(delongTest(kg, albumin, benefits));
    const proteinAgainst = valueOf(delongTest(kg, protein, benefits));
    const figures = [albuminAgainst, proteinAgainst].map(({ difference, standardError, interval, z, p }) =>
      [difference, standardError, interval.lower, interval.upper, z * z, p].map(fourDecimals),
    );
    expect(figures).toEqual([
      [0.0108, 0.0953, -0.1761, 0.1976, 0.0127, 0.9102],
      [-0.078, 0.1046, -0.283, 0.1271, 0.5554, 0.4561],
    ]);
  });

  it('says that an interval without width comes of scores that rank alike', () => {
    const outcome = delongTest([1, 2, 3, 4], [10, 20, 30, 40], Uint8Array.of(0, 1, 0, 1));
    expect(outcome).toMatchObject({ value: { difference: 0, p: 1 }, notes: [expect.stringContaining('no width')] });
  });
});

describe('sorting by score', () => {
  it.each([100, 50_000])('orders %i doubles of every size and sign as comparison does', (rows) => {
    const random = new RandomSource(rows);
    const values = Float64Array.from({ length: rows }, () => (random.unit() - 0.5) * 10 ** (random.below(40) - 20));
    values.set([0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE, 0.5, 0.5]);
    const expected = Array.from(values.keys()).toSorted((a, b) => values[a]! - values[b]! || a - b);
    expect([...ascendingOrder(values)]).toEqual(expected);
  });

  it('ranks ties in the middle', () => {
    expect([...midranks([3, 1, 3, 2, 3])]).toEqual([4, 1, 4, 2, 4]);
  });
});

function fourDecimals(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

const ovarian = [
  '3.0 5.8 10 0',
  '3.2 6.3 5 1',
  '3.9 6.8 3 1',
  '2.8 4.8 6 0',
  '3.2 5.8 3 1',
  '0.9 4.0 5 0',
  '2.5 5.7 8 0',
  '1.6 5.6 5 1',
  '3.8 5.7 5 1',
  '3.7 6.7 6 1',
  '3.2 5.4 4 1',
  '3.8 6.6 6 1',
  '4.1 6.6 5 1',
  '3.6 5.7 5 1',
  '4.3 7.0 4 1',
  '3.6 6.7 4 0',
  '2.3 4.4 6 1',
  '4.2 7.6 4 0',
  '4.0 6.6 6 0',
  '3.5 5.8 6 1',
  '3.8 6.8 7 1',
  '3.0 4.7 8 0',
  '4.5 7.4 5 1',
  '3.7 7.4 5 1',
  '3.1 6.6 6 1',
  '4.1 8.2 6 1',
  '4.3 7.0 5 1',
  '4.3 6.5 4 1',
  '3.2 5.1 5 1',
  '2.6 4.7 6 1',
  '3.3 6.8 6 0',
  '1.7 4.0 7 0',
  '3.7 6.1 5 1',
  '3.3 6.3 7 1',
  '4.2 7.7 6 1',
  '3.5 6.2 5 1',
  '2.9 5.7 9 0',
  '2.1 4.8 7 1',
  '2.8 6.2 8 0',
  '4.0 7.0 7 1',
  '3.3 5.7 6 1',
  '3.7 6.9 5 1',
  '3.6 6.6 5 1',
];
