import { spawn, type ChildProcess } from 'node:child_process';
import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { AnyRouter, RouterClient } from '@orpc/server';
import { problem, ProblemError, Problem } from '../contract/index.ts';
import { classifyDeath, type Death } from './death.ts';
import { portOfChild } from './port.ts';
import { entrypointPath, type Entrypoint } from './siblings.ts';

export interface ChildLimits {
  /** Resident set above which the child ends itself, in bytes. */
  memoryBytes?: number;
}

/** A child process that serves the router `R` over its IPC channel. Calls fail with a `ProblemError` when it dies. */
export interface Child<R extends AnyRouter> {
  readonly pid: number;
  readonly client: RouterClient<R>;
  /** Settles when the process has ended, however that came. Never rejects. */
  readonly death: Promise<Death>;
  /** Runs one call; its problems, and the child's death, come out as `ProblemError`. After `timeoutMs` the child is killed. */
  call<T>(
    action: (client: RouterClient<R>) => Promise<T>,
    options?: { timeoutMs?: number; died?: DeathWords },
  ): Promise<T>;
  /** Asks it to end (its channel closes), kills it after a second. Settles when it is gone. */
  stop(): Promise<void>;
  /** At once. */
  kill(): void;
}

/** Turns a death into the problem that the caller wants to be told. */
export type DeathWords = (death: Death) => ProblemError;

/**
 * The young generation grows to some 100 MB by default while batches of typed arrays come and go, and a worker's memory
 * with it over its first million rows. Kept small it costs no measurable time and stays flat.
 */
const nodeFlags = ['--no-warnings', '--max-semi-space-size=4'];

const stderrKept = 8192;
/** How long the last words of a child that has ended are waited for. */
const lastWordsMs = 100;

/** Starts a child with this same Node. It ends itself when this process is gone. */
export function startChild<R extends AnyRouter>(entrypoint: Entrypoint, limits: ChildLimits = {}): Child<R> {
  const child = spawn(process.execPath, [...nodeFlags, entrypointPath(entrypoint)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
    env: childEnvironment(limits),
  });
  const state = { timedOut: false, killedByUs: false, stderr: '' };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    state.stderr = (state.stderr + text).slice(-stderrKept);
  });
  const death = watchDeath(child, state);
  const client = createORPCClient<RouterClient<R>>(new RPCLink({ port: portOfChild(child) }));
  const kill = (): void => {
    state.killedByUs = true;
    child.kill('SIGKILL');
  };
  return {
    pid: child.pid ?? -1,
    client,
    death,
    kill,
    async stop() {
      state.killedByUs = true;
      if (child.connected) child.disconnect();
      const timer = setTimeout(kill, 1000);
      await death;
      clearTimeout(timer);
    },
    call: (action, options = {}) => callChild(() => action(client), child, state, death, options),
  };
}

async function callChild<T>(
  action: () => Promise<T>,
  child: ChildProcess,
  state: { timedOut: boolean },
  death: Promise<Death>,
  options: { timeoutMs?: number; died?: DeathWords },
): Promise<T> {
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          state.timedOut = true;
          child.kill('SIGKILL');
        }, options.timeoutMs);
  const died = death.then((end) => {
    throw (options.died ?? diedInWords)(end);
  });
  died.catch(() => {});
  try {
    return await Promise.race([action(), died]);
  } catch (error) {
    const known = asProblem(error);
    if (known) throw known;
    // The channel closes a moment before the exit is reported: tell the death, not the closed channel.
    if (!child.connected || child.exitCode !== null || child.signalCode !== null) await died;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The `ProblemError` behind an error that came over a port, or null. */
export function asProblem(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error;
  if (error instanceof ORPCError && error.code === 'PROBLEM') {
    const parsed = Problem.safeParse(error.data);
    if (parsed.success) return new ProblemError(parsed.data, { cause: error });
  }
  return null;
}

function diedInWords(death: Death): ProblemError {
  const code = death.kind === 'memory' || death.kind === 'time' ? 'MODEL_LIMIT' : 'WORKER_DIED';
  return problem(code, `The process that did this work ended: ${death.words}.`);
}

function watchDeath(
  child: ChildProcess,
  state: { timedOut: boolean; killedByUs: boolean; stderr: string },
): Promise<Death> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ kind: 'crash', words: `it could not be started (${error.message})` }));
    const tell = (code: number | null, signal: NodeJS.Signals | null): void =>
      resolve(classifyDeath({ code, signal, ...state }));
    // 'close' comes when the last words on stderr are read; after a disconnect from this side it does not come at all.
    child.once('close', tell);
    child.once('exit', (code, signal) => setTimeout(tell, lastWordsMs, code, signal));
  });
}

/** Children need little of the environment; nothing that changes how Node starts (NODE_OPTIONS) is handed on. */
function childEnvironment(limits: ChildLimits): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_CHANNEL_FD: _channel, ...environment } = process.env;
  environment.DRYDOCK_PARENT_PID = String(process.pid);
  if (limits.memoryBytes !== undefined) environment.DRYDOCK_MEMORY_LIMIT = String(Math.round(limits.memoryBytes));
  else delete environment.DRYDOCK_MEMORY_LIMIT;
  return environment;
}
