/** Rows in order of their score: sorted once, for every curve, area and resample that follows. */
import { ascendingOrder } from './order.ts';
import { noRows, defined, refuseNotFinite, requireSameLength, type Outcome } from './outcome.ts';

export interface RankedScores {
  /** Row numbers, highest score first; equal scores in no particular order. */
  readonly order: Uint32Array;
  /** By place in `order`: is the row of the positive class (1) or not (0). */
  readonly positive: Uint8Array;
  /** By group of equal scores, highest first: the place after its last row, and the score. */
  readonly ends: Uint32Array;
  readonly thresholds: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Sorts rows by score. `positive` is 1 for rows of the positive class, else 0. Higher scores speak for the positive
 * class. Not defined where a score is NaN or infinite: such a row has no place in a ranking.
 */
export function rankScores(scores: ArrayLike<number>, positive: Uint8Array): Outcome<RankedScores> {
  requireSameLength(scores, positive);
  if (scores.length === 0) return noRows;
  const refused = refuseNotFinite('score', scores);
  if (refused) return refused;
  const order = ascendingOrder(scores).toReversed();
  const rows = order.length;
  const flags = new Uint8Array(rows);
  const ends = new Uint32Array(rows);
  const thresholds = new Float64Array(rows);
  let groups = 0;
  let positives = 0;
  for (let place = 0; place < rows; place += 1) {
    const row = order[place]!;
    flags[place] = positive[row] === 0 ? 0 : 1;
    positives += flags[place]!;
    if (place + 1 < rows && scores[order[place + 1]!] === scores[row]) continue;
    ends[groups] = place + 1;
    thresholds[groups] = scores[row]!;
    groups += 1;
  }
  return defined({
    order,
    positive: flags,
    ends: ends.slice(0, groups),
    thresholds: thresholds.slice(0, groups),
    positives,
    negatives: rows - positives,
  });
}
