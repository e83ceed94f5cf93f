/** Figures for `RowBootstrap`: weighted forms of the metrics that need rows. With every weight 1 they are the metric. */
import { calibrationBin, calibrationBins } from './calibration.ts';
import { ascendingOrder } from './order.ts';
import type { RankedScores } from './ranked-scores.ts';
import type { RowFigures } from './row-bootstrap.ts';

/** Weighted means of columns of finite numbers: MAE of absolute errors, log loss of losses, accuracy of hits. */
export function meansOf(columns: readonly Float64Array[]): RowFigures {
  return {
    count: columns.length,
    write: (weights, rows, into) => {
      for (let index = 0; index < columns.length; index += 1) into[index] = dot(weights, columns[index]!) / rows;
    },
  };
}

/** Four sums a turn: none waits for the addition before it. */
function dot(weights: Uint16Array, column: Float64Array): number {
  const whole = weights.length - (weights.length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let row = 0; row < whole; row += 4) {
    a += weights[row]! * column[row]!;
    b += weights[row + 1]! * column[row + 1]!;
    c += weights[row + 2]! * column[row + 2]!;
    d += weights[row + 3]! * column[row + 3]!;
  }
  for (let row = whole; row < weights.length; row += 1) a += weights[row]! * column[row]!;
  return a + b + (c + d);
}

/** Root of the weighted mean of squared errors. */
export function rootMeanOf(squares: Float64Array): RowFigures {
  const mean = meansOf([squares]);
  return {
    count: 1,
    write: (weights, rows, into) => {
      mean.write(weights, rows, into);
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
    write: (weights, rows, into) => {
      let [sum, spread, error] = [0, 0, 0];
      const count = weights.length;
      for (let row = 0; row < count; row += 1) {
        const weight = weights[row]!;
        const value = centred[row]!;
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
    write: (weights, rows, into) => {
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
  const binOf = Uint8Array.from(correct, (_, row) => calibrationBin(confidence[row]!, bins));
  const gaps = Float64Array.from(correct, (hit, row) => hit - confidence[row]!);
  const lanes = [0, 1, 2, 3].map(() => new Float64Array(bins)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return {
    count: 1,
    write: (weights, rows, into) => {
      for (const lane of lanes) lane.fill(0);
      addByBin(weights, binOf, gaps, lanes);
      let error = 0;
      for (let bin = 0; bin < bins; bin += 1) error += Math.abs(lanes.reduce((sum, lane) => sum + lane[bin]!, 0));
      into[0] = error / rows;
    },
  };
}

/** Four rows a turn, each into sums of its own, so that none waits for the addition before it. */
function addByBin(
  weights: Uint16Array,
  binOf: Uint8Array,
  gaps: Float64Array,
  [a, b, c, d]: readonly [Float64Array, Float64Array, Float64Array, Float64Array],
): void {
  const whole = weights.length - (weights.length % 4);
  for (let row = 0; row < whole; row += 4) {
    a[binOf[row]!]! += weights[row]! * gaps[row]!;
    b[binOf[row + 1]!]! += weights[row + 1]! * gaps[row + 1]!;
    c[binOf[row + 2]!]! += weights[row + 2]! * gaps[row + 2]!;
    d[binOf[row + 3]!]! += weights[row + 3]! * gaps[row + 3]!;
  }
  for (let row = whole; row < weights.length; row += 1) a[binOf[row]!]! += weights[row]! * gaps[row]!;
}

/**
 * Average precision and ROC AUC (in this order) of scores that are ranked once. A resample then costs running sums of
 * weights, over all rows and over positives, and one term for each positive row.
 */
export function rankingFiguresOf(ranked: RankedScores): RowFigures {
  const { order, positive, ends, positives } = ranked;
  const positiveRows = new Int32Array(positives);
  // By positive row, highest score first: where its group of equal scores starts and ends, among all and positives.
  const groups = {
    start: new Int32Array(positives),
    end: new Int32Array(positives),
    first: new Int32Array(positives),
    last: new Int32Array(positives),
  };
  let next = 0;
  let start = 0;
  for (const end of ends) {
    const first = next;
    for (let place = start; place < end; place += 1) {
      if (positive[place] === 0) continue;
      positiveRows[next] = order[place]!;
      next += 1;
    }
    for (let index = first; index < next; index += 1) {
      groups.start[index] = start;
      groups.end[index] = end;
      groups.first[index] = first;
      groups.last[index] = next;
    }
    start = end;
  }
  const places = Int32Array.from(order);
  const called = new Int32Array(order.length + 1);
  const found = new Int32Array(positives + 1);
  return {
    count: 2,
    write: (weights, _rows, into) => {
      addUp(weights, places, called);
      addUp(weights, positiveRows, found);
      const hits = found[positives]!;
      const others = called[order.length]! - hits;
      const { precision, below } = overPositives(called, found, groups, others);
      into[0] = hits === 0 ? Number.NaN : precision / hits;
      into[1] = hits === 0 || others === 0 ? Number.NaN : below / (hits * others);
    },
  };
}

/** Running sums of the weights of these rows, from 0. */
function addUp(weights: Uint16Array, rows: Int32Array, sums: Int32Array): void {
  const whole = rows.length - (rows.length % 4);
  let sum = 0;
  for (let index = 0; index < whole; index += 4) {
    const a = sum + weights[rows[index]!]!;
    const b = a + weights[rows[index + 1]!]!;
    const c = b + weights[rows[index + 2]!]!;
    sum = c + weights[rows[index + 3]!]!;
    sums[index + 1] = a;
    sums[index + 2] = b;
    sums[index + 3] = c;
    sums[index + 4] = sum;
  }
  for (let index = whole; index < rows.length; index += 1) {
    sum += weights[rows[index]!]!;
    sums[index + 1] = sum;
  }
}

interface Groups {
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly first: Int32Array;
  readonly last: Int32Array;
}

/** Sums over positive rows: of the precision at their score, and of the others that score lower (equal ones half). */
function overPositives(
  called: Int32Array,
  found: Int32Array,
  { start, end, first, last }: Groups,
  others: number,
): { precision: number; below: number } {
  let precision = 0;
  let below = 0;
  const count = start.length;
  for (let index = 0; index < count; index += 1) {
    const hits = found[index + 1]! - found[index]!;
    const hitsSoFar = found[last[index]!]!;
    const calledSoFar = called[end[index]!]!;
    const above = called[start[index]!]! - found[first[index]!]!;
    // 1 stands for no rows so far, of which there are no hits.
    precision += (hits * hitsSoFar) / (calledSoFar || 1);
    below += hits * (others - (above + calledSoFar - hitsSoFar) * 0.5);
  }
  return { precision, below };
}
