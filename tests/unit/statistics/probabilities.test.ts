import { describe, expect, it } from 'vitest';
import {
  brierBinary,
  brierMulticlass,
  calibrationLine,
  confidences,
  expectedCalibrationError,
  logLoss,
  logLossBinary,
  reliability,
  rocAucOneVsRest,
  topKAccuracy,
  type CalibrationLine,
} from '../../../engine/statistics/index.ts';
import { cases, expectNear, expectNotDefined, expectOutcome, iterative, valueOf } from './expected.ts';

interface Multiclass {
  kind: 'multiclass';
  name: string;
  truth: number[];
  classes: number;
  values: number[];
  expected: { logLoss: number; brier: number; top2: number | null; aucOneVsRest: number | null };
}

interface Binary {
  kind: 'binary';
  name: string;
  positive: number[];
  probability: number[];
  expected: { logLoss: number; brier: number; ece: number; line: CalibrationLine | null };
}

const all = cases<Multiclass | Binary>('probabilities');

describe('metrics of the probabilities of several classes equal scikit-learn', () => {
  it.each(all.filter((one) => one.kind === 'multiclass'))('$name', ({ truth, classes, values, expected }) => {
    const labels = Int32Array.from(truth);
    const probabilities = { values: Float64Array.from(values), classes };
    expectOutcome(logLoss(labels, probabilities), expected.logLoss);
    expectOutcome(brierMulticlass(labels, probabilities), expected.brier);
    expectOutcome(topKAccuracy(labels, probabilities, 2), expected.top2);
    expectOutcome(rocAucOneVsRest(labels, probabilities), expected.aucOneVsRest);
  });

  it('says that rows sum to 0.98, and refuses rows that are no probabilities at all', () => {
    const truth = Int32Array.of(0, 1);
    const rounded = logLoss(truth, { values: Float64Array.of(0.49, 0.49, 0.3, 0.7), classes: 2 });
    expect(rounded).toMatchObject({ notes: [expect.stringContaining('1 row do not sum to 1 (furthest: 0.98)')] });
    for (const values of [
      [2.5, -1.5, 0.3, 0.7],
      [0.5, 0.4, 0.5, 0.5],
      [60, 40, 20, 80],
      [Number.NaN, 1, 0.5, 0.5],
      [0, Infinity, 0, 1],
    ]) {
      const probabilities = { values: Float64Array.from(values), classes: 2 };
      for (const measure of [logLoss, brierMulticlass, rocAucOneVsRest]) {
        expectNotDefined(measure(truth, probabilities));
      }
    }
  });

  it('says when clipping decided the log loss', () => {
    const outcome = logLoss(Int32Array.of(0, 1), { values: Float64Array.of(0, 1, 0, 1), classes: 2 });
    expectNear(valueOf(outcome), -Math.log(2 ** -52) / 2);
    expect(outcome).toMatchObject({ notes: [expect.stringContaining('clipped')] });
  });

  it('refuses a label that the model has no probability for, and counts it as a miss in top-k', () => {
    const probabilities = { values: Float64Array.of(0.9, 0.1, 0.2, 0.8), classes: 2 };
    const truth = Int32Array.of(0, 2);
    expect(logLoss(truth, probabilities)).toMatchObject({ reason: 'unknown-label' });
    expect(topKAccuracy(truth, probabilities, 2)).toMatchObject({ value: 0.5 });
  });

  it('has nothing to say of no rows', () => {
    const none = { values: new Float64Array(0), classes: 3 };
    for (const measure of [logLoss, brierMulticlass, rocAucOneVsRest]) {
      expect(measure(new Int32Array(0), none)).toMatchObject({ reason: 'no-rows' });
    }
    expect(topKAccuracy(new Int32Array(0), none, 1)).toMatchObject({ reason: 'no-rows' });
  });

  it('takes the earlier of equally probable classes as predicted', () => {
    const { predicted, confidence } = confidences({
      values: Float64Array.of(0.4, 0.4, 0.2, 0.1, 0.2, 0.7),
      classes: 3,
    });
    expect([...predicted]).toEqual([0, 2]);
    expect([...confidence]).toEqual([0.4, 0.7]);
  });
});

describe('metrics of the probability of one class equal scikit-learn and statsmodels', () => {
  it.each(all.filter((one) => one.kind === 'binary'))('$name', ({ positive, probability, expected }) => {
    const labels = Uint8Array.from(positive);
    expectOutcome(logLossBinary(labels, probability), expected.logLoss);
    expectOutcome(brierBinary(labels, probability), expected.brier);
    const correct = labels.map((label, row) => (label === (probability[row]! >= 0.5 ? 1 : 0) ? 1 : 0));
    const confidence = probability.map((p) => (p >= 0.5 ? p : 1 - p));
    expectNear(valueOf(expectedCalibrationError(correct, confidence, { simulations: 1 })).error, expected.ece);
    const line = calibrationLine(labels, probability);
    if (expected.line === null) {
      expectNotDefined(line);
      return;
    }
    const found = valueOf(line);
    for (const term of ['slope', 'intercept', 'interceptInTheLarge'] as const) {
      expect(Math.abs(found[term] - expected.line[term])).toBeLessThan(iterative);
    }
  });

  it('knows that ECE is about 0.09 at 100 rows of calibrated confidences', () => {
    const confidence = Float64Array.from({ length: 100 }, (_, row) => 0.5 + row / 200);
    const correct = Uint8Array.from(confidence, (_, row) => row % 2);
    const settings = { seed: 7, simulations: 2000 };
    const { expectedIfCalibrated } = valueOf(expectedCalibrationError(correct, confidence, settings));
    expect(expectedIfCalibrated).toBeGreaterThan(0.07);
    expect(expectedIfCalibrated).toBeLessThan(0.11);
    expect(valueOf(expectedCalibrationError(correct, confidence, settings)).expectedIfCalibrated).toBe(
      expectedIfCalibrated,
    );
  });

  it('closes the bins of the reliability diagram on the right and leaves out the empty', () => {
    const bins = valueOf(reliability(Uint8Array.of(0, 1, 1, 0), [0, 0.2, 0.6, 0.21], 5));
    expect(bins.map(({ lower, rows, observed }) => [lower, rows, observed])).toEqual([
      [0, 2, 0.5],
      [0.2, 1, 0],
      [0.4, 1, 1],
    ]);
    expect(bins[0]!.meanProbability).toBeCloseTo(0.1);
    expect(bins[0]!.interval.upper).toBeLessThan(1);
  });

  it('refuses what are no probabilities, and no rows', () => {
    for (const measure of [logLossBinary, brierBinary, reliability, expectedCalibrationError, calibrationLine]) {
      expectNotDefined(measure(Uint8Array.of(0, 1), [0.1, 1.2]));
      expectNotDefined(measure(Uint8Array.of(0, 1), [0.1, Number.NaN]));
      expectNotDefined(measure(new Uint8Array(0), []));
    }
  });
});
