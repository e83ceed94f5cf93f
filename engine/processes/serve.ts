import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { ORPCError } from '@orpc/client';
import { onError } from '@orpc/server';
import type { AnyRouter, Context } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { problem, ProblemError } from '../contract/index.ts';
import { portOfParent, type Port } from './port.ts';
import { watchdogUrl } from './siblings.ts';

/** What a child process does first and last: guard itself, serve its parent, end when the channel closes. */
export function serveParent(router: AnyRouter): void {
  guardProcess();
  const port = portOfParent();
  servePort(router, port, {});
  process.once('disconnect', () => process.exit(0));
}

/** Serves a router on a port. Problems travel as the typed error PROBLEM, everything else as INTERNAL, without a stack. */
export function servePort<T extends Context>(router: AnyRouter, port: Port, context: T): void {
  const handler = new RPCHandler<T>(router, {
    interceptors: [
      onError((error) => {
        throw wireError(error);
      }),
    ],
  });
  handler.upgrade(port, { context } as never);
}

/** An error as it travels: with its problem if it has one. */
export function wireError(error: unknown): ORPCError<string, unknown> {
  if (error instanceof ProblemError) return wired(error);
  if (error instanceof ORPCError && error.code !== 'INTERNAL_SERVER_ERROR') return error;
  const full = fullDisk(error);
  if (full) return wired(full);
  console.error(error);
  const words = error instanceof Error ? error.message : String(error);
  return wired(
    problem('INTERNAL', `The program itself failed: ${words}`, {
      hint: 'This is a defect of Drydock, not of your files.',
    }),
  );
}

function wired(error: ProblemError): ORPCError<'PROBLEM', unknown> {
  return new ORPCError('PROBLEM', { status: 422, message: error.message, data: error.problem });
}

function fullDisk(error: unknown): ProblemError | null {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const words = error instanceof Error ? error.message : '';
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && !/No space left on device|disk is full/i.test(words)) return null;
  return problem('DISK_FULL', 'The disk is full.', { hint: 'Free space and resume: what was committed is kept.' });
}

/**
 * Watches this process from a thread of its own (the main one blocks during inference). On Linux it also volunteers
 * for the kernel's out-of-memory killer, so that a hungry model takes its worker and not the engine or the desktop.
 */
export function guardProcess(): void {
  const limit = process.env.DRYDOCK_MEMORY_LIMIT;
  // Told by the parent: one that died before this line has already been replaced in process.ppid by another process.
  const parentPid = Number(process.env.DRYDOCK_PARENT_PID ?? process.ppid);
  const watchdog = new Worker(watchdogUrl(), {
    workerData: { parentPid, memoryBytes: limit ? Number(limit) : null },
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  });
  watchdog.unref();
  if (process.platform === 'linux') {
    try {
      writeFileSync('/proc/self/oom_score_adj', '1000');
    } catch {
      // Not permitted in some containers; the limits above still hold.
    }
  }
}
