/**
 * Finds the engine of a workspace or starts one, and attaches to it. Light: no native module behind it, so that every
 * face can load it.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { closeSync, openSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { problem, ProblemError, type Contract, type Problem } from './contract/index.ts';
import {
  asProblem,
  connectLocally,
  entrypointPath,
  noBrowserBecause,
  openAddress,
  type LocalConnection,
} from './processes/index.ts';
import { defaultWorkspace, openPlace, readEngineAddress } from './place/index.ts';

export { asProblem, defaultWorkspace, noBrowserBecause, openAddress };
export { programFolder, programVersion } from './product.ts';

export type EngineClient = ContractRouterClient<Contract>;

export interface Attachment {
  client: EngineClient;
  workspace: string;
  /** Whether this call started the engine. */
  started: boolean;
  /** Settles when the engine is gone. */
  lost: Promise<void>;
  /**
   * One more connection, served as a page: its messages are relayed as they are, between the engine and a page. `share`
   * (of `files.shareRoots`) names the folders that the page may browse.
   */
  openPage(share?: string): Promise<PageConnection>;
  /** Ends the engine itself, for everybody. What runs shows as interrupted; settles when the engine is gone. */
  stop(): Promise<void>;
  detach(): void;
}

/** What a page says to the engine and hears from it: whole messages, text or bytes, that only these two can read. */
export interface PageConnection {
  send(message: string | Uint8Array): void;
  onMessage(listener: (message: string | Uint8Array) => void): void;
  /** Settles when the connection has ended, from whichever side. */
  closed: Promise<void>;
  close(): void;
}

/** What an engine is started as, where that is not this very program: the desktop window is no Node 24 itself. */
export interface EngineProgram {
  node: string;
  entrypoint: string;
}

/** How long an engine may take from its start to its first answer. */
const startMs = 30_000;
/** Between two looks for an engine that another process is starting. */
const lookMs = 50;
/** The engine's own log is cut when it grows beyond this. */
const logBytes = 5 << 20;

/** Attaches to the engine that holds the workspace, or starts one. Errors: as `Workspace.open`, ENGINE_LOST. */
export async function attach(path: string, program: EngineProgram = ownProgram()): Promise<Attachment> {
  const workspace = openPlace(path);
  const found = await connect(workspace);
  if (found) return attachment(found, workspace, false);
  const until = Date.now() + startMs;
  let greeting = await start(workspace, program);
  for (;;) {
    const connection = await connect(workspace);
    if (connection) return attachment(connection, workspace, greeting.ready);
    // Somebody else's engine holds the workspace but does not listen yet, or is just ending: look again, start again.
    if (!greeting.ready && greeting.problem.code !== 'WORKSPACE_HELD') throw new ProblemError(greeting.problem);
    if (Date.now() > until) {
      throw problem('WORKSPACE_HELD', 'An engine holds this workspace and does not answer.', {
        subject: workspace,
        hint: 'Look for a hanging drydock process, end it, and run the command again.',
      });
    }
    await sleep(lookMs);
    greeting = await start(workspace, program);
  }
}

async function connect(workspace: string): Promise<LocalConnection | null> {
  const about = readEngineAddress(workspace);
  if (!about) return null;
  return connectLocally(about.address, about.token).catch(() => null);
}

function attachment(connection: LocalConnection, workspace: string, started: boolean): Attachment {
  const client = createORPCClient<EngineClient>(new RPCLink({ port: connection.port }));
  return {
    client,
    workspace,
    started,
    lost: connection.closed,
    openPage: (share) => openPage(workspace, share),
    async stop() {
      const { pid } = await client.engine.status();
      process.kill(pid, 'SIGTERM');
      await connection.closed;
    },
    detach: () => connection.close(),
  };
}

async function openPage(workspace: string, share: string | undefined): Promise<PageConnection> {
  const about = readEngineAddress(workspace);
  if (!about) throw problem('ENGINE_LOST', 'The engine has ended.', { subject: workspace });
  const connection = await connectLocally(about.address, about.token, share === undefined ? 'page' : `page ${share}`);
  const { port, closed } = connection;
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', (event) => listener(event?.data as string | Uint8Array)),
    closed,
    close: () => connection.close(),
  };
}

type Greeting = { ready: true } | { ready: false; problem: Problem };

function ownProgram(): EngineProgram {
  return { node: process.execPath, entrypoint: entrypointPath('engine') };
}

/** Starts an engine that outlives this process; its words go to `engine.log` in the workspace. */
async function start(workspace: string, { node, entrypoint }: EngineProgram): Promise<Greeting> {
  const log = openLog(workspace);
  const engine: ChildProcessByStdio<null, Readable, null> = spawn(
    node,
    ['--no-warnings', entrypoint, '--workspace', workspace],
    {
      detached: true,
      stdio: ['ignore', 'pipe', log],
      windowsHide: true,
      env: engineEnvironment(),
    },
  ) as ChildProcessByStdio<null, Readable, null>;
  if (log !== 'ignore') closeSync(log);
  try {
    return await new Promise<Greeting>((resolve, reject) => {
      let text = '';
      engine.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.includes('\n')) resolve(JSON.parse(text.slice(0, text.indexOf('\n'))) as Greeting);
      });
      engine.once('error', reject);
      // 'close', not 'exit': a refusal is said first and may be read last.
      engine.once('close', (code, signal) =>
        reject(startFailed(workspace, `it ended at once (${signal ?? `exit code ${code}`})`)),
      );
      setTimeout(() => reject(startFailed(workspace, 'it did not answer in time')), startMs).unref();
    });
  } finally {
    engine.stdout.destroy();
    engine.unref();
  }
}

/** Where no log can be written (a full disk), the engine starts without one and says itself what is wrong. */
function openLog(workspace: string): number | 'ignore' {
  try {
    const path = join(workspace, 'engine.log');
    const log = openSync(path, 'a');
    if (statSync(path).size > logBytes) truncateSync(path, 0);
    return log;
  } catch {
    return 'ignore';
  }
}

function startFailed(workspace: string, words: string): ProblemError {
  return problem('ENGINE_LOST', `The engine could not be started: ${words}.`, {
    subject: workspace,
    hint: `Its last words are in ${join(workspace, 'engine.log')}.`,
  });
}

/** The engine must not inherit what changes how Node starts, nor the channel of the program that started it. */
function engineEnvironment(): NodeJS.ProcessEnv {
  const {
    NODE_OPTIONS: _options,
    NODE_CHANNEL_FD: _channel,
    NODE_CHANNEL_SERIALIZATION_MODE: _mode,
    ...environment
  } = process.env;
  return environment;
}
