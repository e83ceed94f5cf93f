/** Several tests at once. */
import { ascendingOrder } from './order.ts';

/**
 * Benjamini and Hochberg's adjusted p values: min over j >= i of p_(j) m / j, capped at 1. Calling those at or below q
 * keeps the expected share of false discoveries at or below q. In the order given; none for none.
 * Source: Benjamini and Hochberg 1995; scipy.stats.false_discovery_control(method="bh").
 */
export function benjaminiHochberg(pValues: ArrayLike<number>): Float64Array {
  const order = ascendingOrder(pValues);
  const tests = order.length;
  const adjusted = new Float64Array(tests);
  let least = 1;
  for (let rank = tests; rank > 0; rank -= 1) {
    const test = order[rank - 1]!;
    least = Math.min(least, (pValues[test]! * tests) / rank);
    adjusted[test] = least;
  }
  return adjusted;
}
