/** What a finished test run has to say, taken from vitest's JSON report. */

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of vitest's JSON report that is read here. */
export interface TestReport {
  testResults: Array<{ name: string; status: string; assertionResults: Array<{ status: string }> }>;
}

/**
 * Counts tests. A file that failed without a failed test in it (it could not be loaded, or a hook of it failed) counts as
 * one failure, so that no broken file can hide behind a zero.
 */
export function countTests(report: TestReport): TestCounts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    const statuses = file.assertionResults.map((test) => test.status);
    const failed = statuses.filter((status) => status === 'failed').length;
    const passed = statuses.filter((status) => status === 'passed').length;
    counts.passed += passed;
    counts.failed += failed === 0 && file.status === 'failed' ? 1 : failed;
    counts.skipped += statuses.length - passed - failed;
  }
  return counts;
}

/**
 * The verdict over a run: vitest's own exit code counts too (an unhandled rejection fails no test), and a run in which no
 * test passed or failed proves nothing, so it fails.
 */
export function verdictOf(
  counts: TestCounts,
  exitCode: number,
): { counts: TestCounts; ok: boolean; reason: string | null } {
  if (counts.failed > 0) return { counts, ok: false, reason: null };
  if (exitCode !== 0) {
    return {
      counts: { ...counts, failed: 1 },
      ok: false,
      reason: 'The run failed outside a test: see the error above.',
    };
  }
  if (counts.passed === 0) return { counts, ok: false, reason: 'No test ran.' };
  return { counts, ok: true, reason: null };
}

export function closingLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
