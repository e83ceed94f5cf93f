/**
 * The engine as a process: `engine --workspace DIR`. Serves its parent's IPC channel where there is one (the desktop
 * shell), and everybody who attaches over the local socket. Ends when nobody is attached and no job is active.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../contract/index.ts';
import { openEngine, type Engine } from '../index.ts';
import { removeStaleSocket, socketAddress, type EngineAddress } from '../place/index.ts';
import { asProblem, listenLocally, portOfParent, wireError, type LocalServer, type Port } from '../processes/index.ts';
import { writeFileDurably } from '../workspace/index.ts';

/** Said on stdout when the engine is ready, or why it is not; the launcher reads the first line. */
export type EngineGreeting = { ready: true } | { ready: false; problem: Problem };

/** How long an engine that nobody needs waits for the next command of a script. */
const lingerMs = 2000;

async function main(workspace: string): Promise<void> {
  let server: LocalServer | null = null;
  const attached = (): number => (server?.connections() ?? 0) + (process.connected ? 1 : 0);
  let engine: Engine;
  try {
    engine = await openEngine(workspace, attached);
  } catch (error) {
    refuse(error);
    return;
  }
  const ending = new Ending(engine, attached);
  try {
    server = await listen(engine, () => ending.consider());
  } catch (error) {
    await engine.close();
    refuse(error);
    return;
  }
  ending.server = server;
  if (process.connected) {
    engine.serve(portOfParent(), 'host');
    process.once('disconnect', () => ending.consider());
  }
  engine.parts.jobs.onChange(() => ending.consider());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void ending.end());
  // One bad connection must not cost everybody's work: what went wrong is written down, and the engine goes on.
  process.on('unhandledRejection', (error) => console.error(error));
  greet({ ready: true });
  ending.consider();
}

async function listen(engine: Engine, onClose: () => void): Promise<LocalServer> {
  const { folder, catalog } = engine.parts.workspace;
  const address = socketAddress(folder);
  removeStaleSocket(address);
  const token = randomBytes(24).toString('base64url');
  const server = await listenLocally(address, token, (port, words) => serveIntroduced(engine, port, words), onClose);
  const about: EngineAddress = {
    pid: process.pid,
    epoch: catalog.epoch,
    address,
    token,
    version: engine.parts.version,
    startedAt: engine.parts.startedAt,
  };
  await writeFileDurably(join(folder, 'engine.json'), `${JSON.stringify(about)}\n`, 0o600);
  return server;
}

/** A host that relays a page's messages says so (`openPage` of the launcher): `page`, and the word for what it shares. */
function serveIntroduced(engine: Engine, port: Port, introduction: string): void {
  const [audience, share] = introduction.split(' ');
  if (audience === '') engine.serve(port, 'host');
  else engine.serve(port, 'page', share);
}

/** Ends the process when nobody is attached and nothing runs, after a moment's patience. */
class Ending {
  server: LocalServer | null = null;
  readonly #engine: Engine;
  readonly #attached: () => number;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(engine: Engine, attached: () => number) {
    this.#engine = engine;
    this.#attached = attached;
  }

  consider(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#attached() === 0 && this.#engine.parts.jobs.active() === 0) void this.end();
    }, lingerMs);
  }

  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    try {
      rmSync(join(this.#engine.parts.workspace.folder, 'engine.json'), { force: true });
      await this.server?.close();
      await this.#engine.close();
    } finally {
      // Whatever went wrong, a process that is told to end must not go on holding the lock.
      process.exit(0);
    }
  }
}

/** Says why there will be no engine. What is no problem of the person's ends the process as the defect it is. */
function refuse(error: unknown): void {
  const known = asProblem(wireError(error));
  if (known === null || known.problem.code === 'INTERNAL') throw error;
  greet({ ready: false, problem: known.problem });
  process.exitCode = 3;
}

function greet(greeting: EngineGreeting): void {
  process.stdout.write(`${JSON.stringify(greeting)}\n`);
}

const { values } = parseArgs({ options: { workspace: { type: 'string' } } });
await main(values.workspace ?? '');
