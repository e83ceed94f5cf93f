/**
 * `npm run bench -- window`: the window in a real Chromium, as a person meets it. How long a warm start takes to the first
 * usable paint, how large its start-up scripts are, how long frames take while a run streams its progress (beside an empty
 * page in the same browser at the same time, which tells what a busy machine costs), and how soon the first prediction of a
 * large folder of pictures is there. Nothing here passes or fails.
 *   npm run bench -- window --pictures 100000 --rounds 7 --parts 60
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from '@playwright/test';
import { attach } from '../../engine/launcher.ts';
import { ensureWindow } from '../../tools/run/window.ts';
import { openWindow, type WindowHost } from '../../web/index.ts';
import { findChromium, installCommand } from '../window/chromium.ts';
import { drop } from '../window/drop.ts';
import { startUpScripts } from '../window/start-up.ts';
import { writeParts } from '../crash/workload.ts';
import { writeNetwork } from './network.ts';
import { makePictures } from './pictures.ts';

const root = join(import.meta.dirname, '..', '..');
const renderer = join(root, 'dist', 'renderer');
/** What is typed into the page before its own scripts: notes when the first usable paint was, and every long frame. */
const watching = `(() => {
  const seen = { usable: null, frames: [], tasks: [] };
  globalThis.__bench = seen;
  const usable = () => {
    const text = document.body ? document.body.textContent : '';
    if (!text.includes('Engine on this machine') || !text.includes('Choose files')) return requestAnimationFrame(usable);
    requestAnimationFrame(() => { seen.usable = performance.now(); });
  };
  requestAnimationFrame(usable);
  let last = performance.now();
  const frame = (now) => { seen.frames.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) seen.tasks.push(duration); })
    .observe({ type: 'longtask' });
})()`;

interface Watched {
  usable: number | null;
  frames: number[];
  tasks: number[];
}

interface Scene {
  folder: string;
  host: WindowHost;
  browser: Browser;
}

export async function benchWindow(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      pictures: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '7' },
      parts: { type: 'string', default: '60' },
      cache: { type: 'string', default: join(root, '.cache', 'bench') },
    },
  });
  await mkdir(values.cache, { recursive: true });
  await ensureWindow(root);
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(`There is no Chromium on this machine. Install one: ${installCommand}`);
  sizeOfScripts();
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  try {
    await within(browser, [], (scene) => firstPaint(scene, Number(values.rounds)));
    await within(browser, [], (scene) => framesOfRun(scene, Number(values.parts)));
    const pictures = await makePictures(values.cache, Number(values.pictures));
    await within(browser, [pictures], (scene) => firstPrediction(scene, pictures, Number(values.pictures)));
  } finally {
    await browser.close();
  }
}

/** A host over a workspace of its own. */
async function within(browser: Browser, roots: string[], work: (scene: Scene) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-bench-'));
  const host = await openWindow({
    workspace: join(folder, 'workspace'),
    roots,
    port: 0,
    rendererFolder: renderer,
    news: { onLost: () => {}, onBack: () => {}, onStaleAddress: () => {} },
  });
  try {
    await work({ folder, host, browser });
  } finally {
    await host.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
  }
}

function sizeOfScripts(): void {
  const bytes = startUpScripts(renderer).reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
  line('start-up JavaScript, gzip', `${(bytes / 1000).toFixed(0)} KB`, bytes < 400_000, 400, 'KB');
}

/** Warm: the engine runs, and the browser has had the files before. Each round is a new tab with an address of its own. */
async function firstPaint({ host, browser }: Scene, rounds: number): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(watching);
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const page = await context.newPage();
    await page.goto(host.newAddress({ exposed: false }));
    const usable = await until(async () => (await watched(page)).usable);
    if (round > 0) times.push(usable);
    await page.close();
  }
  await context.close();
  line('first usable paint, warm', spread(times), median(times) < 1500, 1500, 'ms');
}

