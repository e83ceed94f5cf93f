/**
 * Metrics of rankings: rows grouped by query, each with a relevance and a score. Equal scores have no order, so every
 * figure is its mean over all orders of the tied rows (McSherry and Najork 2008): a constant score gains nothing by
 * the order of the file. NDCG so equals scikit-learn's.
 */
import { defined, noRows, notDefined, refuseNotFinite, requireSameLength, type Outcome } from './outcome.ts';
import { ascendingOrder } from './order.ts';

export interface Rankings {
  /** By row, the code of its query, from 0 up. */
  readonly query: Int32Array;
  /** Above 0 is relevant; never below. */
  readonly relevance: ArrayLike<number>;
  readonly score: ArrayLike<number>;
}

/** Gain of a relevance: the relevance itself (scikit-learn's), or 2^relevance - 1 (Burges et al. 2005). */
export type Gain = 'linear' | 'exponential';

export interface RankingSettings {
  /** Only the first k ranks count. */
  readonly k: number;
  readonly gain?: Gain;
}

/** Gains of 2^relevance beyond this near the end of what doubles hold. */
const largestExponent = 500;

/** Figures of one query. All are 0 to 1, higher is better. */
export interface QueryFigures {
  /** DCG@k / ideal DCG@k, DCG = sum of gain / log2(rank + 1). Source: Jarvelin and Kekalainen 2002; sklearn ndcg_score. */
  readonly ndcg: number;
  /** Mean of precision at the ranks of relevant rows within k, over min(k, relevant rows). */
  readonly averagePrecision: number;
  /** 1 / rank of the first relevant row, 0 where it is beyond k. */
  readonly reciprocalRank: number;
  /** Relevant rows within k / k. */
  readonly precision: number;
  /** Relevant rows within k / all relevant rows. */
  readonly recall: number;
  /** 1 where a relevant row is within k; with ties, the chance of it. */
  readonly hit: number;
}

export interface RankingFigures {
  /** Means over queries that have a relevant row. */
  readonly means: QueryFigures;
  /** By query with a relevant row, its code and figures: what a bootstrap resamples. */
  readonly queries: Int32Array;
  readonly byQuery: readonly QueryFigures[];
  /** Queries without a relevant row: in no mean. */
  readonly withoutRelevant: number;
}

/**
 * NDCG, MAP, MRR, precision, recall and hit rate at k over queries. Not defined without rows, without any relevant row,
 * or for scores or relevances that are not finite or are below 0.
 */
export function rankingFigures(rankings: Rankings, { k, gain = 'linear' }: RankingSettings): Outcome<RankingFigures> {
  const { query, relevance, score } = rankings;
  requireSameLength(query, relevance, score);
  if (query.length === 0) return noRows;
  const refused = refuseNotFinite('score', score) ?? refuseNotFinite('relevance', relevance);
  if (refused) return refused;
  if (Array.prototype.some.call(relevance, (value: number) => value < 0)) {
    return notDefined('not-applicable', 'a relevance is below 0.');
  }
  if (gain === 'exponential' && Array.prototype.some.call(relevance, (value: number) => value > largestExponent)) {
    return notDefined('not-applicable', `2^relevance cannot be added up: a relevance is above ${largestExponent}.`);
  }
  const queries: number[] = [];
  const byQuery: QueryFigures[] = [];
  let withoutRelevant = 0;
  for (const [code, rows] of rowsByQuery(query)) {
    const figures = queryFigures(tiedGroups(rows, rankings, gain), k);
    if (figures) {
      queries.push(code);
      byQuery.push(figures);
    } else withoutRelevant += 1;
  }
  if (byQuery.length === 0) return notDefined('nothing-to-measure', 'no query has a relevant row.');
  const means = {
    ndcg: meanOf(byQuery, 'ndcg'),
    averagePrecision: meanOf(byQuery, 'averagePrecision'),
    reciprocalRank: meanOf(byQuery, 'reciprocalRank'),
    precision: meanOf(byQuery, 'precision'),
    recall: meanOf(byQuery, 'recall'),
    hit: meanOf(byQuery, 'hit'),
  };
  const some = withoutRelevant === 1 ? '1 query' : `${withoutRelevant} queries`;
  const notes = withoutRelevant === 0 ? [] : [`${some} without a relevant row left out.`];
  return defined({ means, queries: Int32Array.from(queries), byQuery, withoutRelevant }, ...notes);
}

