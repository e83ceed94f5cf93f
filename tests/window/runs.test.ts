import type { Page } from '@playwright/test';
import { beforeAll, expect } from 'vitest';
import { count } from '../../cli/text/terminal.ts';
import { dropAndScore, expectRows, runDone, runOf } from './acts.ts';
import { cliTable } from './exports.ts';
import { makeLongRun } from './made.ts';
import { test, useWindow } from './window.ts';

const window = useWindow();
let long: { model: string; data: string; rows: number };

beforeAll(async () => {
  if (window.folder !== '') long = await makeLongRun(window.folder);
});

test('a page that is reloaded in the middle of a run finds it again, and the run ends with every row', async () => {
  const page = await window.open();
  await dropAndScore(page, [long.model, long.data]);
  const run = await underWay(page);
  await page.reload();
  await page.getByRole('tab', { name: 'Results' }).waitFor();
  expect(runOf(page)).toBe(run);
  await runDone(page);
  await expectRows(page, `${count(long.rows)} rows`);
});

test('an engine that is killed in the middle of a run is told in a bar, comes back, and the rows are the same', async () => {
  const page = await window.open();
  await dropAndScore(page, [long.model, long.data]);
  const run = await underWay(page);
  window.killEngine();
  await page.getByText('The engine was started again. Interrupted runs go on where they were.').waitFor();
  await runDone(page);
  await expectRows(page, `${count(long.rows)} rows`);
  await page.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Export' }).click(),
  ]);
  const made = (await download.createReadStream()).setEncoding('utf8');
  const lines: string[] = (await made.toArray()).join('').trim().split('\n');
  const cli = cliTable(window.folder, ['--model', long.model, '--data', long.data, '--id', 'id']).trim().split('\n');
  expect(lines.length).toBe(cli.length);
  expect(decisions(lines)).toEqual(decisions(cli));
  expect(run).toMatch(/^run-/);
});

test('a run is paused, resumed and cancelled from its page, and from the panel of jobs', async () => {
  const page = await window.open();
  await dropAndScore(page, [long.model, long.data]);
  await underWay(page);
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await status(page, 'paused');
  const client = await window.client();
  const { run, shards } = await client.runs.get({ run: runOf(page) });
  expect(shards.committed).toBeLessThan(shards.total!);
  await page.keyboard.press('Control+j');
  const jobs = page.getByRole('list', { name: 'Jobs' });
  await jobs.getByRole('button', { name: 'Resume' }).first().click();
  await jobs.getByRole('button', { name: 'Cancel' }).first().click();
  await status(page, 'cancelled');
  await page.keyboard.press('Escape');
  expect((await client.runs.get({ run })).status).toBe('cancelled');
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await runDone(page);
  await expectRows(page, `${count(long.rows)} rows`);
});

/** Waits until some rows are there and others are not, and gives the run. */
async function underWay(page: Page): Promise<string> {
  const run = runOf(page);
  const client = await window.client();
  for (;;) {
    const { status, shards } = await client.runs.get({ run });
    if (status === 'running' && shards.committed > 1) return run;
    expect(['queued', 'running'], 'the run was to be met on its way').toContain(status);
    await page.waitForTimeout(20);
  }
}

async function status(page: Page, word: string): Promise<void> {
  await page.locator('header').getByText(word, { exact: true }).waitFor();
}

/** Row name and prediction of every line. */
function decisions(lines: readonly string[]): string[] {
  const head = lines[0]!.split(',');
  const places = ['id', 'prediction'].map((name) => head.indexOf(name));
  return lines.slice(1).map((line) => places.map((at) => line.split(',')[at]).join(' '));
}
