import { join } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { beforeAll, expect, inject } from 'vitest';
import { until } from '../crash/processes.ts';
import { dropAndScore, goTo, runDone, runOf } from '../window/acts.ts';
import { makeLongRun, scored } from '../window/made.ts';
import { samples, test, useDesktop } from './desktop.ts';
import { dragFiles, pressKeys } from './pointer.ts';

const desktop = useDesktop();
const model = join(samples, 'income/v1/model.onnx');
const data = join(samples, 'income/data/test.csv');

beforeAll(async () => {
  if (inject('electron') !== '') await desktop.start();
});

test('keys that are pressed in the window act once', async () => {
  const { page, display } = desktop;
  await page.locator('body').click({ position: { x: 600, y: 700 } });
  pressKeys(display, 'ctrl+j');
  await page.getByRole('button', { name: 'No jobs', expanded: true }).waitFor();
  await page.waitForTimeout(300);
  expect(await page.getByRole('button', { name: 'No jobs' }).getAttribute('aria-expanded')).toBe('true');
  pressKeys(display, 'ctrl+j');
  await page.getByRole('button', { name: 'No jobs', expanded: false }).waitFor();
});

test('what was saved, the workspace and the files of a dataset are shown in their folders', async () => {
  const { app, page } = desktop;
  const client = await desktop.client();
  const run = await scored(client, [model], [data]);
  const target = join(desktop.folder, 'saved predictions.csv');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (() => Promise.resolve({ canceled: filePath === '', filePath })) as never;
  }, '');
  await goTo(page, `#/runs/${run}`);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export this view' });
  await dialog.getByRole('button', { name: 'Export' }).click();
  // A person who names no place gets nothing and stays where they were.
  await dialog.getByRole('button', { name: 'Export' }).and(page.locator(':enabled')).waitFor();
  expect((await menuOf(app)).find(({ id }) => id === 'file.reveal-saved')).toMatchObject({ enabled: false });
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (() => Promise.resolve({ canceled: false, filePath })) as never;
  }, target);
  await dialog.getByRole('button', { name: 'Export' }).click();
  await dialog.waitFor({ state: 'detached' });
  await app.evaluate(({ shell }) => {
    const shown: string[] = [];
    Object.assign(globalThis, { shown });
    shell.showItemInFolder = (path) => void shown.push(path);
  });
  await click(app, 'file.reveal-saved');
  await click(app, 'file.reveal-workspace');
  const [dataset] = await (await desktop.client()).data.datasets();
  await goTo(page, `#/data/${dataset!.dataset}`);
  await until('the page of the dataset is there', async () =>
    (await menuOf(app)).find(({ id, enabled }) => id === 'data.reveal' && enabled),
  );
  await click(app, 'data.reveal');
  const shown = await until('all were shown', async () => {
    const found = await app.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
    return found.length === 3 ? found : null;
  });
  desktop.detach();
  expect(shown).toEqual([join(desktop.folder, 'saved predictions.csv'), join(desktop.workspace, 'workspace.db'), data]);
});

test('a file dragged from another program by the pointer becomes a sentence', async () => {
  const { page, display } = desktop;
  await page.reload();
  await page.getByText('Engine on this machine').waitFor();
  await page.getByRole('link', { name: 'Home' }).first().click();
  await page.getByText('Drop a model, data, predictions or a folder.').waitFor();
  await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setPosition(200, 100));
  if (!(await dragFiles(display, [model], { x: 700, y: 500 }))) return;
  const region = page.getByRole('region', { name: 'What was dropped' });
  await region
    .getByText(/^(income v1|model\.onnx)$/)
    .first()
    .waitFor();
});

test('a run shows on the task bar, and the end of a long one that nobody looks at is told and leads to it', async () => {
  const { app, page } = desktop;
  await app.evaluate(({ BrowserWindow, Notification }) => {
    const [window] = BrowserWindow.getAllWindows();
    const seen = { bar: [] as number[], told: [] as string[], click: () => {} };
    Object.assign(globalThis, { seen });
    window!.setProgressBar = (share) => void seen.bar.push(share);
    window!.isFocused = () => false;
    Notification.isSupported = () => true;
    // A machine of tests has nobody who shows them: what the program waits for is seen instead.
    Notification.prototype.on = function on(this: Electron.Notification, _event: string, listener: () => void) {
      seen.told.push(this.title);
      seen.click = listener;
      return this;
    } as never;
  });
  const { model: wide, data: parts } = await makeLongRun(desktop.folder, 60);
  await page.reload();
  await page.getByText('Engine on this machine').waitFor();
  await dropAndScore(page, [wide, parts]);
  await runDone(page);
  const run = runOf(page);
  await goTo(page, '#/home');
  const seen = await until('it was told', async () => {
    const { bar, told } = await app.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);
    return told.length > 0 ? { bar, told } : null;
  });
  expect(seen.told).toEqual([expect.stringMatching(/^Done: /)]);
  expect(seen.bar.at(-1)).toBe(-1);
  expect(seen.bar.some((share) => share > 0 && share < 1)).toBe(true);
  await app.evaluate(() => (globalThis as unknown as { seen: Seen }).seen.click());
  await page.waitForURL(new RegExp(`#/runs/${run}`));
});

interface Seen {
  bar: number[];
  told: string[];
  click: () => void;
}

function menuOf(app: ElectronApplication): Promise<{ id: string; enabled: boolean }[]> {
  return app.evaluate(({ Menu }) =>
    (Menu.getApplicationMenu()?.items ?? []).flatMap((menu) =>
      (menu.submenu?.items ?? []).map(({ id, enabled }) => ({ id, enabled })),
    ),
  );
}

/** Chooses an item of the menu bar. */
async function click(app: ElectronApplication, id: string): Promise<void> {
  await app.evaluate(({ Menu }, item) => {
    const found = Menu.getApplicationMenu()!.getMenuItemById(item)!;
    if (!found.enabled) throw new Error(`${item} is greyed.`);
    found.click();
  }, id);
}
