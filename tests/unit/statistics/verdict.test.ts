import { describe, expect, it } from 'vitest';
import {
  fewestOfClass,
  fewestRows,
  rowsNeeded,
  tango,
  verdict,
  type PairedEvidence,
} from '../../../engine/statistics/index.ts';
import { expectNotDefined, valueOf } from './expected.ts';

const enough = { rows: 1000, rarestClass: 200, betterIs: 'higher', margin: 0.005 } as const;

function decide(lower: number, upper: number, more: Partial<PairedEvidence> = {}) {
  return verdict({ ...enough, interval: { lower, upper, level: 0.95 }, ...more });
}

describe('the verdict', () => {
  it('asks first whether there are rows enough', () => {
    expect(decide(0.1, 0.2, { rows: fewestRows - 1 }).verdict).toBe('too-few-rows');
    expect(decide(0.1, 0.2, { rarestClass: fewestOfClass - 1 }).verdict).toBe('too-few-rows');
    expect(decide(0.1, 0.2, { rows: fewestRows, rarestClass: fewestOfClass }).verdict).toBe('better');
  });

  it('says better or worse where the interval excludes 0, towards what is better', () => {
    expect(decide(0.001, 0.2)).toEqual({ verdict: 'better', smallerThanMargin: false });
    expect(decide(-0.2, -0.001)).toEqual({ verdict: 'worse', smallerThanMargin: false });
    expect(decide(0.001, 0.2, { betterIs: 'lower' }).verdict).toBe('worse');
    expect(decide(-0.2, -0.001, { betterIs: 'lower' }).verdict).toBe('better');
    expect(decide(0, 0.2).verdict).toBe('not-worse');
  });

  it('does not say better where the exact test does not agree', () => {
    expect(decide(0.001, 0.2, { p: 0.049 }).verdict).toBe('better');
    expect(decide(0.001, 0.2, { p: 0.051 }).verdict).toBe('not-worse');
    expect(decide(-0.2, -0.001, { p: 0.06 }).verdict).toBe('too-close-to-call');
  });

  it('marks a difference that is smaller than the margin', () => {
    expect(decide(0.001, 0.004)).toEqual({ verdict: 'better', smallerThanMargin: true });
    expect(decide(-0.004, -0.001)).toEqual({ verdict: 'worse', smallerThanMargin: true });
  });

  it('says equivalent inside the margin and not worse above it', () => {
    expect(decide(-0.005, 0.005).verdict).toBe('equivalent');
    expect(decide(-0.005, 0.02).verdict).toBe('not-worse');
    expect(decide(-0.02, 0.005, { betterIs: 'lower' }).verdict).toBe('not-worse');
  });

  it('does not take the empty interval of a bootstrap without flips for equivalence', () => {
    const equivalence = valueOf(tango(0, 0, 100));
    expect(decide(0, 0, { rows: 100, equivalence, p: 1 }).verdict).toBe('too-close-to-call');
    expect(decide(0, 0, { rows: 100, equivalence, p: 1, margin: 0.04 }).verdict).toBe('equivalent');
  });

  it('says how many rows a close call needs', () => {
    expect(decide(-0.02, 0.02, { discordance: 0.03 })).toMatchObject({
      verdict: 'too-close-to-call',
      rowsNeeded: 9416,
    });
    expect(decide(-0.02, 0.02, { discordance: 0 })).toEqual({ verdict: 'too-close-to-call', smallerThanMargin: false });
  });

  it('has no number of rows where the versions hardly differ or no margin is set', () => {
    expectNotDefined(rowsNeeded(0, 0.005));
    expectNotDefined(rowsNeeded(0.03, 0));
    expect(valueOf(rowsNeeded(0.03, 0.005))).toBe(9416);
  });
});
