import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { drop, eventually, expectRows, runDone, runOf, sentenceReady } from './acts.ts';
import { cli, cliTable, rowsOf } from './exports.ts';
import { copyDigits } from './made.ts';
import { samples, test, useWindow } from './window.ts';

const window = useWindow();
let model = '';
let recipe = '';
let pictures = '';

beforeAll(() => {
  model = join(window.folder, 'digits_v1.onnx');
  recipe = join(window.folder, 'digits.recipe.json');
  copyFileSync(join(samples, 'digits/v1/model.onnx'), model);
  copyFileSync(join(samples, 'digits/v1/recipe.json'), recipe);
  pictures = copyDigits(window.folder, 4);
});

test("a folder of pictures becomes a gallery whose predictions are the command line's", async () => {
  const page = await window.open();
  await drop(page, [model, recipe, pictures]);
  expect(await sentenceReady(page)).toMatch(/^Score digits with digits_v1 v1 , recipe digits.recipe.json , label /);
  await page.keyboard.press('Enter');
  await runDone(page);
  await expectRows(page, '40 rows');
  const gallery = page.getByRole('listbox', { name: 'Pictures' });
  const tiles = gallery.getByRole('option');
  await tiles.nth(11).waitFor();
  await eventually(
    page,
    `[...document.querySelectorAll('[role=option] img')].filter((one) => one.complete && one.naturalWidth > 0).length >= 12`,
  );

  cli(window.folder, 'import', model, '--recipe', recipe, '--name', 'digits');
  const expected = rowsOf(cliTable(window.folder, ['--model', 'digits@1', '--data', pictures]));
  const client = await window.client();
  const answer = await client.results.page({ run: runOf(page), view: {}, limit: 100 });
  const at = answer.columns.findIndex((column) => /prediction/.test(column));
  expect(answer.rows.map((row) => String(row[at]))).toEqual(expected.map((row) => row.prediction));
});

test('a picture opens beside the gallery, by mouse and by keyboard, and again as a table', async () => {
  const page = await window.open();
  await drop(page, [model, recipe, pictures]);
  await sentenceReady(page);
  await page.keyboard.press('Enter');
  await runDone(page);
  const tiles = page.getByRole('listbox', { name: 'Pictures' }).getByRole('option');
  await tiles.nth(2).getByRole('img').first().waitFor();
  await tiles.nth(2).click();
  const panel = page.getByRole('complementary', { name: 'The row' });
  await panel.getByRole('heading', { name: 'Row 3', exact: true }).waitFor();
  await eventually(page, `document.querySelector('aside img')?.naturalWidth > 0`);
  await panel.getByText('float32 [1, 1, 8, 8]').waitFor();
  await panel.getByAltText('The picture as the model gets it').waitFor();
  await eventually(page, `document.querySelector('[alt="The picture as the model gets it"]')?.naturalWidth === 8`);
  await page.getByRole('listbox', { name: 'Pictures' }).focus();
  await page.keyboard.press('ArrowRight');
  await panel.getByRole('heading', { name: 'Row 4', exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await page.keyboard.press('v');
  await page.getByRole('grid', { name: 'Rows' }).getByRole('row').nth(5).waitFor();
});
