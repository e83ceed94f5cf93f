import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { until } from '../crash/processes.ts';
import { dropAndScore, expectRows, goTo, runDone, runOf, sentenceReady } from '../window/acts.ts';
import { makeLongRun } from '../window/made.ts';
import { samples, test, useDesktop } from './desktop.ts';
import { dragFiles, pressKeys } from './pointer.ts';

const desktop = useDesktop();
const model = join(samples, 'income/v1/model.onnx');
const data = join(samples, 'income/data/test.csv');

beforeAll(async () => {
  if (inject('electron') !== '') await desktop.start();
});
afterAll(() => desktop.quit());

test('the menu bar has the commands of the page, with their keys', async () => {
  const { page, app } = desktop;
  await page.getByText('Engine on this machine').waitFor();
  const menu = await until('the page has sent its commands', async () => {
    const found = await menuOf(app);
    return found.some(({ id }) => id === 'go.home') ? found : null;
  });
  expect(menu.find(({ id }) => id === 'file.open')).toEqual({
    id: 'file.open',
    label: 'Choose files',
    keys: 'CmdOrCtrl+O',
    enabled: true,
    menu: 'File',
  });
  expect(menu.find(({ id }) => id === 'undo')).toMatchObject({ enabled: false, menu: 'File' });
  expect(menu.find(({ id }) => id === 'go.runs')).toMatchObject({ menu: 'Go', keys: null });
  await click(app, 'go.settings');
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  // A chord that the page does not take itself reaches it by the menu.
  await click(app, 'palette');
  await page.getByRole('dialog', { name: 'Commands' }).waitFor();
  await page.keyboard.press('Escape');
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

test("the system's dialogs choose what comes in and where the export goes", async () => {
  const { app, page } = desktop;
  await answerDialogs(app, { open: [model, data] });
  await click(app, 'file.open');
  expect(await sentenceReady(page)).toMatch(/^Score test\.csv with /);
  await page.getByRole('button', { name: 'Score', exact: true }).click();
  await runDone(page);
  await expectRows(page, '3 000 rows');
  const target = join(desktop.folder, 'saved predictions.csv');
  await answerDialogs(app, { save: '' });
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export this view' });
  await dialog.getByRole('button', { name: 'Export' }).click();
  // A person who names no place gets nothing and stays where they were.
  await dialog.getByRole('button', { name: 'Export' }).and(page.locator(':enabled')).waitFor();
  await answerDialogs(app, { save: target });
  await dialog.getByRole('button', { name: 'Export' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(readFileSync(target, 'utf8').trim().split('\n')).toHaveLength(3001);
});

test('what was saved, the workspace and the files of a dataset are shown in their folders', async () => {
  const { app, page } = desktop;
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

test('a second start hands its files to the window that is open, and ends', async () => {
  const { page } = desktop;
  await page.getByRole('link', { name: 'Home' }).first().click();
  const path = join(desktop.folder, 'handed over.csv');
  copyFileSync(data, path);
  const second = spawn(inject('electron'), desktop.arguments([path]), { env: desktop.environment(), stdio: 'ignore' });
  const [code] = (await once(second, 'exit')) as [number];
  expect(code).toBe(0);
  const region = page.getByRole('region', { name: 'What was dropped' });
  await region.getByText('handed over.csv').first().waitFor();
  expect(desktop.app.windows()).toHaveLength(1);
});

test('what was opened last is in the menu, and opens again from there', async () => {
  const { app, page } = desktop;
  await page.getByRole('link', { name: 'Home' }).first().click();
  const recent = await app.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()!
      .getMenuItemById('recent')!
      .submenu!.items.map(({ label }) => label),
  );
  expect(recent.slice(0, 3)).toEqual(['handed over.csv', 'model.onnx', 'test.csv']);
  await click(app, 'file.forget', 'recent');
  expect((await menuOf(app)).find(({ id }) => id === 'recent')).toMatchObject({ enabled: false });
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

test('the window opens where it was, with the files that it is started with', async () => {
  const { app } = desktop;
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.setBounds({ x: 60, y: 70, width: 1000, height: 700 }),
  );
  await desktop.quit();
  const page = await desktop.start([model]);
  await page
    .getByRole('region', { name: 'What was dropped' })
    .getByText(/^(income v1|model\.onnx)$/)
    .first()
    .waitFor();
  const bounds = await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getNormalBounds());
  expect(bounds).toEqual({ x: 60, y: 70, width: 1000, height: 700 });
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

interface Item {
  id: string;
  label: string;
  keys: string | null;
  enabled: boolean;
  menu: string;
}

function menuOf(app: ElectronApplication): Promise<Item[]> {
  return app.evaluate(({ Menu }) =>
    (Menu.getApplicationMenu()?.items ?? []).flatMap((menu) =>
      (menu.submenu?.items ?? []).map(({ id, label, accelerator, enabled }) => ({
        id,
        label,
        keys: accelerator ?? null,
        enabled,
        menu: menu.label,
      })),
    ),
  );
}

/** Chooses an item of the menu bar, or of a menu in it. */
async function click(app: ElectronApplication, id: string, within?: string): Promise<void> {
  await app.evaluate(
    ({ Menu }, [id, within]) => {
      const menu = Menu.getApplicationMenu()!;
      const item =
        within === undefined ? menu.getMenuItemById(id!) : menu.getMenuItemById(within)!.submenu!.items.at(-1);
      if (!item!.enabled) throw new Error(`${id} is greyed.`);
      item!.click();
    },
    [id, within],
  );
}

/** The system's dialogs cannot be driven: they answer at once what a person would have chosen. */
async function answerDialogs(app: ElectronApplication, answers: { open?: string[]; save?: string }): Promise<void> {
  await app.evaluate(({ dialog }, { open, save }) => {
    if (open) dialog.showOpenDialog = (() => Promise.resolve({ canceled: false, filePaths: open })) as never;
    if (save !== undefined)
      dialog.showSaveDialog = (() => Promise.resolve({ canceled: save === '', filePath: save })) as never;
  }, answers);
}
