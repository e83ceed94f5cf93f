import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attach, type Attachment } from '../../engine/launcher.ts';

const root = join(import.meta.dirname, '../..');
export const program = join(root, 'cli/main.ts');

/** A verb that hangs fails its test with what it said so far. */
const longestMs = 55_000;

export const samples = join(root, 'resources/samples');
export { fixtures } from '../fixtures/models.ts';

/** How a command ended and what it wrote. */
export interface Outcome {
  exit: number | null;
  stdout: string;
  stderr: string;
}

/** What a refused command says under --json. */
export interface Refusal {
  exit: number | null;
  code: string;
  message: string;
  subject: string | null;
  hint: string | null;
  /** Message, subject and hint in one. */
  said: string;
}

export interface PredictResult {
  run: string;
  status: string;
  rows: { read: number; predicted: number; failed: number };
  seconds: number;
  rowsPerSecond: number;
  peakMemoryBytes: number;
  output: string;
  notes: string[];
}

/** A folder of its own with a workspace in it, and the real command line over both. */
export class Terminal {
  readonly folder: string;
  readonly workspace: string;
  #attachment: Attachment | null = null;

  private constructor(folder: string) {
    this.folder = folder;
    this.workspace = join(folder, 'workspace');
  }

  /** `held` keeps one engine for all commands, as a person's session of many commands would. */
  static async open(held = true): Promise<Terminal> {
    const folder = await mkdtemp(join(tmpdir(), 'drydock e2e-'));
    await mkdir(join(folder, 'files'));
    const terminal = new Terminal(folder);
    if (held) terminal.#attachment = await attach(terminal.workspace);
    return terminal;
  }

  /** Calls to the engine that this test holds, without a command for each. */
  get client(): Attachment['client'] {
    if (!this.#attachment) throw new Error('This test holds no engine.');
    return this.#attachment.client;
  }

  /** Ends the engine if this test holds it, and removes the folder. */
  async close(): Promise<void> {
    const pid = this.#attachment && (await this.#attachment.client.engine.status()).pid;
    if (pid) process.kill(pid, 'SIGTERM');
    await this.#attachment?.lost;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** The path of a file that a test makes or expects. */
  file(name: string): string {
    return join(this.folder, 'files', name);
  }

  /** Names of all that lies in the folder of files, hidden ones too. */
  async files(): Promise<string[]> {
    return (await readdir(join(this.folder, 'files'))).toSorted();
  }

  /** A command over the workspace, in the folder of files. */
  run(...words: string[]): Promise<Outcome> {
    return this.bare(...words, '--workspace', this.workspace);
  }

  /** A command without --workspace. */
  bare(...words: string[]): Promise<Outcome> {
    return finished(startProgram(words, join(this.folder, 'files')), words);
  }

  /** A command without --workspace, with more in its environment. */
  runWith(environment: Record<string, string>, ...words: string[]): Promise<Outcome> {
    return finished(startProgram(words, join(this.folder, 'files'), environment), words);
  }

  /** The one JSON document of a command that exits with 0. */
  async json<T = unknown>(...words: string[]): Promise<T> {
    const outcome = await this.run(...words, '--json');
    if (outcome.exit !== 0) throw new Error(`exit ${outcome.exit}: ${outcome.stdout} ${outcome.stderr}`);
    return onlyDocument<T>(outcome);
  }

  /** What a command says that is refused. */
  async refused(...words: string[]): Promise<Refusal> {
    return refusalOf(await this.run(...words, '--json'));
  }

  predict(...words: string[]): Promise<PredictResult> {
    return this.json<PredictResult>('predict', ...words);
  }
}

/** The real command line, under this same Node. */
export function startProgram(words: readonly string[], cwd: string, environment: Record<string, string> = {}) {
  return spawn(process.execPath, [program, ...words], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...plainEnvironment(), ...environment },
  });
}

/** Waits for a program to end, and kills it when it takes too long. */
export async function finished(child: ReturnType<typeof startProgram>, words: readonly string[]): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`drydock ${words.join(' ')} did not end. stdout: ${stdout} stderr: ${stderr}`));
    }, longestMs);
    child.once('error', reject).once('close', (exit) => {
      clearTimeout(timer);
      resolve({ exit, stdout, stderr });
    });
  });
}

/** The test runner's own settings must not reach the program. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const {
    NODE_OPTIONS: _options,
    NODE_CHANNEL_FD: _channel,
    DRYDOCK_WORKSPACE: _workspace,
    ...environment
  } = process.env;
  return environment;
}

/** Fails unless stdout is exactly one line of JSON. */
export function onlyDocument<T>(outcome: Outcome): T {
  const { stdout } = outcome;
  if (!stdout.endsWith('\n') || stdout.trimEnd().includes('\n'))
    throw new Error(`not one document: ${stdout} ${outcome.stderr}`);
  return JSON.parse(stdout) as T;
}

export function refusalOf(outcome: Outcome): Refusal {
  const { error } = onlyDocument<{ error: Omit<Refusal, 'exit' | 'said'> }>(outcome);
  if (!error) throw new Error(`not refused: ${outcome.stdout}`);
  if (Object.keys(error).toSorted().join() !== 'code,hint,message,subject')
    throw new Error(`odd error: ${outcome.stdout}`);
  const { code, message, subject, hint } = error;
  return { exit: outcome.exit, code, message, subject, hint, said: [message, subject, hint].filter(Boolean).join(' ') };
}
