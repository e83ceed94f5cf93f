import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { attach } from '../../engine/launcher.ts';
import { buildWindow, windowIsStale } from '../../tools/run/window.ts';
import { drydock } from '../security/command-line.ts';

const root = join(import.meta.dirname, '../..');
let folder = '';
let program: ChildProcess | null = null;

beforeAll(async () => {
  if (existsSync(join(root, 'renderer/vite.config.ts')) && windowIsStale(root)) await buildWindow(root);
});
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'drydock-ui-')));
});
afterEach(() => {
  program?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

/** Starts `drydock ui` and waits for the line with the address. */
async function start(
  ...args: string[]
): Promise<{ said: string; end(signal: NodeJS.Signals): Promise<number | null> }> {
  const where = ['--workspace', join(folder, 'workspace'), '--no-open', ...args];
  const child = spawn(process.execPath, [join(root, 'cli/main.ts'), 'ui', ...where], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  program = child;
  child.stderr.resume();
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('drydock ui ended.'))),
  ]);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  };
  return { said, end };
}

test('drydock ui prints an address that opens the window, and Ctrl-C ends it and its engine', async () => {
  const { said, end } = await start('--root', root);
  expect(said).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n$/);
  const { origin } = new URL(said);
  expect(await (await fetch(origin)).text()).toContain('csp-nonce');
  const host = await attach(join(folder, 'workspace'));
  host.detach();
  expect(await end('SIGINT')).toBe(0);
  await host.lost;
  await expect(fetch(origin)).rejects.toThrow('fetch failed');
});

test('drydock ui --json says where it is in one document', async () => {
  const { said, end } = await start('--json');
  expect(JSON.parse(said)).toEqual({
    address: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
    port: expect.any(Number),
    workspace: join(folder, 'workspace'),
  });
  expect(await end('SIGTERM')).toBe(0);
});

test('drydock ui refuses a port that is taken and a root that is not there', async () => {
  const { said, end } = await start();
  const workspace = ['--workspace', join(folder, 'other'), '--json', '--no-open'];
  const taken = await drydock(['ui', '--port', new URL(said).port, ...workspace]);
  expect([taken.exit, JSON.parse(taken.stdout)]).toMatchObject([2, { error: { code: 'USAGE' } }]);
  const missing = await drydock(['ui', '--root', join(folder, 'none'), ...workspace]);
  expect([missing.exit, JSON.parse(missing.stdout)]).toMatchObject([3, { error: { code: 'FILE_MISSING' } }]);
  await end('SIGINT');
});

test.each(['70000', '-1', 'x', ''])('drydock ui refuses %j as a port', async (port) => {
  const { exit, stdout } = await drydock(['ui', '--json', `--port=${port}`, '--workspace', folder]);
  expect([exit, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'USAGE' } }]);
});
