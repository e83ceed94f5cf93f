/** Fixtures that Python wrote (tools/statistics), and what it means to equal them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Outcome } from '../../../engine/statistics/index.ts';

const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'statistics');

/** The cases of a theme, with "NaN" and "Infinity" as the numbers they stand for. */
export function cases<T>(theme: string): T[] {
  const text = readFileSync(join(folder, `${theme}.json`), 'utf8');
  return JSON.parse(text, (_key, value: unknown) => (isSpecial(value) ? Number(value) : value)) as T[];
}

function isSpecial(value: unknown): value is string {
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity';
}

/** Equal to 1e-9 of the reference: closed formulas. */
export const closed = 1e-9;
/** Equal to 1e-6 of the reference: p values, and what is found by iteration. */
export const iterative = 1e-6;

/** `null` stands for "not defined", which must come with a reason in words. */
export function expectOutcome(outcome: Outcome, reference: number | null, tolerance = closed): void {
  if (reference === null) expectNotDefined(outcome);
  else expectNear(valueOf(outcome), reference, tolerance);
}

export function expectNotDefined(outcome: Outcome<unknown>): void {
  expect(outcome).toMatchObject({ defined: false, because: expect.stringMatching(/^[a-z0-9].+\.$/s) });
}

export function valueOf<T>(outcome: Outcome<T>): T {
  expect(outcome).toMatchObject({ defined: true });
  return (outcome as { value: T }).value;
}

export function expectNear(value: number, reference: number, tolerance = closed): void {
  if (value === reference) return;
  const off = Math.abs(value - reference) / Math.max(Math.abs(reference), 1e-300);
  expect(off, `${value} is not ${reference}`).toBeLessThan(tolerance);
}

export function expectAllNear(values: ArrayLike<number>, references: readonly number[], tolerance = closed): void {
  expect(values).toHaveLength(references.length);
  references.forEach((reference, index) => expectNear(values[index]!, reference, tolerance));
}
