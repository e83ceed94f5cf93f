/** What the values of a figure over many resamples say: a percentile interval. */
import { defined, notDefined, requireSameLength, type Interval, type Outcome } from './outcome.ts';

/**
 * The percentile interval of bootstrap draws: their (1 - level) / 2 and (1 + level) / 2 quantiles, interpolated linearly
 * (NumPy's default). Resamples in which the figure does not exist (NaN) are left out and said; not defined where that
 * is more than one in twenty, as the rest would then be a selection.
 * Source: Efron and Tibshirani 1993, chapter 13.
 */
export function percentileInterval(draws: Float64Array, level = 0.95): Outcome<Interval> {
  const kept = draws.filter((value) => !Number.isNaN(value)).toSorted();
  const lost = draws.length - kept.length;
  if (kept.length === 0 || lost > draws.length / 20) {
    return notDefined('too-few-rows', `the figure does not exist in ${lost} of ${draws.length} resamples.`);
  }
  const interval = { lower: quantile(kept, (1 - level) / 2), upper: quantile(kept, (1 + level) / 2), level };
  const notes =
    lost === 0 ? [] : [`${lost} of ${draws.length} resamples, in which the figure does not exist, left out.`];
  return defined(interval, ...notes);
}

/** B less A, resample by resample. */
export function differences(a: Float64Array, b: Float64Array): Float64Array {
  requireSameLength(a, b);
  return b.map((value, resample) => value - a[resample]!);
}

/** The quantile of sorted values, interpolated linearly (Hyndman and Fan 1996, type 7). */
export function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (place - below);
}
