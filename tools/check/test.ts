/**
 * `npm test`: runs vitest with the arguments given, and ends with one line that counts passed, failed and skipped.
 * Exits 1 when a test failed and when none ran.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closingLine, countTests, verdictOf, type TestReport } from './test-counts.ts';

const vitest = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');
const folder = mkdtempSync(join(tmpdir(), 'drydock-test-report-'));
const report = join(folder, 'report.json');

const exitCode = await new Promise<number>((resolve) => {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => resolve(code ?? 1));
});

const { counts, ok, reason } = verdictOf(countTests(readReport()), exitCode);
rmSync(folder, { recursive: true, force: true });
if (reason !== null) console.log(reason);
console.log(closingLine(counts));
process.exitCode = ok ? 0 : 1;

/** A run that died before its report counts as a failed file. */
function readReport(): TestReport {
  try {
    return JSON.parse(readFileSync(report, 'utf8')) as TestReport;
  } catch {
    return { testResults: [{ name: 'vitest', status: 'failed', assertionResults: [] }] };
  }
}
