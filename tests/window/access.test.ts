import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { beforeAll, expect } from 'vitest';
import { drop, eventually, goTo, sentenceReady } from './acts.ts';
import { copyDigits, scored } from './made.ts';
import { fixtures, samples, test, useWindow } from './window.ts';

const window = useWindow({ roots: [samples] });
let income = '';
let pictures = '';
let dataset = '';

beforeAll(async () => {
  if (window.folder === '') return;
  const client = await window.client();
  const table = join(samples, 'income/data/test.csv');
  income = await scored(client, [join(samples, 'income/v1/model.onnx')], [table], {
    id: 'person_id',
    label: 'over_50k',
  });
  pictures = await scored(client, [join(samples, 'digits/v1/model.onnx')], [copyDigits(window.folder, 2)]);
  dataset = (await client.data.datasets()).find(({ name }) => name === 'test.csv')!.dataset;
});

/** Every page, and how one sees that all of it is there. */
const places: readonly (readonly [name: string, open: (page: Page) => Promise<void>])[] = [
  ['Home', (page) => seen(page, '/home', page.getByRole('table', { name: 'Recent runs' }))],
  [
    'the sentence',
    async (page) => {
      await drop(page, [join(samples, 'bikes/v2/model.onnx'), join(samples, 'bikes/data/unlabelled.csv')]);
      await sentenceReady(page);
    },
  ],
  [
    'a refusal',
    async (page) => {
      await drop(page, [join(fixtures, 'other-format/model.pkl')]);
      await page.getByRole('alert').waitFor();
    },
  ],
  ['Models', (page) => seen(page, '/models/income', page.getByRole('table', { name: 'Versions of income' }))],
  ['a version', (page) => seen(page, '/models/income/1', page.getByRole('heading', { name: 'Metadata' }))],
  [
    'a recipe',
    (page) => seen(page, '/models/income/1/recipe', page.getByRole('heading', { name: 'The row of the results' })),
  ],
  ['runs of a version', (page) => seen(page, '/models/income/1/runs', page.getByRole('table', { name: 'Runs' }))],
  ['a history', (page) => seen(page, '/models/income/1/history', page.getByRole('heading', { name: 'What happened' }))],
  ['Data', (page) => seen(page, '/data', page.getByRole('table', { name: 'Datasets' }))],
  ['a dataset', (page) => seen(page, `/data/${dataset}`, page.getByText('over 3\u202f000 rows'))],
  ['Runs', (page) => seen(page, '/runs', page.getByRole('table', { name: 'Runs' }))],
  [
    'results with a row',
    async (page) => {
      await seen(page, `/runs/${income}`, page.getByRole('gridcell', { name: 'P00006' }));
      await page.getByRole('gridcell', { name: 'P00006' }).click();
      await page.getByRole('heading', { name: 'Input, read again from the file' }).waitFor();
      await eventually(page, `document.querySelectorAll('figure svg').length > 0`);
    },
  ],
  [
    'a gallery',
    async (page) => {
      await seen(page, `/runs/${pictures}`, page.getByRole('option').nth(5).getByRole('img').first());
      await page.getByRole('option').nth(1).click();
      await page.getByRole('complementary', { name: 'The row' }).getByRole('heading', { name: 'Result' }).waitFor();
    },
  ],
  ['errors', (page) => seen(page, `/runs/${income}/errors`, page.getByText('No row failed.'))],
  ['how it ran', (page) => seen(page, `/runs/${income}/how`, page.getByText('Memory at most'))],
  ['Settings', (page) => seen(page, '/settings', page.getByText('Free on the disk'))],
  ['third-party notices', (page) => seen(page, '/settings/notices', page.getByText('onnxruntime-node'))],
  [
    'the palette',
    async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
    },
  ],
  [
    'all keys',
    async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    },
  ],
  [
    'an export',
    async (page) => {
      await seen(page, `/runs/${income}`, page.getByRole('gridcell', { name: 'P00006' }));
      await page.keyboard.press('Control+e');
      await page.getByRole('dialog').getByText('in the order on screen').waitFor();
    },
  ],
  [
    'a menu of a column',
    async (page) => {
      await seen(page, `/runs/${income}`, page.getByRole('gridcell', { name: 'P00006' }));
      await page.getByRole('button', { name: 'Column confidence' }).click();
      await page.getByRole('menuitem', { name: 'Hide' }).waitFor();
    },
  ],
  [
    'a choice of the sentence',
    async (page) => {
      await drop(page, [join(samples, 'bikes/v2/model.onnx'), join(samples, 'bikes/data/unlabelled.csv')]);
      await sentenceReady(page);
      await page.getByRole('combobox', { name: /^Label/ }).click();
      await page.getByRole('option', { name: 'season' }).waitFor();
    },
  ],
  [
    'a filter',
    async (page) => {
      await seen(page, `/runs/${income}`, page.getByRole('gridcell', { name: 'P00006' }));
      await page.getByRole('button', { name: 'Column confidence' }).click();
      await page.getByRole('menuitem', { name: 'Filter' }).click();
      await page.getByRole('dialog', { name: 'Filter by confidence' }).waitFor();
    },
  ],
  [
    'folders of this machine',
    async (page) => {
      await page.getByRole('button', { name: 'Browse this machine' }).click();
      await page.getByRole('table', { name: 'Entries' }).waitFor();
    },
  ],
  [
    'jobs',
    async (page) => {
      await page.keyboard.press('Control+j');
      await page.getByRole('list', { name: 'Jobs' }).waitFor();
    },
  ],
];

test.each(places)('%s meets WCAG AA in both themes', async (_name, open) => {
  const page = await window.open({ colorScheme: 'light' });
  await open(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' });
    // Dialogs and menus fade in unless less motion is asked for, and half-faded text has no contrast.
    await page.waitForTimeout(250);
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    const found = violations.map(({ id, nodes }) => [
      id,
      nodes.slice(0, 4).map(({ html, failureSummary }) => [html.slice(0, 300), failureSummary]),
    ]);
    expect(found, `the ${colorScheme} theme`).toEqual([]);
  }
});

async function seen(page: Page, fragment: string, place: { waitFor(): Promise<void> }): Promise<void> {
  await goTo(page, fragment);
  await place.waitFor();
}
