import { describe, expect, it } from 'vitest';
import {
  bias,
  coverage,
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  medianAbsoluteError,
  pearson,
  r2,
  residuals,
  rootMeanSquaredError,
  spearman,
} from '../../../engine/statistics/index.ts';
import { cases, expectNotDefined, expectOutcome } from './expected.ts';

const figures = {
  meanAbsoluteError,
  meanSquaredError,
  rootMeanSquaredError,
  medianAbsoluteError,
  maxError,
  bias,
  r2,
  meanAbsolutePercentageError,
  pearson,
  spearman,
};

interface Case {
  name: string;
  truth: number[];
  predicted: number[];
  expected: Record<keyof typeof figures, number | null>;
}

describe('metrics of numbers equal scikit-learn and SciPy', () => {
  it.each(cases<Case>('regression'))('$name', ({ truth, predicted, expected }) => {
    for (const [name, figure] of Object.entries(figures) as [keyof typeof figures, typeof r2][]) {
      expectOutcome(figure(truth, predicted), expected[name]);
    }
  });

  it('leaves zero targets out of MAPE and says how many', () => {
    expect(meanAbsolutePercentageError([0, 2, 0], [1, 1, 0])).toEqual({
      defined: true,
      value: 0.5,
      notes: ['2 rows with a true value of 0 left out.'],
    });
  });

  it('never shows a sum that left the range of doubles', () => {
    expectNotDefined(meanSquaredError([1e200, 0], [-1e200, 0]));
    expectNotDefined(meanAbsoluteError([1.7e308, 1], [-1.7e308, 1]));
    expectOutcome(r2([1e-200, 2e-200, 3e-200], [1e-200, 2e-200, 2e-200]), 0.5);
    expectOutcome(pearson([1e-200, 2e-200, 3e-200], [1e200, 2e200, 3e200]), 1);
  });

  it('counts how often intervals hold, their ends included', () => {
    expectOutcome(coverage([1, 2, 3, 4], [1, 0, 4, 0], [2, 2, 5, 1]), 0.5);
    expectNotDefined(coverage([1], [Number.NaN], [2]));
    expectNotDefined(coverage([], [], []));
  });

  it('gives residuals as predicted less true', () => {
    expect([...residuals([1, 2], [3, 1])]).toEqual([2, -1]);
    expect(() => residuals([1], [1, 2])).toThrow(/1 and 2 values/);
  });
});
