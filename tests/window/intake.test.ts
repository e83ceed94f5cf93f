import { copyFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { drop, oneSpaced, runDone, runOf, sentenceReady } from './acts.ts';
import { fixtures, samples, test, useWindow } from './window.ts';

const window = useWindow();
const data = join(samples, 'income/data/test.csv');

function put(from: string, name: string): string {
  const to = join(window.folder, name);
  copyFileSync(from, to);
  return to;
}

test('new models stand in the order of the numbers in their names, however they were dropped', async () => {
  const newer = put(join(samples, 'income/v2/model.onnx'), 'ordered_v10.onnx');
  const older = put(join(samples, 'income/v1/model.onnx'), 'ordered_v9.onnx');
  // Neither the order of the drop nor that of the names or times is the one of the versions.
  utimesSync(newer, 1_000_000, 1_000_000);
  const page = await window.open();
  await drop(page, [newer, data, older]);
  expect(await sentenceReady(page)).toMatch(/^Score test\.csv with ordered_v9\.onnx and ordered_v10\.onnx /);
});

test('a recipe that is dropped along is the one that scores', async () => {
  const model = put(join(fixtures, 'valid/softmax.onnx'), 'along.onnx');
  const [rows, turnedRows] = [join(window.folder, 'along.csv'), join(window.folder, 'turned.csv')];
  const cells = [
    [0, 1, 2, 3],
    [9, 1, 0, 2],
    [1, 8, 3, 0],
    [4, 0, 0, 9],
  ];
  const written = (lines: number[][]): string => `a,b,c,d\n${lines.map((line) => `${line.join(',')}\n`).join('')}`;
  writeFileSync(rows, written(cells));
  writeFileSync(turnedRows, written(cells.map((line) => line.toReversed())));
  const confidences = async (paths: string[]): Promise<unknown[][]> => {
    const page = await window.open();
    await drop(page, paths);
    await sentenceReady(page);
    await page.getByRole('button', { name: 'Score', exact: true }).click();
    await runDone(page);
    return (await client.results.page({ run: runOf(page), view: { columns: ['confidence'] } })).rows;
  };
  const client = await window.client();
  const plain = await confidences([model, rows]);
  const turned = await confidences([model, turnedRows]);
  expect(turned).not.toEqual(plain);

  const { recipe } = await client.models.get({ ref: 'along@1' });
  const columns = ['d', 'c', 'b', 'a'].map((column) => ({ column }));
  const inputs = recipe.inputs.map(({ input }) => ({ input, from: 'columns', columns }));
  const file = join(window.folder, 'turned.json');
  writeFileSync(file, JSON.stringify({ ...recipe, inputs }));
  expect(await confidences([model, rows, file])).toEqual(turned);
});

test('columns that cannot be told are chosen in the window', async () => {
  const four = put(join(fixtures, 'valid/logistic_zipmap_text.onnx'), 'four.onnx');
  const rows = join(window.folder, 'five.csv');
  writeFileSync(rows, 'a,b,c,d,e\n0,1,2,3,4\n9,1,0,2,5\n');
  const page = await window.open();
  await drop(page, [four, rows]);
  const intake = page.getByRole('region', { name: 'What was dropped' });
  await intake.getByText('0 of 1 input bound').waitFor();
  expect(oneSpaced(await intake.innerText())).not.toContain('--');
  await intake.getByRole('button', { name: 'Choose the columns' }).click();
  const dialog = page.getByRole('dialog', { name: 'Choose the columns' });
  await dialog.getByText('5 chosen, the model takes 4.').waitFor();
  await dialog.getByRole('checkbox', { name: 'b', exact: true }).click();
  await dialog.getByRole('button', { name: 'Use these' }).click();
  await intake.getByText('1 of 1 input bound').waitFor();
  await intake.getByText('Not used: b.').waitFor();
  await sentenceReady(page);
  await page.getByRole('button', { name: 'Score', exact: true }).click();
  await runDone(page);
});
