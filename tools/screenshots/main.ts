/**
 * `npm run screenshots`: the window's pages in their states, in both themes and two sizes, on the samples, each a picture in
 * dist/screenshots, and one contact sheet of all. `-- --docs` also renews the pictures of docs/images.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import sharp from 'sharp';
import { openWindow, type WindowHost } from '../../web/index.ts';
import { findChromium } from '../../tests/window/chromium.ts';
import { drop } from '../../tests/window/drop.ts';
import { buildWindow, windowIsStale } from '../run/window.ts';
import { makeTable } from './made.ts';

const root = join(import.meta.dirname, '..', '..');
const target = join(root, 'dist', 'screenshots');
const sizes = [
  { name: '1440x900', width: 1440, height: 900 },
  { name: '1024x700', width: 1024, height: 700 },
];
const themes = ['light', 'dark'] as const;
/** Pictures of docs/images, by the name of their scene. */
const forDocs = new Map([
  ['sentence', 'sentence'],
  ['grid with a row', 'grid'],
  ['gallery', 'gallery'],
  ['recipe', 'recipe'],
]);

/** One state of one page. Scenes go on from each other in their order. */
interface Scene {
  name: string;
  arrange(page: Page): Promise<unknown>;
}

const folder = mkdtempSync(join(tmpdir(), 'drydock-screenshots-'));

const scenes: Scene[] = [
  { name: 'home, empty', arrange: (page) => page.getByText('Or try a sample').waitFor() },
  { name: 'models, empty', arrange: (page) => go(page, '/models', 'Models that you import') },
  { name: 'data, empty', arrange: (page) => go(page, '/data', 'Files that a run has read') },
  { name: 'runs, empty', arrange: (page) => go(page, '/runs', 'What was scored') },
  {
    name: 'sentence',
    async arrange(page) {
      await go(page, '/home', 'Or try a sample');
      await page.getByRole('button', { name: 'income' }).click();
      await page.getByText('what the first model makes').waitFor();
      await page.getByRole('button', { name: 'Score', exact: true }).and(page.locator(':enabled')).waitFor();
    },
  },
  {
    name: 'grid',
    async arrange(page) {
      await page.getByRole('button', { name: 'Score', exact: true }).click();
      await page.getByText('P00006').first().waitFor();
    },
  },
  {
    name: 'grid with a row',
    async arrange(page) {
      await page.getByRole('row').nth(5).click();
      await page.getByText('Input, read again from the file').waitFor();
    },
  },
  {
    name: 'filtered and grouped',
    async arrange(page) {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Wrong ones' }).click();
      await page.getByRole('button', { name: 'Column over_50k' }).click();
      await page.getByText('Group by its values').click();
      await page.getByRole('table', { name: 'Groups' }).waitFor();
    },
  },
  {
    name: 'export',
    async arrange(page) {
      await page.keyboard.press('Control+e');
      await page.getByRole('dialog').getByText('in the order on screen').waitFor();
    },
  },
  {
    name: 'gallery',
    async arrange(page) {
      await page.keyboard.press('Escape');
      await go(page, '/home', 'Or try a sample');
      await page.getByRole('button', { name: 'digits' }).click();
      await page.getByRole('button', { name: 'Score', exact: true }).and(page.locator(':enabled')).click();
      await page.getByRole('option').locator('img').nth(3).waitFor();
    },
  },
  { name: 'version', arrange: (page) => go(page, '/models/income/1', 'Passport') },
  { name: 'recipe', arrange: (page) => go(page, '/models/income/1/recipe', 'The row of the results') },
  { name: 'models', arrange: (page) => go(page, '/models/digits', 'Imported') },
  {
    name: 'dataset',
    async arrange(page) {
      await go(page, '/data', 'First read');
      await page.locator('tr[data-row]').filter({ hasText: 'test.csv' }).first().click();
      await page.getByText(/^over /).waitFor();
    },
  },
  {
    name: 'a refusal',
    async arrange(page) {
      await go(page, '/home', 'Or try a sample');
      await drop(page, [join(root, 'tests/fixtures/models/other-format/model.pkl')]);
      await page.getByText('not used').waitFor();
    },
  },
  {
    name: 'a million rows, long names, one failed',
    async arrange(page) {
      const { model, data } = await makeTable(folder, 1_000_000);
      await go(page, '/home', 'not used');
      await page.getByRole('button', { name: 'Clear' }).click();
      await drop(page, [model, data]);
      await page.getByRole('button', { name: 'Score', exact: true }).and(page.locator(':enabled')).click();
      await page.locator('header').getByText('done', { exact: true }).waitFor();
      await page.getByRole('gridcell').first().waitFor();
    },
  },
  { name: 'errors', arrange: (page) => page.getByRole('tab', { name: /^Errors/ }).click() },
  { name: 'how it ran', arrange: (page) => page.getByRole('tab', { name: 'How it ran' }).click() },
  { name: 'runs', arrange: (page) => go(page, '/runs', 'Took') },
  { name: 'settings', arrange: (page) => go(page, '/settings', 'Free on the disk') },
  {
    name: 'palette',
    async arrange(page) {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'What to do' }).waitFor();
    },
  },
];

