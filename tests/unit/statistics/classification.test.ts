import { describe, expect, it } from 'vitest';
import {
  accuracy,
  averagedPrecisionRecallF1,
  balancedAccuracy,
  classPrecisionRecallF1,
  classTotals,
  cohenKappa,
  confusionMatrix,
  encodeLabels,
  guessPositive,
  labelText,
  matthewsCorrelation,
  noLabel,
  type Average,
} from '../../../engine/statistics/index.ts';
import { cases, expectNear, expectNotDefined, expectOutcome, valueOf } from './expected.ts';

interface Scored<T> {
  precision: T;
  recall: T;
  f1: T;
}

interface Case {
  name: string;
  truth: (string | number)[];
  predicted: (string | number)[];
  expected: {
    labels: string[];
    confusion: number[][];
    accuracy: number | null;
    balancedAccuracy: number | null;
    matthews: number | null;
    kappa: number | null;
    averages: Record<Average, Scored<number> | null>;
    perClass: Scored<number[]> | null;
  };
}

describe('metrics of labels equal scikit-learn', () => {
  it.each(cases<Case>('classification'))('$name', ({ name, truth, predicted, expected }) => {
    // Fixtures write not-a-number as the text "NaN"; no label of theirs is it.
    const encoded = encodeLabels(truth, predicted);
    expect(encoded.labels, name).toEqual(expected.labels);
    const matrix = confusionMatrix(encoded.truth, encoded.predicted, encoded.labels.length);
    expect([...matrix.counts]).toEqual(expected.confusion.flat());
    const totals = classTotals(matrix);
    expectOutcome(accuracy(totals), expected.accuracy);
    expectOutcome(balancedAccuracy(totals), expected.balancedAccuracy);
    expectOutcome(matthewsCorrelation(totals), expected.matthews);
    expectOutcome(cohenKappa(totals), expected.kappa);
    for (const average of ['micro', 'macro', 'weighted'] as const) {
      const reference = expected.averages[average];
      const outcome = averagedPrecisionRecallF1(totals, average);
      if (reference === null) expectNotDefined(outcome);
      else expectScored(valueOf(outcome), reference);
    }
    encoded.labels.forEach((_label, code) => {
      const { precision, recall, f1 } = expected.perClass!;
      const value = valueOf(classPrecisionRecallF1(totals, code));
      expectScored(value, { precision: precision[code]!, recall: recall[code]!, f1: f1[code]! });
    });
  });

  it('says so where a convention decided the value', () => {
    const { truth, predicted } = encodeLabels(['a', 'a', 'a'], ['a', 'b', 'a']);
    const totals = classTotals(confusionMatrix(truth, predicted, 2));
    expect(balancedAccuracy(totals)).toMatchObject({ notes: [expect.stringContaining('same true class')] });
    expect(matthewsCorrelation(totals)).toMatchObject({ value: 0, notes: [expect.stringContaining('set to 0')] });
    expect(classPrecisionRecallF1(totals, 1)).toMatchObject({ notes: [expect.stringContaining('No row has')] });
    const macro = averagedPrecisionRecallF1(totals, 'macro');
    expect(macro).toMatchObject({ notes: ['1 class is predicted but never true: recall counts as 0 there.'] });
  });

  it('does not put a class of the recipe that appears nowhere on trial', () => {
    const bare = encodeLabels(['a', 'b', 'a'], ['a', 'b', 'b']);
    const wide = encodeLabels(['a', 'b', 'a'], ['a', 'b', 'b'], ['c', 'b', 'a', 'd']);
    const [few, many] = [bare, wide].map(({ truth, predicted, labels }) =>
      averagedPrecisionRecallF1(classTotals(confusionMatrix(truth, predicted, labels.length)), 'macro'),
    );
    expect(many).toEqual(few);
  });
});

describe('labels are compared as text', () => {
  it('takes the number 1 and the text "1" as one label, and 01 as another', () => {
    const { labels, truth, predicted } = encodeLabels([1, 1n, '1', 1.0, '01', true], ['1', '1', 1, 1, '1', 'true']);
    expect(labels).toEqual(['01', '1', 'true']);
    expect([...truth]).toEqual([1, 1, 1, 1, 0, 2]);
    expect([...predicted]).toEqual([1, 1, 1, 1, 1, 2]);
  });

  it('keeps the order of the recipe and sorts what it does not know behind', () => {
    expect(encodeLabels(['z', 'b'], ['a', 'm'], ['m', 'b'])).toMatchObject({ labels: ['m', 'b', 'a', 'z'], known: 2 });
  });

  it('counts rows without a label or a prediction beside the matrix', () => {
    const { truth, predicted, labels } = encodeLabels(['a', null, 'b', Number.NaN], ['a', 'a', undefined, null]);
    expect([...truth]).toEqual([0, noLabel, 1, noLabel]);
    const matrix = confusionMatrix(truth, predicted, labels.length);
    expect(matrix).toMatchObject({ rows: 1, withoutLabel: 2, withoutPrediction: 1 });
    expect(labelText('NA')).toBe('NA');
  });

  it('guesses the positive class by its text, else by rarity', () => {
    expect(guessPositive(['fraud', 'fine'], [900, 100])).toEqual({ code: 0, by: 'text' });
    expect(guessPositive(['0', '1'], [100, 900])).toEqual({ code: 1, by: 'text' });
    expect(guessPositive(['cat', 'dog'], [10, 90])).toEqual({ code: 0, by: 'rarer' });
    expect(guessPositive(['yes', 'true'], [50, 50])).toEqual({ code: 1, by: 'rarer' });
  });
});

function expectScored(value: Scored<number>, reference: Scored<number>): void {
  expectNear(value.precision, reference.precision);
  expectNear(value.recall, reference.recall);
  expectNear(value.f1, reference.f1);
}
