import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { expectRows, goTo } from './acts.ts';
import { scored } from './made.ts';
import { fixtures, test, useWindow } from './window.ts';

const window = useWindow();
let run = '';

beforeAll(async () => {
  if (window.folder === '') return;
  const data = join(window.folder, 'kept.csv');
  const rows = Array.from({ length: 48 }, (_, hour) => {
    const day = String(1 + Math.floor(hour / 24)).padStart(2, '0');
    const seen = `2026-03-${day} ${String(hour % 24).padStart(2, '0')}:30:00`;
    return `1,2,${hour % 5},${hour},${seen},${9_007_199_254_740_993n + BigInt(hour) * 2n}`;
  });
  writeFileSync(data, `a,b,c,d,seen,big\n${rows.join('\n')}\n`);
  const model = join(fixtures, 'valid/softmax.onnx');
  run = await scored(await window.client(), [model], [data], {
    keepAll: true,
    features: ['a', 'b', 'c', 'd'],
  } as object);
});

test('a filter to a day has all hours of that day', async () => {
  const page = await window.open();
  await goTo(page, `/runs/${run}`);
  await expectRows(page, '48 rows');
  await page.getByRole('button', { name: 'Column seen' }).click();
  await page.getByRole('menuitem', { name: 'Filter' }).click();
  const dialog = page.getByRole('dialog', { name: 'Filter by seen' });
  await dialog.getByLabel('To').fill('2026-03-01');
  await dialog.getByRole('button', { name: 'Filter' }).click();
  await expectRows(page, '24 of 48 rows');
});

test('whole numbers that a double cannot hold are shown as they are', async () => {
  const page = await window.open();
  await goTo(page, `/runs/${run}`);
  await page.getByRole('gridcell', { name: 'kept.csv' }).first().click();
  const panel = page.getByRole('complementary', { name: 'The row' });
  await panel.getByRole('heading', { name: 'Input, read again from the file' }).waitFor();
  expect(await panel.innerText()).toContain('9 007 199 254 740 993'.replaceAll(' ', '\u202f'));
});
