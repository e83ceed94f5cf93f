/** Columns as a few bins, which slices are made of. */
import { quantile } from './resamples.ts';

export interface BinnedColumn {
  /** By row, its bin. */
  readonly codes: Uint8Array;
  readonly bins: number;
}

export interface QuantileBins extends BinnedColumn {
  /** Upper ends of all bins but the last of values: bin i holds (edges[i - 1], edges[i]]. */
  readonly edges: readonly number[];
  /** The bin of rows without a value, where there are any. */
  readonly missing: number | undefined;
}

/**
 * Numbers in bins of about as many rows each, closed on the right, cut at the quantiles (interpolated linearly); cuts that
 * ties make equal are merged, so a value that many rows share ends a bin. NaN is missing, in a bin of its own behind.
 * Source: numpy.quantile and numpy.searchsorted; unlike pandas.qcut, a value that ties at the lower end has its own bin.
 */
export function quantileBins(values: ArrayLike<number>, parts = 4): QuantileBins {
  const known = knownSorted(values, parts);
  const cuts = new Set<number>();
  for (let part = 1; part < parts && known.count > 0; part += 1) cuts.add(known.quantile(part / parts));
  // A cut at the largest value would leave nothing above it.
  const edges = [...cuts].filter((cut) => cut < known.largest);
  const codes = new Uint8Array(values.length);
  const behind = known.count > 0 ? edges.length + 1 : 0;
  assignBins(values, edges, behind, codes);
  const missing = known.count < values.length ? behind : undefined;
  return { codes, bins: behind + (missing === undefined ? 0 : 1), edges, missing };
}

function assignBins(values: ArrayLike<number>, edges: readonly number[], missing: number, codes: Uint8Array): void {
  const rows = values.length;
  codes.fill(0);
  // Three edges a turn, added up without a branch: values come in any order, and a wrong guess costs ten comparisons.
  for (let edge = 0; edge < edges.length; edge += 3) {
    const [a, b, c] = [0, 1, 2].map((next) => edges[edge + next] ?? Infinity) as [number, number, number];
    for (let row = 0; row < rows; row += 1) {
      const value = values[row]!;
      codes[row]! += Number(value > a) + Number(value > b) + Number(value > c);
    }
  }
  for (let row = 0; row < rows; row += 1) if (Number.isNaN(values[row]!)) codes[row] = missing;
}

export interface CategoryBins extends BinnedColumn {
  /** By bin, the category's code, most frequent first. */
  readonly kept: Int32Array;
  /** The bin of all other categories, and of rows without one, where there are any. */
  readonly rest: number | undefined;
  readonly missing: number | undefined;
}

/** Categories by code; the `top` most frequent have a bin each (equals in order of code), the rest share one. */
export function categoryBins(categories: Int32Array, top = 50): CategoryBins {
  const rows = categories.length;
  let most = -1;
  for (let row = 0; row < rows; row += 1) if (categories[row]! > most) most = categories[row]!;
  const counts = new Uint32Array(most + 1);
  let without = 0;
  for (let row = 0; row < rows; row += 1) {
    if (categories[row]! < 0) without += 1;
    else counts[categories[row]!]! += 1;
  }
  const present = Array.from(counts.keys()).filter((code) => counts[code]! > 0);
  const kept = Int32Array.from(present.toSorted((a, b) => counts[b]! - counts[a]! || a - b).slice(0, top));
  const pooled = present.length > kept.length;
  const behind = kept.length + (pooled ? 1 : 0);
  const binOf = new Uint8Array(most + 1).fill(kept.length);
  kept.forEach((code, bin) => {
    binOf[code] = bin;
  });
  const codes = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) codes[row] = categories[row]! < 0 ? behind : binOf[categories[row]!]!;
  return {
    codes,
    bins: behind + (without > 0 ? 1 : 0),
    kept,
    rest: pooled ? kept.length : undefined,
    missing: without > 0 ? behind : undefined,
  };
}

/** Few values are sorted; of many only those near the cuts, found by a histogram of their upper 16 bits. */
function knownSorted(values: ArrayLike<number>, parts: number) {
  const { known, largest } = withoutMissing(values);
  const count = known.length;
  if (count < 65_536) {
    const sorted = known.toSorted();
    return { count, largest, quantile: (share: number) => quantile(sorted, share) };
  }
  const places = Array.from({ length: parts - 1 }, (_, part) => Math.floor(((count - 1) * (part + 1)) / parts));
  const near = selected(known, [...new Set(places.flatMap((place) => [place, Math.min(place + 1, count - 1)]))]);
  return {
    count,
    largest,
    quantile: (share: number) => {
      const place = (count - 1) * share;
      const low = near.get(Math.floor(place))!;
      const high = near.get(Math.min(Math.floor(place) + 1, count - 1))!;
      return low + (high - low) * (place - Math.floor(place));
    },
  };
}

function withoutMissing(values: ArrayLike<number>): { known: Float64Array; largest: number } {
  const known = new Float64Array(values.length);
  let count = 0;
  let largest = -Infinity;
  const rows = values.length;
  for (let row = 0; row < rows; row += 1) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    // -0 and 0 are one value.
    known[count] = value + 0;
    count += 1;
    if (value > largest) largest = value;
  }
  return { known: known.subarray(0, count), largest };
}

/** The values at the given places of the sorted order. */
function selected(values: Float64Array, places: readonly number[]): Map<number, number> {
  const keys = sortableUpperBits(values);
  const histogram = new Uint32Array(65_536);
  const count = keys.length;
  for (let index = 0; index < count; index += 1) histogram[keys[index]!]! += 1;
  const starts = new Map<number, number>();
  const keyOfPlace = new Map<number, number>();
  let passed = 0;
  for (let key = 0; key < histogram.length; key += 1) {
    const end = passed + histogram[key]!;
    for (const place of places) {
      if (place < passed || place >= end) continue;
      starts.set(key, passed);
      keyOfPlace.set(place, key);
    }
    passed = end;
  }
  const wanted = new Uint8Array(65_536);
  const buckets = new Map<number, number[]>();
  for (const key of starts.keys()) {
    wanted[key] = 1;
    buckets.set(key, []);
  }
  for (let index = 0; index < count; index += 1) {
    const key = keys[index]!;
    if (wanted[key] === 1) buckets.get(key)!.push(values[index]!);
  }
  const sorted = new Map([...buckets].map(([key, bucket]) => [key, Float64Array.from(bucket).toSorted()]));
  return new Map(
    places.map((place) => {
      const key = keyOfPlace.get(place)!;
      return [place, sorted.get(key)![place - starts.get(key)!]!];
    }),
  );
}

/** The upper 16 bits of each double (sign, exponent, 4 of the fraction), so changed that they sort as the doubles do. */
function sortableUpperBits(values: Float64Array): Uint16Array {
  const words = new Uint16Array(values.buffer, values.byteOffset, 4 * values.length);
  const keys = new Uint16Array(values.length);
  const count = keys.length;
  for (let index = 0; index < count; index += 1) {
    const upper = words[4 * index + 3]!;
    // All bits of a negative number are turned, of another only the sign: without a branch, as signs come at random.
    keys[index] = upper ^ (-(upper >>> 15) | 0x8000);
  }
  return keys;
}
