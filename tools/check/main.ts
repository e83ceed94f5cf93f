/**
 * `npm run check`: everything that can be said about the code without running it. The checks run one after the other,
 * all of them whatever the outcome; the last lines say which passed. `npm run check -- lint layers` runs those named.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

interface Check {
  name: string;
  what: string;
  /** A program of node_modules or tools, and its arguments, run by this Node in the repository root. */
  command: [program: string, ...args: string[]];
}

const checks: Check[] = [
  { name: 'types', what: 'TypeScript, strict', command: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  {
    name: 'types-page',
    what: 'TypeScript of the page, which knows no Node',
    command: ['node_modules/typescript/bin/tsc', '-p', 'renderer', '--noEmit'],
  },
  { name: 'lint', what: 'oxlint with types', command: ['node_modules/oxlint/bin/oxlint', '--type-aware'] },
  { name: 'format', what: 'oxfmt; npm run format mends it', command: ['node_modules/oxfmt/bin/oxfmt', '--check', '.'] },
  { name: 'layers', what: 'the rules of the house', command: ['tools/layers/main.ts'] },
  { name: 'unused', what: 'knip: code and dependencies', command: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'lockfile', what: 'complete, without addresses', command: ['tools/lockfile/main.ts', '--check'] },
];

const root = join(import.meta.dirname, '..', '..');
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`There is no check ${unknown.join(', ')}. There are: ${checks.map((check) => check.name).join(', ')}.`);
  process.exit(2);
}

const outcomes = checks.filter((check) => wanted.length === 0 || wanted.includes(check.name)).map(run);

console.log('');
for (const { check, ok, seconds } of outcomes) {
  console.log(
    `${ok ? 'ok    ' : 'FAILED'}  ${check.name.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s  ${check.what}`,
  );
}
const failed = outcomes.filter((outcome) => !outcome.ok);
console.log(
  failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.map(({ check }) => check.name).join(', ')}.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

function run(check: Check): { check: Check; ok: boolean; seconds: number } {
  console.log(`\n--- ${check.name}: ${check.what}`);
  const started = performance.now();
  const [program, ...args] = check.command;
  const { status } = spawnSync(process.execPath, [join(root, program), ...args], { cwd: root, stdio: 'inherit' });
  return { check, ok: status === 0, seconds: (performance.now() - started) / 1000 };
}