/** Both pages are drawn by the same browser while two workers use the processor; the empty one is what the machine costs. */
async function framesOfRun({ folder, host, browser }: Scene, parts: number): Promise<void> {
  const model = join(folder, 'wide.onnx');
  const data = join(folder, 'parts');
  await writeNetwork(model, [4, 1024, 1024, 1024, 3]);
  await writeParts(
    data,
    Array.from({ length: parts }, () => 4000),
    5,
  );
  const page = await openPage(browser, host);
  const empty = await (await browser.newContext()).newPage();
  await empty.setContent('<p>empty</p>');
  await empty.evaluate(watching);
  await drop(page, [model, data]);
  await page.getByRole('button', { name: 'Score', exact: true }).and(page.locator(':enabled')).click();
  await page.getByRole('gridcell').first().waitFor();
  await Promise.all([page, empty].map((one) => one.evaluate(`__bench.frames.length = __bench.tasks.length = 0`)));
  const before = await rowsOnScreen(page);
  await page.locator('header').getByText('done', { exact: true }).waitFor({ timeout: 600_000 });
  const [ours, bare] = [await watched(page), await watched(empty)];
  const [worst, worstBare] = [Math.max(0, ...ours.frames), Math.max(0, ...bare.frames)];
  const task = Math.max(0, ...ours.tasks);
  line('longest task while a run streams', `${task.toFixed(0)} ms`, task <= 50, 50, 'ms');
  line('longest frame while a run streams', `${worst.toFixed(0)} ms`, worst <= 50, 50, 'ms');
  console.log(
    `  ${over(ours.frames)} of ${ours.frames.length} frames over 50 ms; an empty page beside it: ` +
      `${over(bare.frames)} of ${bare.frames.length}, ${worstBare.toFixed(0)} ms at most; rows on screen from ${before}`,
  );
  await Promise.all(browser.contexts().map((context) => context.close()));
}

/** From the press of the button to the first committed shard, to the first row on screen, and how long the sentence took. */
async function firstPrediction({ host, browser }: Scene, pictures: string, count: number): Promise<void> {
  const page = await openPage(browser, host);
  const { client, detach } = await attach(host.workspace);
  const model = await client.files.grantInput({ path: join(root, 'resources/samples/digits/v1/model.onnx') });
  const recipe = await client.files.grantInput({ path: join(root, 'resources/samples/digits/v1/recipe.json') });
  const imported = await client.models.import({ grant: model.grant, recipe: recipe.grant, name: 'digits' });
  await page.getByRole('button', { name: 'Browse this machine' }).click();
  const chosen = performance.now();
  await page.getByRole('button', { name: 'Use this folder' }).click();
  await page.getByRole('combobox', { name: /^Model/ }).click({ timeout: 600_000 });
  await page.getByRole('option', { name: `digits v${imported.version}` }).click();
  const score = page.getByRole('button', { name: 'Score', exact: true }).and(page.locator(':enabled'));
  await score.waitFor({ timeout: 600_000 });
  const sentence = performance.now() - chosen;
  const started = performance.now();
  await score.click();
  await page.waitForURL(/#\/runs\//, { timeout: 600_000 });
  const run = /#\/runs\/([^/]+)/.exec(page.url())![1]!;
  await until(async () => ((await client.runs.get({ run })).rows.read > 0 ? true : null));
  const committed = performance.now() - started;
  await page.getByRole('option').first().waitFor({ timeout: 600_000 });
  const shown = performance.now() - started;
  await client.jobs.cancel({ job: (await client.runs.get({ run })).job });
  await until(async () => ((await client.runs.get({ run })).status === 'cancelled' ? true : null));
  line(`first prediction of ${count} pictures`, `${committed.toFixed(0)} ms`, committed < 3000, 3000, 'ms');
  console.log(
    `  the first tile on screen after ${shown.toFixed(0)} ms; from ${basename(pictures)} chosen to a sentence that can ` +
      `be started ${sentence.toFixed(0)} ms`,
  );
  detach();
}

async function openPage(browser: Browser, host: WindowHost): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(watching);
  const page = await context.newPage();
  await page.goto(host.newAddress({ exposed: false }));
  await page.getByText('Engine on this machine').waitFor();
  return page;
}

function watched(page: Page): Promise<Watched> {
  return page.evaluate<Watched>('__bench');
}

async function rowsOnScreen(page: Page): Promise<string> {
  return (await page.getByRole('toolbar', { name: 'Rows in view' }).getByRole('status').innerText()).trim();
}

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}

function over(frames: readonly number[]): number {
  return frames.filter((frame) => frame > 50).length;
}

function spread(times: readonly number[]): string {
  return `${median(times).toFixed(0)} ms (${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)})`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function line(what: string, found: string, isWithin: boolean, bound: number, unit: string): void {
  console.log(`${what.padEnd(36)} ${found.padStart(24)}  bound ${bound} ${unit}${isWithin ? '' : '  MISSED'}`);
}
