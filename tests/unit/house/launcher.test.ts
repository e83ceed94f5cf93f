import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isNewEnough } from '../../../cli/node24.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
const oldNode = findOldNode();

/** A main.ts that tells what it was started with and then does what its first argument says. */
const main = `
const report: Record<string, unknown> = { pid: process.pid, version: process.version, args: process.argv.slice(2) };
report.channelVariables = Object.keys(process.env).filter((name) => name.startsWith('NODE_CHANNEL'));
console.log(JSON.stringify(report));
if (process.argv[2] === 'exit') process.exit(Number(process.argv[3]));
if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL');
if (process.argv[2] === 'wait') {
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => console.log(signal));
  process.on('SIGTERM', () => { console.log('SIGTERM'); process.exit(9); });
  process.on('disconnect', () => { console.log('orphaned'); process.exit(1); });
  setTimeout(() => process.exit(0), 20_000);
  console.log('waiting');
}
`;

let folder = '';
let drydock = '';

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'drydock launcher [1] ')));
  drydock = layOut('checkout');
  writeFileSync(join(folder, 'checkout', 'cli', 'main.ts'), main);
  symlinkSync(join(root, 'node_modules'), join(folder, 'checkout', 'node_modules'), 'dir');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a Node that is new enough runs the program itself, with its arguments and exit code', () => {
  const { report, status } = run(process.execPath, ['exit', '7', 'two words', '--flag=ü']);
  expect(report).toMatchObject({ version: process.version, args: ['exit', '7', 'two words', '--flag=ü'] });
  expect(status).toBe(7);
});

test('it starts through a symbolic link', () => {
  const link = join(folder, 'link');
  symlinkSync(drydock, link);
  expect(run(process.execPath, ['exit', '5'], { script: link }).status).toBe(5);
});

test('a copy that was never built says so and exits 4', () => {
  const { status, stderr } = run(process.execPath, ['--help'], { script: layOut('unbuilt') });
  expect(status).toBe(4);
  expect(stderr).toMatch(/^.+cli\.mjs is missing: .+ install it again\.\n$/);
});

describe.runIf(oldNode !== null)('an older Node', () => {
  const node = oldNode ?? '';

  test('hands over to the Node 24 of the dependencies, and no trace of the channel is left for grandchildren', () => {
    const { report, status } = run(node, ['exit', '3', 'a b']);
    expect(report).toMatchObject({ args: ['exit', '3', 'a b'], channelVariables: [] });
    expect(isNewEnough(String(report['version']))).toBe(true);
    expect(status).toBe(3);
  });

  test('finds a Node 24 in PATH when none is beside it', () => {
    const script = layOut('without-packages');
    writeFileSync(join(folder, 'without-packages', 'cli', 'main.ts'), main);
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    expect(run(node, ['exit', '6'], { script, PATH: bin }).status).toBe(6);

    const { status, stderr } = run(node, ['exit', '6'], { script, PATH: '' });
    expect(status).toBe(4);
    expect(stderr).toMatch(/^Drydock needs Node 24\.15 or newer: this is Node .+, and none was found .+\.\n$/);
  });

  test('ends by the signal that ended the program', () => {
    expect(run(node, ['die']).signal).toBe('SIGKILL');
  });

  test('passes on a signal that only the launcher got', async () => {
    const waiting = await startWaiting(node);
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) {
      waiting.launcher.kill(signal);
      await waiting.printed(signal);
    }
    expect(await waiting.end()).toBe(9);
    expect(waiting.lines()).toEqual(['waiting', 'SIGINT', 'SIGHUP', 'SIGTERM']);
  });

  test('does not double a signal that reached both, as Ctrl-C in a terminal does', async () => {
    const waiting = await startWaiting(node);
    process.kill(-(waiting.launcher.pid ?? 0), 'SIGINT');
    await waiting.printed('SIGINT');
    // Longer than the launcher waits before it repeats a signal.
    await new Promise((resolve) => setTimeout(resolve, 500));
    waiting.launcher.kill('SIGTERM');
    expect(await waiting.end()).toBe(9);
    expect(waiting.lines()).toEqual(['waiting', 'SIGINT', 'SIGTERM']);
  });

  test('killed outright, is noticed by the program', async () => {
    const waiting = await startWaiting(node);
    waiting.launcher.kill('SIGKILL');
    await waiting.end();
    expect(waiting.lines()).toEqual(['waiting', 'orphaned']);
  });
});

interface Waiting {
  launcher: ChildProcess;
  lines(): string[];
  /** Resolves when the program has printed the line. */
  printed(line: string): Promise<void>;
  /** Resolves with the launcher's exit code when every writer of its output is gone. */
  end(): Promise<number | null>;
}

/** A launcher in a process group of its own, its program waiting for signals. */
async function startWaiting(node: string): Promise<Waiting> {
  const launcher = spawn(node, [drydock, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let output = '';
  launcher.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const closed = new Promise<number | null>((resolve) => launcher.on('close', (code) => resolve(code)));
  const lines = () => output.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  const printed = async (line: string) => {
    while (!lines().includes(line)) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await printed('waiting');
  return { launcher, lines, printed, end: () => closed };
}

function run(node: string, args: string[], { script = drydock, PATH = process.env['PATH'] ?? '' } = {}) {
  const { status, signal, stdout, stderr } = spawnSync(node, [script, ...args], {
    encoding: 'utf8',
    env: { ...process.env, PATH },
  });
  const report = stdout.startsWith('{') ? (JSON.parse(stdout) as Record<string, unknown>) : {};
  return { status, signal, stderr, report };
}

/** Copies the launcher into a folder of its own and answers its path. */
function layOut(name: string): string {
  const cli = join(folder, name, 'cli');
  mkdirSync(cli, { recursive: true });
  for (const file of ['drydock', 'node24.mjs']) cpSync(join(root, 'cli', file), join(cli, file));
  writeFileSync(join(folder, name, 'package.json'), JSON.stringify({ type: 'module' }));
  return join(cli, 'drydock');
}

/** A Node in PATH that is too old for Drydock, which the launcher is there for. */
function findOldNode(): string | null {
  for (const entry of (process.env['PATH'] ?? '').split(delimiter)) {
    const node = join(entry, process.platform === 'win32' ? 'node.exe' : 'node');
    if (entry === '' || !existsSync(node)) continue;
    const asked = spawnSync(node, ['--version'], { encoding: 'utf8' });
    if (asked.status === 0 && !isNewEnough(asked.stdout.trim())) return node;
  }
  return null;
}
