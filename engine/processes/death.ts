/** Why a child process ended, in kinds that callers act on. */
export type Death =
  | { kind: 'ended'; words: string }
  | { kind: 'memory'; words: string }
  | { kind: 'time'; words: string }
  | { kind: 'crash'; words: string }
  | { kind: 'killed'; words: string };

/** The watchdog writes this to stderr before it ends its process for memory. */
export const memoryMarker = 'drydock-watchdog: memory limit';
/** Before it ends its process because the parent is gone; nobody is left to read it but a log. */
export const orphanMarker = 'drydock-watchdog: parent gone';

/** What the kernel sends when it runs out of memory looks like a plain SIGKILL; a crash has a signal of its own. */
export function classifyDeath(end: {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
  timedOut: boolean;
  killedByUs: boolean;
}): Death {
  if (end.timedOut) return { kind: 'time', words: 'it took longer than its time limit' };
  if (end.stderr.includes(memoryMarker)) return { kind: 'memory', words: 'it used more memory than its limit' };
  if (/heap out of memory|std::bad_alloc|Allocation failed/i.test(end.stderr)) {
    return { kind: 'memory', words: 'it ran out of memory' };
  }
  if (end.killedByUs) return { kind: 'killed', words: 'it was told to stop' };
  if (end.signal === 'SIGKILL') {
    return { kind: 'killed', words: 'it was killed from outside (SIGKILL; the system does this when memory runs out)' };
  }
  if (end.signal) return { kind: 'crash', words: `it crashed (${end.signal})` };
  if (end.code === 134 || end.code === 139 || (end.code ?? 0) > 0xc0000000) {
    return { kind: 'crash', words: `it crashed (exit code ${end.code})` };
  }
  if (end.code === 0) return { kind: 'ended', words: 'it ended by itself' };
  return { kind: 'crash', words: `it ended with exit code ${end.code}` };
}
