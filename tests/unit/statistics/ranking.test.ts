import { describe, expect, it } from 'vitest';
import {
  catalogueCoverage,
  hammingLoss,
  labelPrecisionRecallF1,
  labelSetsAt,
  multiLabelPrecisionRecallF1,
  rankingFigures,
  subsetAccuracy,
  type Average,
  type PrecisionRecallF1,
  type QueryFigures,
} from '../../../engine/statistics/index.ts';
import { cases, expectNear, expectNotDefined, expectOutcome, valueOf } from './expected.ts';

interface Query {
  kind: 'query';
  name: string;
  k: number;
  relevance: number[];
  score: number[];
  expected: (QueryFigures & { exponentialNdcg: number }) | null;
}

interface Labels {
  kind: 'labels';
  name: string;
  labels: number;
  truth: number[];
  scores: number[];
  expected: {
    subsetAccuracy: number;
    hammingLoss: number;
    averages: Record<Average, PrecisionRecallF1 | null>;
    perLabel: Record<keyof PrecisionRecallF1, number[]>;
  };
}

const all = cases<Query | Labels>('ranking');

describe('ranking metrics equal their mean over every order of tied rows, and NDCG scikit-learn', () => {
  it.each(all.filter((one) => one.kind === 'query'))('$name, k = $k', ({ k, relevance, score, expected }) => {
    const rankings = { query: new Int32Array(score.length), relevance, score };
    const outcome = rankingFigures(rankings, { k });
    if (expected === null) {
      expectNotDefined(outcome);
      return;
    }
    const { means } = valueOf(outcome);
    for (const name of ['ndcg', 'averagePrecision', 'reciprocalRank', 'precision', 'recall', 'hit'] as const) {
      expectNear(means[name], expected[name]);
    }
    const exponential = valueOf(rankingFigures(rankings, { k, gain: 'exponential' }));
    expectNear(exponential.means.ndcg, expected.exponentialNdcg);
  });

  it('takes the mean over queries with a relevant row and counts the others', () => {
    const rankings = {
      query: Int32Array.of(7, 3, 7, 3, 5),
      relevance: [0, 1, 1, 0, 0],
      score: [0.9, 0.9, 0.1, 0.1, 0.5],
    };
    const outcome = rankingFigures(rankings, { k: 10 });
    const { means, queries, byQuery, withoutRelevant } = valueOf(outcome);
    expect([...queries]).toEqual([7, 3]);
    expect(byQuery.map(({ reciprocalRank }) => reciprocalRank)).toEqual([0.5, 1]);
    expect([means.reciprocalRank, withoutRelevant]).toEqual([0.75, 1]);
    expect(outcome).toMatchObject({ notes: ['1 query without a relevant row left out.'] });
  });

  it('refuses what cannot be ranked or added up', () => {
    const query = Int32Array.of(0, 0);
    expectNotDefined(rankingFigures({ query, relevance: [1, 0], score: [0.1, Number.NaN] }, { k: 1 }));
    expectNotDefined(rankingFigures({ query, relevance: [1, -1], score: [0.1, 0.2] }, { k: 1 }));
    expectNotDefined(rankingFigures({ query, relevance: [1, 2000], score: [0.1, 0.2] }, { k: 1, gain: 'exponential' }));
    expectNotDefined(rankingFigures({ query: new Int32Array(0), relevance: [], score: [] }, { k: 1 }));
  });

  it('covers the catalogue by what is shown', () => {
    const query = Int32Array.of(0, 0, 0, 1, 1);
    const item = Int32Array.of(4, 5, 6, 4, 7);
    expectOutcome(catalogueCoverage(query, item, [3, 2, 1, 1, 1], { k: 1, catalogue: 4 }), 0.25);
    expectOutcome(catalogueCoverage(query, item, [3, 2, 1, 1, 1], { k: 2, catalogue: 4 }), 0.75);
    expectNotDefined(catalogueCoverage(query, item, [3, 2, 1, 1, Infinity], { k: 2, catalogue: 4 }));
    expectNotDefined(catalogueCoverage(query, item, [3, 2, 1, 1, 1], { k: 2, catalogue: 0 }));
  });
});

describe('metrics of several labels a row equal scikit-learn', () => {
  it.each(all.filter((one) => one.kind === 'labels'))('$name', ({ labels, truth, scores, expected }) => {
    const known = { values: Uint8Array.from(truth), labels };
    const predicted = valueOf(labelSetsAt(scores, labels, 0.5));
    expectOutcome(subsetAccuracy(known, predicted), expected.subsetAccuracy);
    expectOutcome(hammingLoss(known, predicted), expected.hammingLoss);
    for (const average of ['micro', 'macro', 'weighted'] as const) {
      const outcome = multiLabelPrecisionRecallF1(known, predicted, average);
      const reference = expected.averages[average];
      if (reference === null) expectNotDefined(outcome);
      else expectScores(valueOf(outcome), reference);
    }
    for (let label = 0; label < labels; label += 1) {
      const { precision, recall, f1 } = expected.perLabel;
      const reference = { precision: precision[label]!, recall: recall[label]!, f1: f1[label]! };
      expectScores(valueOf(labelPrecisionRecallF1(known, predicted, label)), reference);
    }
  });

  it('takes a threshold for each label', () => {
    const sets = valueOf(labelSetsAt([0.5, 0.5, 0.1, 0.9], 2, [0.1, 0.6]));
    expect([...sets.values]).toEqual([1, 0, 1, 1]);
  });

  it('has nothing to say of no rows, no labels or broken scores', () => {
    const none = { values: new Uint8Array(0), labels: 2 };
    for (const measure of [subsetAccuracy, hammingLoss]) {
      expectNotDefined(measure(none, none));
      expectNotDefined(measure({ ...none, labels: 0 }, { ...none, labels: 0 }));
    }
    expectNotDefined(multiLabelPrecisionRecallF1(none, none, 'macro'));
    expectNotDefined(labelPrecisionRecallF1(none, none, 0));
    expectNotDefined(labelSetsAt([Number.NaN], 1, 0.5));
  });
});

function expectScores(value: PrecisionRecallF1, reference: PrecisionRecallF1): void {
  expectNear(value.precision, reference.precision);
  expectNear(value.recall, reference.recall);
  expectNear(value.f1, reference.f1);
}
