/**
 * Runs in a thread of every child process, because a session call blocks the main thread for as long as it takes: ends
 * the process when its parent is gone or when its resident set passes the limit. Started by `guardProcess`.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { memoryMarker, orphanMarker } from './death.ts';

const { parentPid, memoryBytes } = workerData as { parentPid: number; memoryBytes: number | null };
const intervalMs = 100;

setInterval(() => {
  if (process.ppid !== parentPid || !isAlive(parentPid)) end(orphanMarker);
  if (memoryBytes !== null && process.memoryUsage.rss() > memoryBytes) end(memoryMarker);
}, intervalMs);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function end(words: string): void {
  try {
    writeSync(2, `${words}\n`);
  } catch {
    // The reader of stderr may be gone with the parent.
  }
  process.kill(process.pid, 'SIGKILL');
}
