/**
 * `npm run bench -- electron`: the desktop window as a person starts it. How long it takes from the start of the program to a
 * window that can be used, with a new profile and with a known one, and how much memory all its processes hold together when
 * nothing is done (proportional set sizes: what is shared counts once). Nothing here passes or fails.
 *   npm run bench -- electron --rounds 5 --idle 10
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { _electron, type ElectronApplication } from '@playwright/test';
import { ensureDesktop } from '../../tools/run/desktop.ts';
import { ensureWindow } from '../../tools/run/window.ts';
import { findElectron, openScreen, processesOf } from '../electron/electron.ts';

const root = join(import.meta.dirname, '..', '..');

export async function benchElectron(args: string[]): Promise<void> {
  const options = { rounds: { type: 'string', default: '5' }, idle: { type: 'string', default: '10' } } as const;
  const { values } = parseArgs({ args, options });
  const program = findElectron();
  if (program === null) throw new Error('There is no Electron on this machine.');
  await ensureWindow(root);
  await ensureDesktop(root);
  const screen = await openScreen();
  const first: number[] = [];
  const again: number[] = [];
  try {
    for (let round = 0; round < Number(values.rounds); round += 1) {
      const folder = await mkdtemp(join(tmpdir(), 'drydock-bench-'));
      for (const times of [first, again]) {
        const { app, ms } = await start(program, folder, screen.display);
        times.push(ms);
        if (times === again && round === 0) await idleMemory(folder, Number(values.idle));
        await app.close();
        while (processesOf(folder).length > 0) await sleep(100);
      }
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
    }
  } finally {
    screen.close();
  }
  console.log(`start to usable window, new profile    ${spread(first)}  bound 2000 ms`);
  console.log(`start to usable window, known profile  ${spread(again)}  bound 2000 ms`);
}

async function start(
  program: string,
  folder: string,
  display: string,
): Promise<{ app: ElectronApplication; ms: number }> {
  const isRoot = process.getuid?.() === 0;
  const begun = performance.now();
  const app = await _electron.launch({
    executablePath: program,
    args: [
      ...(isRoot ? ['--no-sandbox'] : []),
      `--user-data-dir=${join(folder, 'profile')}`,
      join(root, 'dist/electron/main.cjs'),
      `--workspace=${join(folder, 'workspace')}`,
    ],
    chromiumSandbox: !isRoot,
    env: {
      ...(process.env as Record<string, string>),
      DRYDOCK_TEST: folder,
      ...(display === '' ? {} : { DISPLAY: display }),
    },
  });
  const page = await app.firstWindow();
  await page.getByText('Engine on this machine').waitFor();
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  return { app, ms: performance.now() - begun };
}

async function idleMemory(folder: string, seconds: number): Promise<void> {
  await sleep(seconds * 1000);
  const held = treeOf(folder).map(({ pid, words }) => ({ what: kindOf(words), bytes: proportionalBytes(pid) }));
  const all = held.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`idle memory of ${held.length} processes         ${(all / 1e6).toFixed(0)} MB  bound 450 MB`);
  for (const { what, bytes } of held.toSorted((a, b) => b.bytes - a.bytes))
    console.log(`  ${what.padEnd(24)} ${(bytes / 1e6).toFixed(0).padStart(5)} MB`);
}

/** Chromium writes over the environment of some of its processes: those are found by who started them. */
function treeOf(folder: string): { pid: number; words: string }[] {
  const found = new Map(processesOf(folder).map((one) => [one.pid, one]));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const one of processesOf('')) if (!found.has(one.pid) && found.has(parentOf(one.pid))) found.set(one.pid, one);
  }
  return [...found.values()];
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function kindOf(words: string): string {
  const type = /--type=([\w-]+)/.exec(words)?.[1];
  if (type !== undefined) return type;
  return /entrypoints\/([\w-]+)\.ts/.exec(words)?.[1] ?? 'main';
}

function proportionalBytes(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const [least, middle, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return `${middle?.toFixed(0)} ms (${least?.toFixed(0)} to ${most?.toFixed(0)})`;
}
