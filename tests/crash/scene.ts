import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, realpathSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Job, Run } from '../../engine/contract/index.ts';
import { attach, type Attachment } from '../../engine/launcher.ts';
import { markedProcesses, signalProcess, until, type FoundProcess, type Role } from './processes.ts';

const root = join(import.meta.dirname, '../..');
const program = join(root, 'cli', 'drydock');

/** A command that hangs fails its test with what it said so far. */
const longestMs = 60_000;

export interface Ending {
  exit: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Command {
  pid: number;
  ended: Promise<Ending>;
}

let found: string | null = null;

/** A folder with a workspace in it, the real command line over it, and every process that comes of that. */
export class Scene {
  readonly folder: string;
  readonly workspace: string;
  /** In the environment of every process that this scene starts. */
  readonly mark = `DRYDOCK_TEST_SCENE=${randomUUID()}`;
  readonly #node: string;

  /** `direct` starts commands without a launcher in front, where launching is not what is looked at. */
  constructor(options: { folder?: string; workspace?: string; direct?: boolean } = {}) {
    this.#node = options.direct ? process.execPath : launchingNode();
    this.folder = options.folder ?? realpathSync(mkdtempSync(join(tmpdir(), 'drydock-scene-')));
    this.workspace = options.workspace ?? join(this.folder, 'workspace');
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  async makeFolder(name: string): Promise<string> {
    const folder = this.path(name);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** Starts a verb as a person would. */
  start(...args: string[]): Command {
    const child = spawn(this.#node, [program, ...args, '--workspace', this.workspace], {
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = new Promise<Ending>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`drydock ${args.join(' ')} did not end: ${stdout}${stderr}`));
      }, longestMs);
      child.once('error', reject);
      child.once('close', (exit, signal) => {
        clearTimeout(timer);
        resolve({ exit, signal, stdout, stderr });
      });
    });
    ended.catch(() => {});
    return { pid: child.pid ?? -1, ended };
  }

  run(...args: string[]): Promise<Ending> {
    return this.start(...args).ended;
  }

  /** The one JSON document of a verb that must succeed. */
  async json<T>(...args: string[]): Promise<T> {
    const { exit, stdout, stderr } = await this.run(...args, '--json');
    if (exit !== 0) throw new Error(`drydock ${args.join(' ')} ended with ${exit}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** The problem of a verb that must be refused. */
  async refusal(
    ...args: string[]
  ): Promise<{ exit: number | null; code: string; message: string; subject: string | null; hint: string | null }> {
    const { exit, stdout, stderr } = await this.run(...args, '--json');
    const { error } = JSON.parse(stdout || `{"error":{"message":${JSON.stringify(stderr)}}}`) as {
      error?: { code: string; message: string; subject: string | null; hint: string | null };
    };
    if (!error) throw new Error(`drydock ${args.join(' ')} was not refused: ${stdout}`);
    return { exit, ...error };
  }

  runs(): Promise<Run[]> {
    return this.json<Run[]>('runs');
  }

  jobs(): Promise<Job[]> {
    return this.json<Job[]>('jobs');
  }

  /** A connection of this process to the workspace's engine; starts one when there is none. */
  async attach(): Promise<Attachment> {
    const [name, value] = this.mark.split('=') as [string, string];
    process.env[name] = value;
    try {
      return await attach(this.workspace);
    } finally {
      delete process.env[name];
    }
  }

  processes(role?: Role, named?: string): FoundProcess[] {
    return markedProcesses(this.mark).filter(
      (found) => (role === undefined || found.role === role) && (named === undefined || found.program === named),
    );
  }

  /** Waits for a process of the scene and gives its id. */
  async processId(role: Role, named?: string): Promise<number> {
    return (await until(`there is a ${named ?? role}`, () => this.processes(role, named)[0])).pid;
  }

  /** Waits until no process is left. */
  async allGone(): Promise<void> {
    await until(`nothing is left of ${this.folder}`, () => this.processes().length === 0).catch(() => {
      throw new Error(`These are left: ${JSON.stringify(this.processes())}`);
    });
  }

  /** Ends what still lives, the hard way, and removes the folder. */
  async close(): Promise<void> {
    for (const { pid } of this.processes()) signalProcess(pid, 'SIGKILL');
    await this.allGone();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  environment(): NodeJS.ProcessEnv {
    const [name, value] = this.mark.split('=') as [string, string];
    return { ...process.env, [name]: value };
  }
}

/** A Node too old for the engine where PATH has one, so that launcher and command are two processes; else this one. */
function launchingNode(): string {
  found ??= oldNode() ?? process.execPath;
  return found;
}

function oldNode(): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const node = join(folder, 'node');
    if (folder === '' || !existsSync(node)) continue;
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout ?? '';
    const major = Number(/^v(\d+)\./.exec(version)?.[1] ?? 24);
    if (major >= 20 && major < 24) return node;
  }
  return null;
}
