import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
export const samples = join(root, 'resources/samples');
const longestMs = 55_000;

export interface Said {
  exit: number | null;
  stdout: string;
  stderr: string;
}

/** The real command line under this Node; `inside` is a program that starts it (a network namespace). */
export function drydock(args: string[], inside: string[] = []): Promise<Said> {
  const [program, ...rest] = [...inside, process.execPath, join(root, 'cli/main.ts'), ...args];
  const child = spawn(program!, rest, { stdio: ['ignore', 'pipe', 'pipe'], timeout: longestMs, killSignal: 'SIGKILL' });
  const said: Said = { exit: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve({ ...said, exit }));
  });
}

/** Linux and a person who may make namespaces. */
export function canCutTheNetwork(): boolean {
  return process.platform === 'linux' && spawnSync('unshare', ['-n', 'true']).status === 0;
}