/**
 * Catalogue coverage at k: the share of `catalogue` items that appear within the first k of some query. 0 to 1. Of equal
 * scores the earlier row is taken. Not defined for no rows, an empty catalogue or scores that are not finite.
 */
export function catalogueCoverage(
  query: Int32Array,
  item: Int32Array,
  score: ArrayLike<number>,
  { k, catalogue }: { k: number; catalogue: number },
): Outcome {
  requireSameLength(query, item, score);
  if (query.length === 0 || catalogue === 0) return noRows;
  const refused = refuseNotFinite('score', score);
  if (refused) return refused;
  const shown = new Set<number>();
  for (const rows of rowsByQuery(query).values()) {
    const best = rows.toSorted((a, b) => score[b]! - score[a]! || a - b);
    for (const row of best.slice(0, k)) shown.add(item[row]!);
  }
  return defined(shown.size / catalogue);
}

/** Rows of a query with one score. */
interface TiedGroup {
  readonly rows: number;
  readonly relevant: number;
  readonly gain: number;
}

interface QueryGroups {
  /** Highest score first. */
  readonly groups: readonly TiedGroup[];
  readonly relevant: number;
  /** Gains, largest first: the ideal order. */
  readonly ideal: Float64Array;
}

function tiedGroups(rows: readonly number[], { relevance, score }: Rankings, gain: Gain): QueryGroups {
  const gainOf = (row: number) => (gain === 'linear' ? relevance[row]! : 2 ** relevance[row]! - 1);
  const order = ascendingOrder(rows.map((row) => score[row]!)).toReversed();
  const groups: { rows: number; relevant: number; gain: number }[] = [];
  let last = Number.NaN;
  for (const place of order) {
    const row = rows[place]!;
    if (score[row] !== last) groups.push({ rows: 0, relevant: 0, gain: 0 });
    last = score[row]!;
    const group = groups.at(-1)!;
    group.rows += 1;
    group.gain += gainOf(row);
    if (relevance[row]! > 0) group.relevant += 1;
  }
  const ideal = Float64Array.from(rows, gainOf).toSorted().toReversed();
  return { groups, relevant: groups.reduce((sum, group) => sum + group.relevant, 0), ideal };
}

function queryFigures({ groups, relevant, ideal }: QueryGroups, k: number): QueryFigures | undefined {
  if (relevant === 0) return undefined;
  let [gained, found, precisions, reciprocal] = [0, 0, 0, 0];
  let [before, relevantBefore, noneSoFar] = [0, 0, 1];
  for (const group of groups) {
    const within = Math.min(group.rows, k - before);
    if (within <= 0) break;
    const chance = group.relevant / group.rows;
    for (let rank = before + 1; rank <= before + within; rank += 1) {
      const tiedBefore = rank - before - 1;
      gained += group.gain / group.rows / Math.log2(rank + 1);
      found += chance;
      // Of the tied rows before a relevant one, this many are expected to be relevant themselves.
      const tiedRelevant = group.rows > 1 ? (tiedBefore * (group.relevant - 1)) / (group.rows - 1) : 0;
      precisions += (chance * (relevantBefore + 1 + tiedRelevant)) / rank;
      // The chance that the first relevant row is here: that this one is, given that none before it was.
      const here = Math.min(1, group.relevant / (group.rows - tiedBefore));
      reciprocal += (noneSoFar * here) / rank;
      noneSoFar *= 1 - here;
    }
    before += group.rows;
    relevantBefore += group.relevant;
  }
  let best = 0;
  for (let rank = 1; rank <= Math.min(k, ideal.length); rank += 1) best += ideal[rank - 1]! / Math.log2(rank + 1);
  return {
    ndcg: gained / best,
    averagePrecision: precisions / Math.min(k, relevant),
    reciprocalRank: reciprocal,
    precision: found / k,
    recall: found / relevant,
    hit: 1 - noneSoFar,
  };
}

function rowsByQuery(query: Int32Array): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  query.forEach((code, row) => {
    const known = rows.get(code);
    if (known) known.push(row);
    else rows.set(code, [row]);
  });
  return rows;
}

function meanOf(figures: readonly QueryFigures[], name: keyof QueryFigures): number {
  return figures.reduce((sum, figure) => sum + figure[name], 0) / figures.length;
}