if (windowIsStale(root)) await buildWindow(root);
const executablePath = findChromium();
if (executablePath === null) throw new Error('No Chromium was found. npx playwright install chromium brings one.');
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const host = await openWindow({
  workspace: join(folder, 'workspace'),
  roots: [],
  port: 0,
  rendererFolder: join(root, 'dist', 'renderer'),
  news: { onLost: () => {}, onBack: () => {}, onStaleAddress: () => {} },
});
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const pictures = await take(browser, host);
  await contactSheet(pictures);
  if (process.argv.includes('--docs')) await renewDocs();
} finally {
  await browser.close();
  await host.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Every scene once, looked at in every theme and size. */
async function take(browserOfAll: Browser, window: WindowHost): Promise<string[]> {
  const page = await browserOfAll.newPage({ viewport: sizes[0]!, reducedMotion: 'reduce' });
  await page.goto(window.newAddress({ exposed: false }));
  const made: string[] = [];
  for (const [index, scene] of scenes.entries()) {
    await page.setViewportSize(sizes[0]!);
    await scene.arrange(page);
    for (const size of sizes)
      for (const theme of themes) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme: theme });
        await page.waitForTimeout(600);
        await page.waitForFunction('[...document.images].every((image) => image.complete)');
        const path = join(target, `${String(index).padStart(2, '0')} ${scene.name} ${size.name} ${theme}.png`);
        await page.screenshot({ path });
        made.push(path);
      }
    console.log(scene.name);
  }
  return made;
}

async function go(page: Page, fragment: string, words: string): Promise<void> {
  const address = new URL(page.url());
  address.hash = fragment;
  await page.goto(address.href);
  await page.getByText(words).first().waitFor();
}

/** Four to a line: two sizes, two themes. */
async function contactSheet(paths: readonly string[]): Promise<void> {
  const [width, height] = [480, 300];
  const cells = await Promise.all(
    paths.map(async (path, index) => ({
      input: await sharp(path).resize(width, height, { fit: 'contain', background: '#888' }).png().toBuffer(),
      left: (index % 4) * width,
      top: Math.floor(index / 4) * height,
    })),
  );
  const lines = Math.ceil(paths.length / 4);
  const sheet = sharp({ create: { width: 4 * width, height: lines * height, channels: 3, background: '#888' } });
  await sheet.composite(cells).webp({ quality: 80 }).toFile(join(target, 'contact-sheet.webp'));
  writeFileSync(join(target, 'index.txt'), `${paths.map((path) => basename(path)).join('\n')}\n`);
  console.log(`${paths.length} pictures and contact-sheet.webp in dist/screenshots.`);
}

async function renewDocs(): Promise<void> {
  for (const [index, scene] of scenes.entries()) {
    const name = forDocs.get(scene.name);
    if (name === undefined) continue;
    for (const theme of themes) {
      const from = join(target, `${String(index).padStart(2, '0')} ${scene.name} 1440x900 ${theme}.png`);
      await sharp(from)
        .webp({ quality: 86 })
        .toFile(join(root, 'docs', 'images', `${name}-${theme}.webp`));
    }
  }
}
