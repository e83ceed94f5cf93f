import { expect, test } from 'vitest';
import { closestName } from '../../../engine/contract/index.ts';

test.each([
  ['Sex', ['age', 'sex_', 'sexes'], 'sex_'],
  ['credit score', ['score', 'Credit-Score'], 'Credit-Score'],
  ['pay', ['payment', 'tax'], 'payment'],
  ['aeg', ['age', 'wage'], 'age'],
  ['orders-2025.csv', ['orders-2026.csv', 'notes.txt'], 'orders-2026.csv'],
  ['income', ['species', 'height'], null],
  ['__proto__', ['constructor', '__proto'], '__proto'],
  ['', ['a'], null],
  ['x', [], null],
])('%j among %j is closest to %j', (name, names, closest) => {
  expect(closestName(name, names)).toBe(closest);
});

test('names of any length are compared in a bounded time', () => {
  const long = 'a'.repeat(100_000);
  expect(closestName(`${long}b`, [long])).toBe(long);
});
