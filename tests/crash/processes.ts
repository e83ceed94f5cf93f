import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a process of Drydock is there for; `worker` is any disposable child of an engine. */
export type Role = 'launcher' | 'command' | 'engine' | 'worker';

export interface FoundProcess {
  pid: number;
  role: Role;
  /** The program it runs: the name of an entry point, or `drydock`. */
  program: string;
}

/** Processes are found in /proc; elsewhere these tests have nothing to look at. */
export const canSeeProcesses = process.platform === 'linux';

/**
 * All living processes that carry the mark in their environment, which every process of Drydock hands on to those it
 * starts. Those of the mark that run no program of Drydock are left out.
 */
export function markedProcesses(mark: string): FoundProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => describeProcess(Number(name), mark))
    .filter((found) => found !== null);
}

/** Kills at once; false when the process had ended already. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Waits until something holds, looking every few milliseconds. Fails after `mostMs` with what was waited for. */
export async function until<T>(what: string, look: () => T | Promise<T>, mostMs = 20_000): Promise<NonNullable<T>> {
  const end = performance.now() + mostMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`Waited ${mostMs} ms in vain until ${what}.`);
    await sleep(10);
  }
}

function describeProcess(pid: number, mark: string): FoundProcess | null {
  try {
    // A process that has ended and waits to be reaped has no environment any more.
    if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) return null;
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const entrypoint = /entrypoints\/([\w-]+)\.ts/.exec(line)?.[1];
    if (entrypoint !== undefined)
      return { pid, role: entrypoint === 'engine' ? 'engine' : 'worker', program: entrypoint };
    if (!line.includes('/cli/drydock')) return null;
    return { pid, role: hasMarkedParent(pid, mark) ? 'command' : 'launcher', program: 'drydock' };
  } catch {
    return null;
  }
}

/** The command runs in a child of the launcher where the Node that was found first is too old; else in the launcher. */
function hasMarkedParent(pid: number, mark: string): boolean {
  const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  try {
    return (
      readFileSync(`/proc/${parent}/environ`, 'latin1').includes(mark) &&
      readFileSync(`/proc/${parent}/cmdline`, 'utf8').includes('/cli/drydock')
    );
  } catch {
    return false;
  }
}
