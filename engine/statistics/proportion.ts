/** Intervals and exact tests of proportions: Wilson, McNemar, Tango. */
import { defined, noRows, notDefined, type Interval, type Outcome } from './outcome.ts';
import { normalCritical } from './normal.ts';

/**
 * Wilson's score interval of a proportion of independent rows, without continuity correction:
 * (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n). Within 0 and 1 always, never empty. Not defined for no rows.
 * Source: Wilson 1927; statsmodels proportion_confint(method="wilson").
 */
export function wilson(successes: number, rows: number, level = 0.95): Outcome<Interval> {
  if (rows === 0) return noRows;
  const z = normalCritical(level);
  const share = successes / rows;
  const shrink = 1 + (z * z) / rows;
  const middle = (share + (z * z) / (2 * rows)) / shrink;
  const reach = (z * Math.sqrt((share * (1 - share)) / rows + (z * z) / (4 * rows * rows))) / shrink;
  const lower = successes === 0 ? 0 : Math.max(0, middle - reach);
  const upper = successes === rows ? 1 : Math.min(1, middle + reach);
  return defined({ lower, upper, level });
}

/**
 * Exact McNemar test of two versions on the same independent rows: with `onlyA` rows only the first has right and
 * `onlyB` only the second, P(a split this uneven or more | fair coin), the smaller tail doubled and capped at 1. 1 where
 * the two differ nowhere. Source: McNemar 1947; statsmodels mcnemar(exact=True).
 */
export function mcNemarExact(onlyA: number, onlyB: number): number {
  return Math.min(1, 2 * fairCoinTail(onlyA + onlyB, Math.min(onlyA, onlyB)));
}

/** P(X <= heads) of `tosses` fair coins, summed from its largest term down. */
function fairCoinTail(tosses: number, heads: number): number {
  const logChoose = logFactorial(tosses) - logFactorial(heads) - logFactorial(tosses - heads);
  let term = 1;
  let sum = 1;
  for (let k = heads; k > 0 && term > sum * 1e-18; k -= 1) {
    term *= k / (tosses - k + 1);
    sum += term;
  }
  return sum * Math.exp(logChoose - tosses * Math.LN2);
}

/** ln n!: exact products up to 20, then Stirling's series (Abramowitz and Stegun 6.1.41), error below 1e-16. */
function logFactorial(n: number): number {
  if (n <= 20) {
    let product = 1;
    for (let factor = 2; factor <= n; factor += 1) product *= factor;
    return Math.log(product);
  }
  const inverse = 1 / (n * n);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / n;
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}

/**
 * Tango's score interval of the difference of two paired proportions, second less first: (onlyB - onlyA) / rows, the
 * values of d at which |d's score statistic| is z. It has a width even where the versions differ nowhere:
 * +- z^2 / (rows + z^2), 3.7 points at 100 rows. Independent rows. Not defined for no rows.
 * Source: Tango 1998, equations (24) to (26), solved by bisection.
 */
export function tango(onlyA: number, onlyB: number, rows: number, level = 0.95): Outcome<Interval> {
  if (rows === 0) return noRows;
  if (onlyA + onlyB > rows) return notDefined('not-applicable', 'more rows differ than there are.');
  const z = normalCritical(level);
  const difference = (onlyB - onlyA) / rows;
  const score = (d: number) => tangoScore(onlyA, onlyB, rows, d);
  const lower = difference === -1 ? -1 : crossing(-1, difference, (d) => score(d) > z);
  const upper = difference === 1 ? 1 : crossing(difference, 1, (d) => score(d) > -z);
  return defined({ lower, upper, level });
}

/** Falls as `d` rises; 0 at the observed difference. */
function tangoScore(onlyA: number, onlyB: number, rows: number, d: number): number {
  const over = onlyB - onlyA - rows * d;
  if (over === 0) return 0;
  // The chance of "only A" under the difference d, by maximum likelihood: the larger root of 2 n q^2 + B q + C.
  const b = -onlyB - onlyA + (2 * rows - onlyB + onlyA) * d;
  const c = -onlyA * d * (1 - d);
  const root = Math.sqrt(Math.max(0, b * b - 8 * rows * c));
  const chance = b > 0 ? (-2 * c) / (b + root) : (root - b) / (4 * rows);
  const variance = rows * (2 * chance + d * (1 - d));
  return variance <= 0 ? Math.sign(over) * Infinity : over / Math.sqrt(variance);
}

/** Where `before` turns from true to false between two values, to the last bit that matters. */
function crossing(from: number, to: number, before: (value: number) => boolean): number {
  let low = from;
  let high = to;
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (before(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
