import { expect } from 'vitest';
import type { Page } from '@playwright/test';
import { drop } from './drop.ts';
import { eventually } from './eventually.ts';

export { drop, eventually };

/** Chooses files in the dialog that the keys open. */
export async function choose(page: Page, paths: string | readonly string[], keys = 'Control+o'): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press(keys)]);
  await chooser.setFiles(typeof paths === 'string' ? paths : [...paths]);
}

/** The sentence on Home, once its preview is there. */
export async function sentenceReady(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Score', exact: true }).and(page.locator(':enabled')).waitFor();
  return oneSpaced(await page.getByRole('region', { name: 'What was dropped' }).locator('p').first().innerText());
}

/** Waits until the run on screen says that it is done. */
export async function runDone(page: Page): Promise<void> {
  await page.locator('header').getByText('done', { exact: true }).waitFor();
}

/** Waits until the scope bar says so: `3 000 rows`, `12 of 3 000 rows`. */
export async function expectRows(page: Page, words: string): Promise<void> {
  const said = page.getByRole('toolbar', { name: 'Rows in view' }).getByRole('status');
  await said.filter({ hasText: words.replaceAll(/(?<=\d) (?=\d)/g, '\u202f') }).waitFor();
}

/** Starts what the sentence says, and waits until income's predictions for all `rows` are in the grid. */
export async function scoreIncome(page: Page, rows: string): Promise<void> {
  await page.getByRole('button', { name: 'Score', exact: true }).click();
  await runDone(page);
  await expectRows(page, rows);
  await page
    .getByRole('gridcell', { name: /^(yes|no)$/ })
    .first()
    .waitFor();
}

/** Moves the focus by keyboard alone. */
export async function tabTo(page: Page, selector: string, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} did not come to ${selector}.`);
}

/** The run whose page is on screen. */
export function runOf(page: Page): string {
  const run = /#\/runs\/([^/]+)/.exec(page.url())?.[1];
  if (run === undefined) throw new Error(`${page.url()} is not the page of a run.`);
  return run;
}

/** Goes to a place of the window by its fragment. */
export async function goTo(page: Page, fragment: string): Promise<void> {
  const address = new URL(page.url());
  address.hash = fragment;
  await page.goto(address.href);
}

/** Drops files, waits for the sentence and starts it. */
export async function dropAndScore(page: Page, paths: readonly string[]): Promise<void> {
  await drop(page, paths);
  await sentenceReady(page);
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/runs\//);
}

/** Counts what a script in a name or a cell would have left behind. */
export async function expectNothingInjected(page: Page): Promise<void> {
  const found = await page.evaluate<unknown>(
    `[window.__pwned ?? null, document.querySelectorAll('script:not([src]), iframe, object, embed, [onerror], [onload], img[src="x"], #injected, form[action]').length]`,
  );
  expect(found, 'what hostile text left in the page').toEqual([null, 0]);
}

export function oneSpaced(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
