/** Figures for `RowBootstrap`: weighted forms of the metrics that need rows. With every weight 1 they are the metric. */
import { calibrationBin, calibrationBins } from './calibration.ts';
import { ascendingOrder } from './order.ts';
import type { RankedScores } from './ranked-scores.ts';
import type { RowFigures } from './row-bootstrap.ts';

/** Weighted means of columns of finite numbers: MAE of absolute errors, log loss of losses, accuracy of hits. */
export function meansOf(columns: readonly Float64Array[]): RowFigures {
  const none = new Float64Array(columns[0]?.length ?? 0);
  return {
    count: columns.length,
    write: (weights, into) => {
      const rows = total(weights);
      for (let first = 0; first < columns.length; first += 4) {
        const [a, b, c, d] = [0, 1, 2, 3].map((next) => columns[first + next] ?? none);
        // `into` drops what lies beyond its length.
        const sums = dotFour(weights, a!, b!, c!, d!);
        for (let next = 0; next < 4; next += 1) into[first + next] = sums[next]! / rows;
      }
    },
  };
}

function total(weights: Uint16Array): number {
  let sum = 0;
  for (let row = 0; row < weights.length; row += 1) sum += weights[row]!;
  return sum;
}

/** Four sums in one pass: each waits for its own last addition only. */
function dotFour(
  weights: Uint16Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
): [number, number, number, number] {
  let [ofA, ofB, ofC, ofD] = [0, 0, 0, 0];
  for (let row = 0; row < weights.length; row += 1) {
    const weight = weights[row]!;
    ofA += weight * a[row]!;
    ofB += weight * b[row]!;
    ofC += weight * c[row]!;
    ofD += weight * d[row]!;
  }
  return [ofA, ofB, ofC, ofD];
}

/** Root of the weighted mean of squared errors. */
export function rootMeanOf(squares: Float64Array): RowFigures {
  const mean = meansOf([squares]);
  return {
    count: 1,
    write: (weights, into) => {
      mean.write(weights, into);
      into[0] = Math.sqrt(into[0]!);
    },
  };
}

/** R2: 1 - sum of squared errors / sum of squared deviations of the truth from its (weighted) mean. */
export function r2Of(truth: Float64Array, predicted: Float64Array): RowFigures {
  const middle = truth.length === 0 ? 0 : truth.reduce((sum, value) => sum + (value - truth[0]!), 0) / truth.length;
  // Centred once, so that a large offset costs no digits.
  const centred = truth.map((value) => value - truth[0]! - middle);
  const squares = truth.map((value, row) => (value - predicted[row]!) ** 2);
  return {
    count: 1,
    write: (weights, into) => {
      let [rows, sum, spread, error] = [0, 0, 0, 0];
      for (let row = 0; row < weights.length; row += 1) {
        const weight = weights[row]!;
        const value = centred[row]!;
        rows += weight;
        sum += weight * value;
        spread += weight * value * value;
        error += weight * squares[row]!;
      }
      const deviation = spread - (sum * sum) / rows;
      into[0] = deviation > spread * 1e-14 ? 1 - error / deviation : Number.NaN;
    },
  };
}

/** The weighted median: the middle of the rows written out as often as they were drawn. */
export function medianOf(values: Float64Array): RowFigures {
  const order = ascendingOrder(values);
  return {
    count: 1,
    write: (weights, into) => {
      const rows = total(weights);
      const lower = Math.floor((rows - 1) / 2);
      const upper = Math.floor(rows / 2);
      let passed = 0;
      let low = Number.NaN;
      into[0] = Number.NaN;
      for (const row of order) {
        passed += weights[row]!;
        if (passed > lower && Number.isNaN(low)) low = values[row]!;
        if (passed > upper) {
          into[0] = (low + values[row]!) / 2;
          return;
        }
      }
    },
  };
}

/** Expected calibration error, as `expectedCalibrationError`. */
export function calibrationErrorOf(
  correct: Uint8Array,
  confidence: ArrayLike<number>,
  bins: number = calibrationBins,
): RowFigures {
  // Four sums per bin, taken in turn: an addition does not wait for the one before it.
  const binOf = Uint32Array.from(correct, (_, row) => 4 * calibrationBin(confidence[row]!, bins) + (row % 4));
  const gaps = Float64Array.from(correct, (hit, row) => hit - confidence[row]!);
  const sums = new Float64Array(4 * bins);
  return {
    count: 1,
    write: (weights, into) => {
      sums.fill(0);
      addByBin(weights, binOf, gaps, sums);
      let error = 0;
      for (let bin = 0; bin < 4 * bins; bin += 4) {
        error += Math.abs(sums[bin]! + sums[bin + 1]! + sums[bin + 2]! + sums[bin + 3]!);
      }
      into[0] = error / total(weights);
    },
  };
}

function addByBin(weights: Uint16Array, binOf: Uint32Array, gaps: Float64Array, sums: Float64Array): void {
  for (let row = 0; row < weights.length; row += 1) sums[binOf[row]!]! += weights[row]! * gaps[row]!;
}

/** Average precision and ROC AUC (in this order) of scores that are ranked once. */
export function rankingFiguresOf(ranked: RankedScores): RowFigures {
  // One pass without an inner loop: bit 0 is the class, bit 1 says that a group of equal scores ends.
  const flags = ranked.positive.slice();
  for (const end of ranked.ends) flags[end - 1]! |= 2;
  return { count: 2, write: (weights, into) => writeRanking(ranked.order, flags, weights, into) };
}

function writeRanking(order: Uint32Array, flags: Uint8Array, weights: Uint16Array, into: Float64Array): void {
  let [precision, pairs] = [0, 0];
  let [found, called, hits, rows] = [0, 0, 0, 0];
  for (let place = 0; place < order.length; place += 1) {
    const weight = weights[order[place]!]!;
    const flag = flags[place]!;
    rows += weight;
    hits += weight * (flag & 1);
    if (flag < 2) continue;
    called += rows;
    // Whether rows were drawn is as good as a coin: no branch on it. 1 stands for no rows so far, where hits are 0.
    precision += (hits * (found + hits)) / (called || 1);
    pairs += (rows - hits) * (found + hits * 0.5);
    found += hits;
    hits = 0;
    rows = 0;
  }
  into[0] = found === 0 ? Number.NaN : precision / found;
  into[1] = found === 0 || found === called ? Number.NaN : pairs / (found * (called - found));
}
