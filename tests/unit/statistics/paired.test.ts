import { describe, expect, it } from 'vitest';
import { mcNemarExact, normalQuantile, normalTwoSided, tango, wilson } from '../../../engine/statistics/index.ts';
import { cases, expectNear, expectNotDefined, iterative, valueOf } from './expected.ts';

interface Ends {
  lower: number;
  upper: number;
}

type Case =
  | { kind: 'wilson'; successes: number; rows: number; level: number; expected: Ends }
  | { kind: 'mcnemar'; onlyA: number; onlyB: number; expected: number }
  | { kind: 'tango'; onlyA: number; onlyB: number; rows: number; expected: Ends }
  | { kind: 'quantile'; p: number; expected: number }
  | { kind: 'tail'; z: number; expected: number };

const all = cases<Case>('paired');

function of<K extends Case['kind']>(kind: K) {
  return all.filter((one): one is Extract<Case, { kind: K }> => one.kind === kind);
}

describe('intervals and tests of proportions', () => {
  it.each(of('wilson'))('Wilson: $successes of $rows at $level equals statsmodels', (one) => {
    const interval = valueOf(wilson(one.successes, one.rows, one.level));
    expectNear(interval.lower, one.expected.lower);
    expectNear(interval.upper, one.expected.upper);
  });

  it.each(of('mcnemar'))('exact McNemar: $onlyA against $onlyB equals statsmodels', (one) => {
    expectNear(mcNemarExact(one.onlyA, one.onlyB), one.expected, iterative);
  });

  it.each(of('tango'))('Tango: $onlyA against $onlyB of $rows equals the maximised likelihood', (one) => {
    const interval = valueOf(tango(one.onlyA, one.onlyB, one.rows));
    expect(Math.abs(interval.lower - one.expected.lower)).toBeLessThan(1e-9);
    expect(Math.abs(interval.upper - one.expected.upper)).toBeLessThan(1e-9);
  });

  it('Tango gives the published limits', () => {
    // Tango 1998, section 6.1 (soft contact lenses, table V): the lower limit of the 90 % interval is -0.096.
    expect(valueOf(tango(1, 0, 44, 0.9)).lower).toBeCloseTo(-0.096, 3);
    // Fagerland, Lydersen and Laake 2017, chapter 8 (Cavo et al. 2012, and Bentur et al. 2009): as R's contingencytables.
    const cavo = valueOf(tango(16, 6, 161));
    expect([cavo.lower, cavo.upper].map((end) => end.toFixed(4))).toEqual(['-0.1240', '-0.0054']);
    const bentur = valueOf(tango(7, 1, 21));
    expect([bentur.lower, bentur.upper].map((end) => end.toFixed(3))).toEqual(['-0.517', '-0.026']);
  });

  it('Tango has a width where nothing flips: z2 / (n + z2), 3.7 points at 100 rows', () => {
    const { lower, upper } = valueOf(tango(0, 0, 100));
    const z2 = normalQuantile(0.975) ** 2;
    expectNear(upper, z2 / (100 + z2));
    expectNear(lower, -upper);
    expect((100 * upper).toFixed(1)).toBe('3.7');
  });

  it('is not defined for no rows', () => {
    expectNotDefined(wilson(0, 0));
    expectNotDefined(tango(0, 0, 0));
    expectNotDefined(tango(3, 3, 5));
  });

  it.each(of('quantile'))('the normal quantile of $p equals SciPy', ({ p, expected }) => {
    expect(Math.abs(normalQuantile(p) - expected)).toBeLessThan(1e-13 * Math.max(1, Math.abs(expected)));
  });

  it.each(of('tail'))('both normal tails beyond $z equal SciPy', ({ z, expected }) => {
    expectNear(normalTwoSided(-z), expected, 1e-12);
  });
});
