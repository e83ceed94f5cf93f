import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { until } from '../crash/processes.ts';
import { drop, expectRows, runDone, sentenceReady } from '../window/acts.ts';
import { cliTable, rowsOf } from '../window/exports.ts';
import { startAgain } from './again.ts';
import { samples, test, useDesktop } from './desktop.ts';

const desktop = useDesktop();
const model = join(samples, 'income/v1/model.onnx');
const data = join(samples, 'income/data/test.csv');

beforeAll(async () => {
  if (desktop.folder !== '') await desktop.start();
});

/** What the system's dialog would give. */
function answerDialog(paths: string[]): Promise<void> {
  return desktop.app.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = (() => Promise.resolve({ canceled: false, filePaths })) as never;
  }, paths);
}

test('files are chosen in the dialog of the system: by the menu, and by its accelerator', async () => {
  const { page, app } = desktop;
  await answerDialog([model, data]);
  const accelerator = await app.evaluate(({ Menu }) => {
    const item = Menu.getApplicationMenu()!.getMenuItemById('file.open')!;
    item.click();
    return item.accelerator;
  });
  expect(accelerator).toBe('CmdOrCtrl+O');
  expect(await sentenceReady(page)).toMatch(/^Score test\.csv with /);
  await page.keyboard.press('Escape');
  await page.getByText('Or try a sample').waitFor();

  await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    window!.focus();
    for (const type of ['keyDown', 'char', 'keyUp'] as const)
      window!.webContents.sendInputEvent({ type, keyCode: 'O', modifiers: ['control'] });
  });
  expect(await sentenceReady(page)).toMatch(/^Score test\.csv with /);
});

test('a result is saved where the dialog says, and is what the command line gives', async () => {
  const { page, app } = desktop;
  await page.getByRole('button', { name: 'Score', exact: true }).click();
  await runDone(page);
  await expectRows(page, '3 000 rows');
  const to = join(desktop.folder, 'saved here.csv');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (() => Promise.resolve({ canceled: false, filePath })) as never;
  }, to);
  await page.keyboard.press('Control+e');
  await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
  const saved = await until('the file is there', () => {
    try {
      return readFileSync(to, 'utf8');
    } catch {
      return null;
    }
  });
  const cli = cliTable(desktop.folder, ['--model', model, '--data', data, '--id', 'person_id', '--label', 'over_50k']);
  const decided = (csv: string): string[] => rowsOf(csv).map((row) => `${row.person_id} ${row.prediction}`);
  expect(decided(saved)).toEqual(decided(cli));
});

test('the menu bar holds the commands of the page that is shown, and only those that act', async () => {
  const items = await desktop.app.evaluate(({ Menu }) =>
    ['file.open', 'results.export', 'run.pause', 'palette'].map((id) => {
      const item = Menu.getApplicationMenu()!.getMenuItemById(id);
      return item === null ? null : { enabled: item.enabled, accelerator: item.accelerator ?? null };
    }),
  );
  expect(items).toEqual([
    { enabled: true, accelerator: 'CmdOrCtrl+O' },
    { enabled: true, accelerator: 'CmdOrCtrl+E' },
    { enabled: false, accelerator: null },
    { enabled: true, accelerator: 'CmdOrCtrl+K' },
  ]);
});

test('a second start hands its file to the window that is open, and ends', async () => {
  const second = await startAgain(desktop, [join(samples, 'bikes/data/test.csv')]);
  expect(second.exit).toBe(0);
  const { page } = desktop;
  await page.getByRole('region', { name: 'What was dropped' }).getByText('test.csv').first().waitFor();
  expect(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('what was opened is among the recent files, and opens again from there', async () => {
  const { page, app } = desktop;
  await page
    .getByRole('button', { name: 'Clear what was dropped' })
    .or(page.getByRole('button', { name: 'Clear' }))
    .first()
    .click();
  await app.evaluate(({ Menu }) => {
    const recent = Menu.getApplicationMenu()!.getMenuItemById('recent')!;
    recent.submenu!.items.find(({ label }) => label === 'test.csv')!.click();
  });
  await page.getByRole('region', { name: 'What was dropped' }).getByText('test.csv').first().waitFor();
});

test('a page that crashes is opened again, where it was, with the same workspace', async () => {
  await desktop.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer();
  });
  const text = await until('the window is there again', () =>
    desktop.app.evaluate(async ({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      if (webContents.isCrashed() || webContents.isLoading()) return null;
      // A page that is on its way out never answers.
      const words = await Promise.race([
        webContents.executeJavaScript('document.body.innerText') as Promise<string>,
        new Promise<string>((resolve) => setTimeout(() => resolve(''), 1000)),
      ]);
      return words.includes('Engine on this machine') ? words : null;
    }),
  );
  expect(text).toContain('The window ended unexpectedly and was opened again.');
  expect((await (await desktop.client()).runs.list()).map(({ status }) => status)).toEqual(['done']);
});

test('size and place of the window outlive a restart, and nothing of the program lives on after its end', async () => {
  const bounds = { x: 90, y: 60, width: 1100, height: 760 };
  await desktop.app.evaluate(
    ({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]!.setBounds(wanted),
    bounds,
  );
  await desktop.page.waitForTimeout(300).catch(() => {});
  desktop.detach();
  await desktop.quit();
  await until('no process is left', () => desktop.processes().length === 0);
  desktop.wrongs();
  await desktop.start();
  expect(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds())).toEqual(
    bounds,
  );
  await drop(desktop.page, [data]);
  await desktop.page.getByRole('region', { name: 'What was dropped' }).getByText('test.csv').first().waitFor();
});
