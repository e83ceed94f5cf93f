import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { beforeAll, expect } from 'vitest';
import { drop, expectNothingInjected, expectRows, goTo, runDone, runOf, sentenceReady } from './acts.ts';
import { samples, test, useWindow } from './window.ts';

const window = useWindow();

const script = '<img src=x onerror="window.__pwned=1"><script>window.__pwned=2</script>';
const turned = 'turned \u202egnp.exe\u202c \u2066back\u2069';
const long = 'x'.repeat(10_000);
const lines = 'first line\nsecond line\tand\u0007 on';
const cells = [script, turned, long, lines, 'javascript:window.__pwned=3', '{{7*7}}${window.__pwned=4}'];
const names = ['<b id=injected>bold<b>', turned, '__proto__', 'constructor', long.slice(0, 2000), lines];

let data = '';
let model = '';

beforeAll(() => {
  if (window.folder === '') return;
  data = join(window.folder, '<img src=x onerror=window.__pwned=5>\u202ecsv.csv');
  model = join(window.folder, 'model <svg onload=window.__pwned=6> \u202e.onnx');
  copyFileSync(join(samples, 'bikes/v2/model.onnx'), model);
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const head = [
    'season',
    'month',
    'hour',
    'holiday',
    'weekday',
    'workingday',
    'weather',
    'temp',
    'humidity',
    'windspeed',
  ];
  const rows = Array.from({ length: 40 }, (_, row) =>
    [
      ...names.map((_name, at) => quoted(cells[(row + at) % cells.length]!)),
      ...head.map((_name, at) => String(row % (at + 2))),
    ].join(','),
  );
  // A row that fails, with hostile text in the cell that is at fault.
  rows[7] = [...names.map(() => 'plain'), ...head.slice(1).map(() => '1'), quoted(script)].join(',');
  writeFileSync(data, [[...names.map(quoted), ...head].join(','), ...rows].join('\n'));
});

test('names and cells that are scripts, turn the line, hold line ends or 10 000 characters stay text on one line everywhere', async () => {
  const page = await window.open();
  await drop(page, [model, data]);
  await sentenceReady(page);
  await expectTame(page, page.getByRole('region', { name: 'What was dropped' }).locator('table td'));
  expect(await page.getByRole('region', { name: 'What was dropped' }).innerText()).toContain('<img src=x onerror');

  await page.keyboard.press('Enter');
  await runDone(page);
  await expectRows(page, '40 rows');
  await expectTame(page, page.getByRole('gridcell'));

  await page.getByRole('grid', { name: 'Rows' }).focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: 'The row' });
  await panel.getByRole('heading', { name: 'Input, read again from the file' }).waitFor();
  await expectTame(page, panel.locator('dd'));
  const run = runOf(page);

  await page.getByRole('tab', { name: /Errors/ }).click();
  await page.getByRole('table', { name: 'Reasons' }).getByRole('row').nth(1).waitFor();
  await expectTame(page, page.getByRole('cell'));

  const client = await window.client();
  const { dataset } = (await client.data.datasets())[0]!;
  await goTo(page, '/data');
  await page.getByRole('table', { name: 'Datasets' }).waitFor();
  await expectTame(page, page.getByRole('cell'));
  await goTo(page, `/data/${dataset}`);
  await page.getByText('over 40 rows').waitFor();
  await expectTame(page, page.getByRole('cell'));

  await goTo(page, '/runs');
  await page.getByRole('table', { name: 'Runs' }).waitFor();
  await expectTame(page, page.getByRole('cell'));
  await goTo(page, '/models');
  await page.getByRole('table', { name: 'Models' }).waitFor();
  await expectTame(page, page.getByRole('cell'));
  await goTo(page, `/runs/${run}/how`);
  await page.getByRole('heading', { name: 'How it ran' }).waitFor();
  await expectTame(page, page.locator('dd'));
});

test('a place in the address that is a script is no more than a name', async () => {
  const page = await window.open();
  for (const fragment of [
    `/data/${encodeURIComponent(script)}`,
    `/models/${encodeURIComponent(script)}/1`,
    `/runs/${encodeURIComponent(script)}`,
    '/javascript:window.__pwned=7',
    '/%',
    '/__proto__/constructor',
  ]) {
    await goTo(page, fragment);
    await page.getByRole('main').waitFor();
    await page.waitForTimeout(200);
    await expectNothingInjected(page);
  }
});

/** Of an element of the page, what is asked of it here. */
interface Box {
  getBoundingClientRect(): { height: number };
}

/** Nothing ran or was injected, and no cell is taller than a line of its kind or shows what turns or breaks it. */
async function expectTame(page: Page, places: Locator): Promise<void> {
  await places.first().waitFor();
  await expectNothingInjected(page);
  const texts = await places.allTextContents();
  // oxlint-disable-next-line no-control-regex
  expect(texts.filter((text) => /[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/.test(text))).toEqual([]);
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(600);
  const heights = await places.evaluateAll((all: Box[]) => all.map((one) => one.getBoundingClientRect().height));
  expect(Math.max(...heights)).toBeLessThan(48);
}
