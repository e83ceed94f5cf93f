import { describe, expect, it } from 'vitest';
import {
  averagePrecision,
  calibrationErrorOf,
  expectedCalibrationError,
  meansOf,
  medianOf,
  r2Of,
  RandomSource,
  rankingFiguresOf,
  rankScores,
  rocAuc,
  rootMeanOf,
  RowBootstrap,
  type RowFigures,
} from '../../../engine/statistics/index.ts';
import { expectNear, valueOf } from './expected.ts';

const random = new RandomSource(21);
const rows = 301;
const scores = Float64Array.from({ length: rows }, () => Math.round(random.unit() * 100) / 100);
const positive = Uint8Array.from(scores, (score) => (random.unit() < score ? 1 : 0));
const truth = Float64Array.from({ length: rows }, () => 1e6 + random.unit());
const predicted = truth.map((value) => value + random.unit() - 0.4);
const weights = Uint16Array.from({ length: rows }, () => [0, 0, 1, 1, 1, 2, 5][random.below(7)]!);
/** Every row as often as its weight says. */
const written = Array.from(weights, (weight, row) => Array.from({ length: weight }, () => row)).flat();

describe('weighted figures equal the metric of the rows written out', () => {
  it('means, root mean square and median', () => {
    const errors = predicted.map((value, row) => Math.abs(value - truth[row]!));
    const values = written.map((row) => errors[row]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sorted = values.toSorted((a, b) => a - b);
    const middle = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
    const five = figures(meansOf([errors, scores, errors, scores, errors]));
    expectNear(five[0]!, mean);
    expectNear(five[4]!, mean);
    const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expectNear(figures(rootMeanOf(errors.map((error) => error ** 2)))[0]!, Math.sqrt(square));
    expectNear(figures(medianOf(errors))[0]!, middle);
  });

  it('R2, at an offset that a naive sum of squares would not survive', () => {
    const values = written.map((row) => truth[row]! - 1e6);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const error = written.reduce((sum, row) => sum + (truth[row]! - predicted[row]!) ** 2, 0);
    expectNear(figures(r2Of(truth, predicted))[0]!, 1 - error / spread);
    expect(figures(r2Of(new Float64Array(rows).fill(3.3), predicted))[0]).toBeNaN();
  });

  it('average precision, ROC AUC and calibration error', () => {
    const labels = Uint8Array.from(written, (row) => positive[row]!);
    const values = written.map((row) => scores[row]!);
    const ranked = valueOf(rankScores(values, labels));
    const [precision, area] = figures(rankingFiguresOf(valueOf(rankScores(scores, positive))));
    expectNear(precision!, valueOf(averagePrecision(ranked)));
    expectNear(area!, valueOf(rocAuc(ranked)));
    const { error } = valueOf(expectedCalibrationError(labels, values, { simulations: 1 }));
    expectNear(figures(calibrationErrorOf(positive, scores))[0]!, error);
  });

  it('do not exist where a resample has one class only', () => {
    const ranked = valueOf(rankScores([1, 2, 3], Uint8Array.of(0, 1, 0)));
    expect(figures(rankingFiguresOf(ranked), Uint16Array.of(2, 0, 1))).toEqual(Float64Array.of(Number.NaN, Number.NaN));
    expect(figures(rankingFiguresOf(ranked), Uint16Array.of(0, 3, 0))).toEqual(Float64Array.of(1, Number.NaN));
  });
});

describe('the bootstrap over rows', () => {
  const mean = scores.reduce((sum, score) => sum + score, 0) / rows;

  it('has the standard error of a mean, and is the same however it is cut', () => {
    const whole = new RowBootstrap({ rows, figures: [meansOf([scores, predicted])], resamples: 3000, seed: 8 });
    expect(whole.advance(5000)).toBe(false);
    const parts = new RowBootstrap({ rows, figures: [meansOf([scores, predicted])], resamples: 3000, seed: 8 });
    while (parts.advance(700)) expect(parts.done % 700).toBe(0);
    expect(parts.done).toBe(3000);
    expect(parts.draws).toEqual(whole.draws);
    expectNear(spread(whole.draws[0]!), spread(scores) / Math.sqrt(rows), 0.06);
    expect(Math.abs(average(whole.draws[0]!) - mean)).toBeLessThan(0.003);
  });

  it('draws whole groups: rows that are copies of each other add no evidence', () => {
    const copies = Float64Array.from({ length: rows * 4 }, (_, row) => scores[Math.floor(row / 4)]!);
    const groups = Int32Array.from(copies, (_, row) => Math.floor(row / 4));
    const settings = { figures: [meansOf([copies])], resamples: 3000, seed: 8 };
    const grouped = new RowBootstrap({ ...settings, rows: copies.length, groups });
    grouped.advance(3000);
    expectNear(spread(grouped.draws[0]!), spread(scores) / Math.sqrt(rows), 0.06);
    const alone = new RowBootstrap({ ...settings, rows: copies.length });
    alone.advance(3000);
    expectNear(spread(alone.draws[0]!), spread(scores) / Math.sqrt(4 * rows), 0.06);
  });

  it('refuses groups of other rows', () => {
    expect(() => new RowBootstrap({ rows: 3, figures: [], resamples: 1, seed: 0, groups: Int32Array.of(1) })).toThrow(
      '3 rows have 1 groups',
    );
  });
});

function figures(of: RowFigures, drawn: Uint16Array = weights): Float64Array {
  const into = new Float64Array(of.count);
  of.write(
    drawn,
    drawn.reduce((sum, weight) => sum + weight, 0),
    into,
  );
  return into;
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function spread(values: Float64Array): number {
  const middle = average(values);
  return Math.sqrt(average(values.map((value) => (value - middle) ** 2)));
}
