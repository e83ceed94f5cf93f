import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { cliTable, contentOf, rowsOf, type Row } from './exports.ts';
import { choose, drop, expectRows, oneSpaced, runDone, sentenceReady, tabTo } from './acts.ts';
import { samples, test, useWindow } from './window.ts';

const window = useWindow();
const data = join(samples, 'income/data/test.csv');
let model = '';
let newer = '';

beforeAll(() => {
  model = join(window.folder, 'income_v1.onnx');
  newer = join(window.folder, 'income_v2.onnx');
  copyFileSync(join(samples, 'income/v1/model.onnx'), model);
  copyFileSync(join(samples, 'income/v2/model.onnx'), newer);
});

const roles = ['--data', data, '--id', 'person_id', '--label', 'over_50k'];

test('a model and a table dropped become a sentence, a run, a grid, a row and a file, by mouse', async () => {
  const page = await window.open();
  await drop(page, [model, data]);
  expect(await sentenceReady(page)).toBe(
    'Score test.csv with income_v1.onnx , label over_50k , rows named by person_id , keeping all columns .',
  );
  await page.getByRole('button', { name: 'Score', exact: true }).click();
  await runDone(page);
  await expectRows(page, '3 000 rows');
  await page.getByRole('group', { name: 'Charts that filter' }).getByRole('button', { name: /^yes/ }).first().click();
  const cli = rowsOf(cliTable(window.folder, ['--model', model, ...roles])).filter((row) => row.prediction === 'yes');
  await expectRows(page, `${cli.length} of 3 000 rows`);

  const first = cli[0]!;
  await page.getByRole('gridcell', { name: first.person_id!, exact: true }).click();
  const panel = page.getByRole('complementary', { name: 'The row' });
  await panel.getByRole('heading', { name: 'Input, read again from the file' }).waitFor();
  expect(oneSpaced(await panel.innerText())).toContain(`person_id ${first.person_id}`);
  await panel.getByRole('button', { name: 'Close' }).click();
  await panel.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export this view' });
  await dialog.getByText(`${cli.length} rows`).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Export' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  expectSame(rowsOf((await contentOf(download)).toString()), cli);
});

test('the same by keyboard alone: choose, start, search, move, open a row, export', async () => {
  const page = await window.open();
  await choose(page, [model, data]);
  await sentenceReady(page);
  await page.keyboard.press('Enter');
  await runDone(page);
  await expectRows(page, '3 000 rows');
  await page.keyboard.press('/');
  await page.keyboard.type('P0007');
  await page.getByText('2 places found').waitFor();
  await page.keyboard.press('Enter');
  const cli = rowsOf(cliTable(window.folder, ['--model', model, ...roles])).filter((row) =>
    Object.values(row).some((cell) => cell?.includes('P0007')),
  );
  await expectRows(page, `${cli.length} of 3 000 rows`);
  await tabTo(page, '[role=grid]');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: 'The row' });
  await panel.getByText(cli[1]!.person_id!, { exact: true }).first().waitFor();
  await page.keyboard.press('ArrowUp');
  await panel.getByText(cli[0]!.person_id!, { exact: true }).first().waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });

  await page.keyboard.press('Control+e');
  const dialog = page.getByRole('dialog', { name: 'Export this view' });
  await dialog.getByRole('button', { name: 'Export' }).and(page.locator(':focus')).waitFor();
  await tabTo(page, 'input[type=radio]', 'Shift+Tab');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(download.suggestedFilename()).toMatch(/\.jsonl$/);
  const lines = (await contentOf(download)).toString().trim().split('\n');
  expectSame(
    lines.map((line) => JSON.parse(line) as Row),
    cli,
  );
});

test('two models and a table are scored in one run, in the order of their versions', async () => {
  const page = await window.open();
  await drop(page, [newer, data, model]);
  expect(await sentenceReady(page)).toMatch(/^Score test\.csv with income_v1( v1|\.onnx) and income_v2\.onnx /);
  await page.getByRole('button', { name: 'Score', exact: true }).click();
  await runDone(page);
  await page.getByRole('columnheader').filter({ hasText: 'prediction' }).nth(1).waitFor();
  const cli = rowsOf(cliTable(window.folder, ['--model', model, newer, ...roles]));
  await page.keyboard.press('Control+e');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Export' }).click(),
  ]);
  const made = rowsOf((await contentOf(download)).toString());
  const predictions = (rows: Row[]): (string | null)[][] =>
    rows.map((row) => [
      row.person_id!,
      ...Object.entries(row)
        .filter(([name]) => /prediction/.test(name))
        .map(([, value]) => value),
    ]);
  expect(predictions(made)[0]).toHaveLength(3);
  expect(predictions(made)).toEqual(predictions(cli));

  const [, newerName] = Object.keys(cli[0]!).filter((name) => /prediction/.test(name));
  const wrong = cli.filter((row) => row[newerName!] !== row.over_50k);
  await page.getByRole('button', { name: 'Wrong ones' }).click();
  await page.getByRole('menuitem', { name: /^of income_v2/ }).click();
  await expectRows(page, `${wrong.length} of 3 000 rows`);
  await page.getByText(/^wrong with income_v2@/).waitFor();
});

/** What both tables have is the same: every decision, and every number to the precision of float32. */
function expectSame(made: readonly Row[], cli: readonly Row[]): void {
  expect(made.map((row) => [row.person_id, row.prediction])).toEqual(cli.map((row) => [row.person_id, row.prediction]));
  for (const [index, row] of made.entries())
    for (const name of ['probability_no', 'probability_yes', 'confidence'].filter((name) => name in cli[index]!))
      expect(Math.fround(Number(row[name]))).toBe(Math.fround(Number(cli[index]![name])));
}

test('a row is copied for a spreadsheet, heads show how their numbers lie, and a number says what it is from', async () => {
  const page = await window.open();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await drop(page, [model, data]);
  await sentenceReady(page);
  await page.keyboard.press('Enter');
  await runDone(page);
  await expectRows(page, '3 000 rows');
  const grid = page.getByRole('grid', { name: 'Rows' });
  const second = rowsOf(cliTable(window.folder, ['--model', model, ...roles]))[1]!;
  await grid.getByRole('gridcell', { name: second.person_id!, exact: true }).waitFor();
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await grid.locator('[data-active]').getByRole('gridcell', { name: second.person_id!, exact: true }).waitFor();
  await page.keyboard.press('Control+c');
  const copied = (await page.evaluate<string>('navigator.clipboard.readText()')).split('\t');
  expect(copied[0]).toBe(second.person_id);
  expect(copied).toContain(second.prediction);

  await grid.getByRole('button', { name: 'Column confidence' }).click();
  await page.getByRole('menuitem', { name: 'Histograms under the heads' }).click();
  await grid
    .getByRole('columnheader')
    .getByRole('img', { name: /^confidence\. / })
    .waitFor();

  await page.getByRole('tab', { name: 'How it ran' }).click();
  await page.getByRole('button', { name: '3\u202f000' }).first().focus();
  await page.keyboard.press('Enter');
  const card = page.getByRole('dialog');
  await card.getByText('Rows that were read from the data').waitFor();
  await card.getByRole('link', { name: 'Show the rows' }).click();
  await expectRows(page, '3 000 rows');
});
