import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { beforeAll, expect } from 'vitest';
import { count } from '../../cli/text/terminal.ts';
import { until } from '../crash/processes.ts';
import { dropAndScore, expectRows, runDone, runOf } from '../window/acts.ts';
import { cliTable, rowsOf } from '../window/exports.ts';
import { makeLongRun } from '../window/made.ts';
import { root, test, useDesktop } from './desktop.ts';

const desktop = useDesktop();
let long: { model: string; data: string; rows: number };

beforeAll(async () => {
  if (desktop.folder === '') return;
  long = await makeLongRun(desktop.folder, 32);
  await desktop.start();
});

/** Waits until some rows are there and others are not, and gives the run. */
async function underWay(page: Page): Promise<string> {
  const run = runOf(page);
  const client = await desktop.client();
  await until('the run is under way', async () => {
    const { status, shards } = await client.runs.get({ run });
    expect(['queued', 'running'], 'the run was to be met on its way').toContain(status);
    return status === 'running' && shards.committed > 1;
  });
  return run;
}

/** What a run decided, by row name; and what the command line decides. */
async function decisions(run: string): Promise<string[]> {
  const client = await desktop.client();
  const rows: string[] = [];
  for (;;) {
    const page = await client.results.page({ run, offset: rows.length, limit: 500 });
    const [id, prediction] = ['id', 'prediction'].map((name) => page.columns.indexOf(name)) as [number, number];
    rows.push(...page.rows.map((row) => `${String(row[id])} ${String(row[prediction])}`));
    if (rows.length >= page.rowsMatching) return rows;
  }
}

function decisionsOfCommandLine(): string[] {
  const words = ['--model', long.model, '--data', long.data, '--id', 'id'];
  return rowsOf(cliTable(desktop.folder, words)).map((row) => `${row.id} ${row.prediction}`);
}

test('an engine that is killed in the middle of a run comes back, and the run ends with the same result', async () => {
  const { page } = desktop;
  await dropAndScore(page, [long.model, long.data]);
  const run = await underWay(page);
  desktop.detach();
  process.kill(desktop.engineId(), 'SIGKILL');
  await page.getByText('The engine was started again. Interrupted runs go on where they were.').waitFor();
  await runDone(page);
  await expectRows(page, `${count(long.rows)} rows`);
  expect(await decisions(run)).toEqual(decisionsOfCommandLine());
});

test('to quit in the middle of a run asks; who stays goes on, who quits finds the run going on at the next start', async () => {
  const { page, app } = desktop;
  await dropAndScore(page, [long.model, long.data]);
  const run = await underWay(page);
  // Another program that is attached would keep the engine: then nothing is interrupted, and nothing asked.
  desktop.detach();
  await page.waitForTimeout(500);
  const asked = await app.evaluate(async ({ app: program, dialog }) => {
    const words = await new Promise<string>((resolve) => {
      dialog.showMessageBox = ((_window: unknown, options: { message: string; detail: string }) => {
        resolve(`${options.message} ${options.detail}`);
        return Promise.resolve({ response: 1, checkboxChecked: false });
      }) as never;
      program.quit();
    });
    return words;
  });
  expect(asked).toBe('A run is going on. It stops where it is and goes on at the next start. No row is lost.');
  await page.getByText('Engine on this machine').waitFor();
  const { shards } = await (await desktop.client()).runs.get({ run });
  expect(shards.committed).toBeLessThan(shards.total!);
  desktop.detach();
  await desktop.quit();
  await until('no process is left', () => desktop.processes().length === 0);

  const again = await desktop.start();
  const client = await desktop.client();
  await until('the run is done', async () => (await client.runs.get({ run })).status === 'done', 60_000);
  expect((await client.runs.get({ run })).rows.read).toBe(long.rows);
  await again.getByText('Engine on this machine').waitFor();
});

test('an engine that a command is attached to outlives the window until its work is done, and the window says so', async () => {
  const out = join(desktop.folder, 'of-the-command.csv');
  const words = ['predict', '--model', long.model, '--data', long.data, '--id', 'id', '--out', out];
  const command = spawn(process.execPath, [join(root, 'cli/main.ts'), ...words, '--workspace', desktop.workspace], {
    stdio: 'ignore',
  });
  const ended = new Promise<number | null>((resolve) => {
    command.once('exit', resolve);
  });
  const client = await desktop.client();
  await until('the command has a run under way', async () =>
    (await client.runs.list()).some(({ status, shards }) => status === 'running' && shards.committed > 0),
  );
  desktop.detach();
  await desktop.quit();
  expect(desktop.said).toContain('The engine stays: another program uses this workspace, and work is going on.');
  expect(await ended).toBe(0);
  expect(readFileSync(out, 'utf8').trim().split('\n').length).toBe(long.rows + 1);
  await until('no process is left', () => desktop.processes().length === 0);
});
