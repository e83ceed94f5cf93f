import { expect, test } from 'vitest';
import { closingLine, countTests, verdictOf } from '../../../tools/check/test-counts.ts';

const file = (status: string, ...tests: string[]) => ({
  name: 'some.test.ts',
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

test('passed, failed and skipped tests are counted over all files', () => {
  const report = { testResults: [file('passed', 'passed', 'skipped'), file('failed', 'failed', 'passed', 'todo')] };
  expect(closingLine(countTests(report))).toBe('2 passed, 1 failed, 2 skipped');
});

test('a file that could not be loaded counts as a failure', () => {
  const counts = countTests({ testResults: [file('passed', 'passed'), file('failed')] });
  expect(counts).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(verdictOf(counts, 1).ok).toBe(false);
});

test('a run without a test fails', () => {
  const verdict = verdictOf(countTests({ testResults: [] }), 0);
  expect(verdict.ok).toBe(false);
  expect(verdict.reason).toBe('No test ran.');
});

test('a run in which everything was skipped fails', () => {
  expect(verdictOf(countTests({ testResults: [file('passed', 'skipped')] }), 0).ok).toBe(false);
});

test('an error outside every test is counted as a failure', () => {
  const verdict = verdictOf(countTests({ testResults: [file('passed', 'passed')] }), 1);
  expect(verdict.ok).toBe(false);
  expect(closingLine(verdict.counts)).toBe('1 passed, 1 failed, 0 skipped');
});

test('a run in which all passed is a success', () => {
  expect(verdictOf(countTests({ testResults: [file('passed', 'passed')] }), 0).ok).toBe(true);
});
