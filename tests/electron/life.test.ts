import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, inject } from 'vitest';
import { until } from '../crash/processes.ts';
import { dropAndScore, runDone, runOf } from '../window/acts.ts';
import { makeLongRun } from '../window/made.ts';
import { root, test, useDesktop } from './desktop.ts';

const desktop = useDesktop();
let long = { model: '', data: '', rows: 0 };
/** The digest of the run's result when nothing disturbs it. */
let undisturbed = '';

beforeAll(async () => {
  if (inject('electron') === '') return;
  long = await makeLongRun(desktop.folder);
  const page = await desktop.start();
  await dropAndScore(page, [long.model, long.data]);
  await runDone(page);
  undisturbed = await digestOf(runOf(page), 'undisturbed');
  await desktop.quit();
});

test('an engine that is killed comes back, says so, and the run ends with the same result', async () => {
  const page = await desktop.start();
  await dropAndScore(page, [long.model, long.data]);
  const run = runOf(page);
  await rowsAreThere(run);
  desktop.detach();
  const before = desktop.engineId();
  process.kill(before, 'SIGKILL');
  await page.getByText('The engine was started again. Interrupted runs go on where they were.').waitFor();
  await runDone(page);
  expect(desktop.engineId()).not.toBe(before);
  expect(await digestOf(run, 'killed')).toBe(undisturbed);
});

test('a page that dies is opened again where it was, with a word, and the run does not notice', async () => {
  const { app, page } = desktop;
  await dropAndScore(page, [long.model, long.data]);
  const run = runOf(page);
  await rowsAreThere(run);
  const engine = desktop.engineId();
  await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    setImmediate(() => window!.webContents.forcefullyCrashRenderer());
  });
  // Playwright gives a page up that has crashed: the program itself is asked what it shows.
  const shown = await until(
    'the page is there again',
    async () => {
      const [address, words] = await app.evaluate(async ({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]!.webContents;
        const isThere = !contents.isLoading() && !contents.isCrashed();
        // A document that is being left may never answer.
        const patience = new Promise<string>((resolve) => setTimeout(() => resolve(''), 1000));
        const text = isThere ? contents.executeJavaScript('document.body.innerText') : '';
        return [contents.getURL(), (await Promise.race([text, patience])) as string];
      });
      return words!.includes('Engine on this machine') ? { address: address!, words: words! } : null;
    },
    45_000,
  );
  expect(shown.address).toMatch(new RegExp(`^drydock://app/#/runs/${run}`));
  expect(shown.words).toContain('The window ended unexpectedly and was opened again.');
  expect(desktop.engineId()).toBe(engine);
  expect(await digestOf(run, 'page died')).toBe(undisturbed);
  await desktop.quit();
});

test('quitting asks where a run would be interrupted; it goes on at the next start', async () => {
  const page = await desktop.start();
  await dropAndScore(page, [long.model, long.data]);
  const run = runOf(page);
  await rowsAreThere(run);
  desktop.detach();
  await desktop.answerBoxes(1);
  await desktop.askToQuit();
  await until('the program has asked', async () => (await desktop.asked()).length > 0);
  expect(await desktop.asked()).toEqual(['A run is going on.']);
  expect((await (await desktop.client()).runs.get({ run })).status).toBe('running');
  desktop.detach();
  await desktop.quit();
  await nothingIsLeft();
  const again = await desktop.start();
  const client = await desktop.client();
  expect(['running', 'queued', 'done']).toContain((await client.runs.get({ run })).status);
  expect(await digestOf(run, 'quit')).toBe(undisturbed);
  await again.getByText('Engine on this machine').waitFor();
});

test('quitting with nothing at work asks nothing and leaves no process', async () => {
  desktop.detach();
  await desktop.answerBoxes(1);
  await desktop.askToQuit();
  await desktop.quit();
  await nothingIsLeft();
});

test('an engine that a command line is attached to stays until its run is done, and the program says so', async () => {
  await desktop.start();
  const out = join(desktop.folder, 'out.csv');
  const words = ['predict', '--model', long.model, '--data', long.data, '--out', out, '--workspace', desktop.workspace];
  const cli = spawn(join(root, 'cli/drydock'), words, { env: desktop.environment(), stdio: 'ignore' });
  const ended = once(cli, 'exit') as Promise<[number]>;
  const client = await desktop.client();
  await until('it scores', async () => (await client.runs.list()).some((run) => run.status === 'running'));
  desktop.detach();
  await desktop.quit();
  expect(desktop.said).toContain('The engine stays: another program uses this workspace, and work is going on.');
  const [code] = await ended;
  expect(code).toBe(0);
  expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(long.rows + 1);
  await nothingIsLeft();
});

async function rowsAreThere(run: string): Promise<void> {
  const client = await desktop.client();
  await until('the first rows are committed', async () => (await client.runs.get({ run })).rows.read > 0, 45_000);
}

/** Waits until the run is done, and gives the digest of its whole result. */
async function digestOf(run: string, name: string): Promise<string> {
  desktop.detach();
  const client = await desktop.client();
  await until('the run is done', async () => (await client.runs.get({ run })).status === 'done', 90_000);
  const path = join(desktop.folder, `${name}.csv`);
  const { grant } = await client.files.grantOutput({ path });
  const { rows } = await client.runs.export({ run, grant, format: 'csv' });
  desktop.detach();
  expect(rows).toBe(long.rows);
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

async function nothingIsLeft(): Promise<void> {
  await until('every process has ended', () => desktop.processes().length === 0, 20_000).catch(() => {});
  expect(desktop.processes().map(({ words }) => words)).toEqual([]);
}
