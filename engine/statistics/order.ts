/** Sorting rows by a number, and ranks. */

/** Up to here a comparison sort is the faster one. */
const fewRows = 2048;
const digits = 4;
const radix = 65_536;

/**
 * The row numbers in ascending order of `values` (all finite; -0 equals 0), equal values in row order. Many rows are
 * sorted digit by digit (LSD radix over the bits of the double), some ten times faster than by comparison.
 */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  const rows = values.length;
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row += 1) order[row] = row;
  if (rows <= fewRows) return order.toSorted((a, b) => values[a]! - values[b]! || a - b);
  return radixOrder(sortableBits(values), order);
}

/** The doubles' bits as four 16-bit digits, lowest first, changed so that they sort as unsigned numbers. */
function sortableBits(values: ArrayLike<number>): Uint16Array {
  const doubles = new Float64Array(values.length);
  // -0 and 0 are one value.
  for (let row = 0; row < doubles.length; row += 1) doubles[row] = values[row]! + 0;
  const words = new Uint32Array(doubles.buffer);
  for (let row = 0; row < doubles.length; row += 1) {
    const high = words[2 * row + 1]!;
    if (high >= 0x80000000) {
      words[2 * row] = ~words[2 * row]!;
      words[2 * row + 1] = ~high;
    } else {
      words[2 * row + 1] = high | 0x80000000;
    }
  }
  return new Uint16Array(doubles.buffer);
}

function radixOrder(bits: Uint16Array, start: Uint32Array): Uint32Array {
  const rows = start.length;
  let from = start;
  let to: Uint32Array = new Uint32Array(rows);
  const places = new Uint32Array(radix);
  for (let digit = 0; digit < digits; digit += 1) {
    places.fill(0);
    for (let row = 0; row < rows; row += 1) places[bits[digits * row + digit]!]! += 1;
    // Scores that were 32-bit floats have one and the same lowest digit.
    if (places[bits[digit]!] === rows) continue;
    let place = 0;
    for (let value = 0; value < radix; value += 1) {
      const count = places[value]!;
      places[value] = place;
      place += count;
    }
    for (let index = 0; index < rows; index += 1) {
      const row = from[index]!;
      const value = bits[digits * row + digit]!;
      to[places[value]!] = row;
      places[value]! += 1;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Ranks from 1, equal values sharing the mean of theirs (scipy.stats.rankdata, method "average"). */
export function midranks(values: ArrayLike<number>): Float64Array {
  const order = ascendingOrder(values);
  const ranks = new Float64Array(values.length);
  let start = 0;
  while (start < order.length) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end += 1;
    const rank = (start + 1 + end) / 2;
    for (let place = start; place < end; place += 1) ranks[order[place]!] = rank;
    start = end;
  }
  return ranks;
}
