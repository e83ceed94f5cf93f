import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { drop, dropAndScore, expectRows, oneSpaced, runDone, runOf } from './acts.ts';
import { fixtures, samples, test, useWindow } from './window.ts';

const window = useWindow();

test('a pickle that is dropped is told with the command that exports it, and is not opened', async () => {
  const page = await window.open();
  await drop(page, [join(fixtures, 'other-format/model.pkl')]);
  const dropped = page.getByRole('region', { name: 'What was dropped' });
  await dropped.getByRole('alert').waitFor();
  expect(oneSpaced(await dropped.innerText())).toMatch(/pickle/i);
  await dropped.getByRole('button', { name: 'Copy the command' }).waitFor();
});

test('what is no good is told beside what is, which is scored', async () => {
  const page = await window.open();
  const model = join(samples, 'income/v1/model.onnx');
  await drop(page, [join(fixtures, 'hostile/truncated.onnx'), model, join(samples, 'income/data/test.csv')]);
  const dropped = page.getByRole('region', { name: 'What was dropped' });
  await dropped.getByText('2 things recognised, 1 not used').waitFor();
  expect(await dropped.getByRole('alert').count()).toBe(1);
  await page.getByRole('button', { name: 'Score', exact: true }).and(page.locator(':enabled')).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Drop a model, data, predictions or a folder.').waitFor();
});

test('rows that are broken are counted with the run, explained, and shown; the others are scored', async () => {
  const broken = join(window.folder, 'broken.csv');
  const good = 'P1,34,Private,10th,6,Never-married,Other-service,Not-in-family,Male,0,0,30,no';
  const lines = [
    'person_id,age,workclass,education,education_num,marital_status,occupation,relationship,sex,capital_gain,capital_loss,hours_per_week,over_50k',
  ];
  for (let row = 0; row < 60; row += 1) lines.push(good);
  lines.push('P2,34,Private', 'P3,n/a,Private,10th,six,Never-married,Other-service,Not-in-family,Male,0,0,30,no');
  writeFileSync(broken, `${lines.join('\n')}\n`);
  const page = await window.open();
  await dropAndScore(page, [join(samples, 'income/v1/model.onnx'), broken]);
  await runDone(page);
  await expectRows(page, '62 rows');
  await page.getByRole('button', { name: '2 failed' }).click();
  await expectRows(page, '2 of 62 rows');
  await page.getByRole('tab', { name: 'Errors 2' }).click();
  const reasons = page.getByRole('table', { name: 'Reasons' });
  await reasons.getByRole('row').nth(2).waitFor();
  expect(await reasons.innerText()).toContain('six');
  await reasons.getByRole('row').filter({ hasText: 'six' }).click();
  await expectRows(page, '1 of 62 rows');
  const client = await window.client();
  expect((await client.runs.get({ run: runOf(page) })).rows).toMatchObject({ read: 62, failed: 2, predicted: 60 });
});

test('a model of a useless name is not named after a folder of Drydock', async () => {
  const page = await window.open();
  await drop(page, [join(fixtures, 'valid/softmax.onnx'), join(samples, 'digits/v2/model.onnx')]);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.waitForURL(/#\/models\//);
  const client = await window.client();
  const names = (await client.models.list()).map(({ model }) => model);
  expect(names).toEqual(expect.arrayContaining(['model', 'softmax']));
  expect(names).not.toContain('files');
});
