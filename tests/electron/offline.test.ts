import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { canCutTheNetwork } from '../security/command-line.ts';
import { root, test } from './desktop.ts';

const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const scores = [vitest, 'run', '--project', 'electron', 'tests/electron/score.test.ts'];

/**
 * A namespace of its own with nothing but loopback, over which the test drives the program. The system counts there what
 * was sent to a place that no route leads to: every try to reach anything, a name server too.
 */
describe.skipIf(!canCutTheNetwork())('without a network (needs Linux and the right to make a namespace)', () => {
  test('the program starts, scores, exports and quits, and tries to reach nothing', { timeout: 240_000 }, () => {
    const { status, said, tries } = inNamespace(`"${process.execPath}" ${scores.map((word) => `"${word}"`).join(' ')}`);
    expect(status, said).toBe(0);
    expect(said).toMatch(/1 passed/);
    expect(tries).toBe(0);
  });

  test('a try is counted', () => {
    const script = `require('net').connect(9, '192.0.2.1').on('error', () => {})`;
    expect(inNamespace(`"${process.execPath}" -e "${script}"`).tries).toBe(1);
  });
});

function inNamespace(command: string): { status: number | null; said: string; tries: number } {
  const counted = `cat /proc/net/snmp /proc/net/snmp6`;
  const script = `ip link set lo up; ${command}; status=$?; echo; echo COUNTED; ${counted}; exit $status`;
  const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', script], {
    cwd: root,
    encoding: 'utf8',
    timeout: 220_000,
  });
  const [said = '', table = ''] = stdout.split('\nCOUNTED\n');
  return { status, said: said + stderr, tries: triesOf(table) };
}

/** Packets without a route, of both versions of the protocol. */
function triesOf(table: string): number {
  const [names = '', values = ''] = table.split('\n').filter((line) => line.startsWith('Ip:'));
  const version4 = Number(values.split(' ')[names.split(' ').indexOf('OutNoRoutes')]);
  const version6 = Number(/^Ip6OutNoRoutes\s+(\d+)/m.exec(table)?.[1] ?? 0);
  return version4 + version6;
}
