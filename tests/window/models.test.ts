import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { until } from '../crash/processes.ts';
import { goTo } from './acts.ts';
import { scored } from './made.ts';
import { samples, test, useWindow } from './window.ts';

const window = useWindow();

beforeAll(async () => {
  if (window.folder === '') return;
  const model = join(window.folder, 'income.onnx');
  copyFileSync(join(samples, 'income/v1/model.onnx'), model);
  const client = await window.client();
  await scored(client, [model], [join(samples, 'income/data/test.csv')], { id: 'person_id', label: 'over_50k' });
});

test('a model is renamed, and undone with Ctrl+Z', async () => {
  const page = await window.open();
  await goTo(page, '/models');
  await page.getByRole('button', { name: 'Actions for income' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rename the model' });
  await dialog.getByLabel('Name').fill('earnings');
  await page.keyboard.press('Enter');
  await page.getByText('income is called earnings now.').waitFor();
  const models = page.getByRole('table', { name: 'Models' });
  await models.getByText('earnings', { exact: true }).waitFor();
  await page.keyboard.press('Control+z');
  await models.getByText('income', { exact: true }).waitFor();
  expect((await (await window.client()).models.list()).map(({ model }) => model)).toEqual(['income']);
});

test('a name that is not allowed is said in its field, and nothing is renamed', async () => {
  const page = await window.open();
  await goTo(page, '/models');
  await page.getByRole('button', { name: 'Actions for income' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rename the model' });
  await dialog.getByLabel('Name').fill('../income');
  await page.keyboard.press('Enter');
  await dialog.getByText(/begins with a letter or digit/).waitFor();
  expect(await (await window.client()).models.list()).toMatchObject([{ model: 'income' }]);
});

test('a model goes to the bin and comes back, by Ctrl+Z and by its button', async () => {
  const page = await window.open();
  await goTo(page, '/models');
  const remove = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Actions for income' }).click();
    await page.getByRole('menuitem', { name: 'Move to the bin' }).click();
    await page.getByRole('heading', { name: 'In the bin' }).waitFor();
  };
  await remove();
  await page.getByText('income is in the bin.').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByRole('table', { name: 'Models' }).getByText('income', { exact: true }).waitFor();
  await remove();
  await page.getByRole('button', { name: 'Restore' }).click();
  await page.getByRole('table', { name: 'Models' }).getByText('income', { exact: true }).waitFor();
  expect(await (await window.client()).models.list()).toMatchObject([{ model: 'income', status: 'active' }]);
});

test('an alias is given to a version and taken away', async () => {
  const page = await window.open();
  await goTo(page, '/models/income/1/history');
  await page.getByLabel('A name for this version').fill('champion');
  await page.keyboard.press('Enter');
  await page.getByText('Version 1 is champion now.').waitFor();
  expect(await (await window.client()).models.get({ ref: 'income@champion' })).toMatchObject({ version: 1 });
  await page.getByRole('button', { name: 'Take away' }).click();
  await page.getByText('The alias champion was taken away.').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByRole('button', { name: 'Take away' }).waitFor();
});

test('a recipe that is edited makes a new version and leaves the old one as it was', async () => {
  const page = await window.open();
  await goTo(page, '/models/income/1/recipe');
  await page.getByRole('heading', { name: 'The row of the results' }).waitFor();
  const client = await window.client();
  const before = (await client.models.get({ ref: 'income@1' })).recipe;
  const save = page.getByRole('button', { name: 'Save as a new version' });
  expect(await save.isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Edit as JSON' }).click();
  const text = page.getByRole('textbox', { name: 'Recipe as JSON' });
  await text.fill('{');
  await page.getByText('This is no JSON yet.').waitFor();
  const changed = structuredClone(before);
  if (changed.outputs.task !== 'classification') throw new Error('The sample is a classifier.');
  changed.outputs.decision = 'threshold';
  changed.outputs.threshold = 0.75;
  changed.outputs.positive = 'yes';
  await text.fill(JSON.stringify(changed));
  await save.and(page.locator(':enabled')).click();
  await page.waitForURL(/#\/models\/income\/2\/recipe/);
  const made = (await client.models.get({ ref: 'income@2' })).recipe;
  expect(made.outputs).toMatchObject({ decision: 'threshold', threshold: 0.75 });
  expect((await client.models.get({ ref: 'income@1' })).recipe).toEqual(before);
  await page.getByRole('heading', { name: 'income v2' }).waitFor();
});

test('a dataset shows its columns with their values, and keeps the roles that a person gives', async () => {
  const client = await window.client();
  const { dataset } = (await client.data.datasets())[0]!;
  const page = await window.open();
  await goTo(page, `/data/${dataset}`);
  await page.getByText('over 3\u202f000 rows').waitFor();
  const columns = page.getByRole('table', { name: 'Columns' });
  await columns.getByRole('img', { name: /^Values of age\. From 17 to 9\d, most often between/ }).waitFor();
  await columns.getByRole('img', { name: 'Male: 1982, Female: 1018' }).waitFor();
  await page.getByRole('combobox', { name: 'Rows that belong together' }).click();
  await page.getByRole('option', { name: 'workclass' }).click();
  await page.getByText('The roles of test.csv were changed.').waitFor();
  expect((await client.datasets.get({ dataset })).roles).toMatchObject({ group: 'workclass' });
  await page.keyboard.press('Control+z');
  await page.getByText('The roles of test.csv were changed.').waitFor({ state: 'detached' });
  await until('the roles are as before', async () => (await client.datasets.get({ dataset })).roles.group === null);
});

test('classes whose names have commas survive a visit of the form', async () => {
  const client = await window.client();
  const { recipe } = await client.models.get({ ref: 'income@1' });
  const labels = ['tench, Tinca tinca', 'goldfish, Carassius auratus'];
  const outputs = { ...recipe.outputs, task: 'classification' as const, labels };
  const made = await client.models.revise({ ref: 'income@1', recipe: { ...recipe, outputs } as typeof recipe });
  const page = await window.open();
  await goTo(page, `/models/income/${made.version}/recipe`);
  const field = page.getByLabel('Classes, in the order of the scores');
  await field.focus();
  await page.keyboard.press('Tab');
  await page.getByText('Names with commas or spaces around them are edited as JSON.').waitFor();
  await page.getByRole('button', { name: 'Save as a new version' }).and(page.locator(':disabled')).waitFor();
  expect(await field.getAttribute('readonly')).not.toBeNull();
});

test('outputs whose meaning is not known are given one in the form', async () => {
  const client = await window.client();
  const { recipe } = await client.models.get({ ref: 'income@1' });
  const names = (await client.models.get({ ref: 'income@1' })).inspection.signature.outputs.map(({ name }) => name);
  const raw = { ...recipe, outputs: { task: 'raw' as const, outputs: [names.at(-1)!] } };
  const made = await client.models.revise({ ref: 'income@1', recipe: raw });
  const page = await window.open();
  await goTo(page, `/models/income/${made.version}/recipe`);
  await page.getByRole('combobox', { name: 'Task' }).click();
  await page.getByRole('option', { name: 'classification' }).click();
  await page.getByRole('button', { name: 'Save as a new version' }).click();
  await page.waitForURL((url) => url.hash.includes(`/income/${made.version + 1}/`));
  const { outputs } = (await client.models.get({ ref: `income@${made.version + 1}` })).recipe;
  expect(outputs).toMatchObject({ task: 'classification', decision: 'argmax', scores: names.at(-1) });
});
