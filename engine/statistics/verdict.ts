/** The rule that turns a paired difference into a verdict. */
import { normalCritical, normalQuantile } from './normal.ts';
import { defined, notDefined, type Interval, type Outcome } from './outcome.ts';

/** In the order in which the rule asks. */
export type Verdict = 'too-few-rows' | 'better' | 'worse' | 'equivalent' | 'not-worse' | 'too-close-to-call';

export const fewestRows = 30;
export const fewestOfClass = 5;

export interface PairedEvidence {
  /** Rows both versions answered; where rows are drawn by group, the groups. */
  readonly rows: number;
  /** For classification: rows of the rarest true class. */
  readonly rarestClass?: number;
  readonly betterIs: 'higher' | 'lower';
  /** The smallest difference that matters, above 0. */
  readonly margin: number;
  /** Of the difference, candidate less baseline. */
  readonly interval: Interval;
  /** The test that must agree before better or worse is said: exact McNemar for rates. */
  readonly p?: number;
  /** The interval that decides equivalence, where it is another one: Tango's for rates. */
  readonly equivalence?: Interval;
  /** For rates: the share of rows on which exactly one version is right. */
  readonly discordance?: number;
}

export interface Decision {
  readonly verdict: Verdict;
  /** Better or worse, but by less than the margin: the interval lies within it. */
  readonly smallerThanMargin: boolean;
  /** Too close to call: rows that would detect the margin, where that is known. */
  readonly rowsNeeded?: number;
}

/**
 * The verdict, by the first that holds: too few rows (fewer than 30, or 5 of a class); better or worse (the interval
 * excludes 0 and the test, if one is given, agrees at the interval's level, p at most 0.05 for 0.95); equivalent (inside -m to m); not worse
 * (above -m); too close to call, with the rows needed.
 */
export function verdict(evidence: PairedEvidence): Decision {
  const { rows, rarestClass = fewestOfClass, margin, p = 0 } = evidence;
  if (rows < fewestRows || rarestClass < fewestOfClass) return { verdict: 'too-few-rows', smallerThanMargin: false };
  const gain = towardsBetter(evidence.interval, evidence.betterIs);
  const agreed = p <= 1 - gain.level;
  const smallerThanMargin = gain.lower >= -margin && gain.upper <= margin;
  if (agreed && gain.lower > 0) return { verdict: 'better', smallerThanMargin };
  if (agreed && gain.upper < 0) return { verdict: 'worse', smallerThanMargin };
  const settled = evidence.equivalence ? towardsBetter(evidence.equivalence, evidence.betterIs) : gain;
  if (settled.lower >= -margin) {
    return { verdict: settled.upper <= margin ? 'equivalent' : 'not-worse', smallerThanMargin: false };
  }
  const needed = evidence.discordance === undefined ? undefined : rowsNeeded(evidence.discordance, margin);
  return {
    verdict: 'too-close-to-call',
    smallerThanMargin: false,
    ...(needed?.defined ? { rowsNeeded: needed.value } : {}),
  };
}

function towardsBetter(interval: Interval, betterIs: 'higher' | 'lower'): Interval {
  if (betterIs === 'higher') return interval;
  return { lower: -interval.upper, upper: -interval.lower, level: interval.level };
}

/**
 * Rows that detect a difference of two paired rates of `margin` with the given power, at the observed discordance p_d:
 * ((z_a/2 sqrt(p_d) + z_b sqrt(p_d - m^2)) / m)^2, rounded. Not defined where the versions disagree too rarely for such
 * a difference (p_d not above m^2). Source: Connor 1987; p_d 3 %, m 0.5 points: 9,416.
 */
export function rowsNeeded(discordance: number, margin: number, power = 0.8, level = 0.95): Outcome {
  if (!(margin > 0)) return notDefined('not-applicable', 'the margin is 0.');
  if (discordance <= margin * margin) {
    return notDefined('nothing-to-measure', 'the versions differ on too few rows for a difference of that size.');
  }
  const reach =
    normalCritical(level) * Math.sqrt(discordance) + normalQuantile(power) * Math.sqrt(discordance - margin * margin);
  return defined(Math.round((reach / margin) ** 2));
}
