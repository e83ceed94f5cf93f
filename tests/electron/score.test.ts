import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { drop, scoreIncome, sentenceReady } from '../window/acts.ts';
import { samples, test, useDesktop } from './desktop.ts';

const desktop = useDesktop();
const model = join(samples, 'income/v1/model.onnx');
const data = join(samples, 'income/data/test.csv');

test('files dropped on the window become a sentence, a run, predictions in the grid and a file', async () => {
  const page = await desktop.start();
  expect(page.url()).toMatch(/^drydock:\/\/app\//);
  expect(await page.evaluate('crossOriginIsolated')).toBe(true);
  await drop(page, [model, data]);
  expect(await sentenceReady(page)).toMatch(/^Score test\.csv with /);
  await scoreIncome(page, '3 000 rows');
  const target = join(desktop.folder, 'predictions.csv');
  await desktop.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (() => Promise.resolve({ canceled: false, filePath })) as never;
  }, target);
  await page.keyboard.press('Control+e');
  const dialog = page.getByRole('dialog', { name: 'Export this view' });
  await dialog.getByRole('button', { name: 'Export' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(readFileSync(target, 'utf8').trim().split('\n')).toHaveLength(3001);
  await desktop.quit();
});
