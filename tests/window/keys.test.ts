import { join } from 'node:path';
import { expect } from 'vitest';
import { drop, goTo, sentenceReady } from './acts.ts';
import { samples, test, useWindow } from './window.ts';

const window = useWindow({ expected: /status of 401/ });

test('G and a letter go to a page, and single letters can be turned off', async () => {
  const page = await window.open();
  const titles = [
    ['m', 'Models'],
    ['d', 'Data'],
    ['r', 'Runs'],
    ['s', 'Settings'],
  ] as const;
  for (const [letter, title] of titles) {
    await page.keyboard.press('g');
    await page.keyboard.press(letter);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  }
  await page.getByRole('switch', { name: 'Single letters act while no field has the focus' }).click();
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await page.keyboard.press('Control+j');
  await page.getByText('No jobs yet.').waitFor();
  expect(page.url()).toMatch(/#\/settings$/);
});

test('the palette finds a command by some of its letters and runs it', async () => {
  const page = await window.open();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'What to do' });
  await field.waitFor();
  await page.keyboard.type('go to mod');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
  await page.keyboard.press('Control+k');
  await field.fill('light');
  await page.getByRole('option', { name: 'Switch between light and dark' }).click();
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
  await page.keyboard.press('Control+k');
  await field.fill('qqqq');
  await page.getByText('No command has these letters.').waitFor();
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
});

test('a question mark shows all keys', async () => {
  const page = await window.open();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  for (const words of ['Ctrl+K', 'Ctrl+O', 'G then H', '?']) await sheet.getByText(words, { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
});

test('theme and density are chosen in the settings and outlive a reload', async () => {
  const page = await window.open({ colorScheme: 'light' });
  await goTo(page, '/settings');
  await page.getByText('Dark', { exact: true }).click();
  await page.getByText('Compact', { exact: true }).click();
  await page.locator('html[data-mantine-color-scheme=dark][data-density=compact]').waitFor({ state: 'attached' });
  await page.reload();
  await page.locator('html[data-mantine-color-scheme=dark][data-density=compact]').waitFor({ state: 'attached' });
  await page.getByText('As the system', { exact: true }).click();
  await page.locator('html[data-mantine-color-scheme=light]').waitFor({ state: 'attached' });
});

test('the notices of what others wrote are found from the settings, by name, with their words', async () => {
  const page = await window.open();
  await goTo(page, '/settings');
  await page.getByRole('link', { name: 'Third-party notices' }).click();
  await page.getByRole('heading', { level: 1, name: 'Third-party notices' }).waitFor();
  await page
    .getByRole('status')
    .filter({ hasText: /^\d+ notices$/ })
    .waitFor();
  await page.getByLabel('Find by name or licence').fill('@mantine/core');
  await page
    .getByRole('status')
    .filter({ hasText: /^1 of \d+ notices$/ })
    .waitFor();
  await page.locator('summary').click();
  await page.getByText('Permission is hereby granted, free of charge').waitFor();
});

test('an address that was opened before says so, and its first window works on', async () => {
  const address = window.host.newAddress({ exposed: false });
  const first = await window.tab();
  await first.goto(address);
  await first.getByText('Engine on this machine').waitFor();
  const second = await window.tab();
  await second.goto(address);
  await second.getByRole('heading', { name: 'This address opens no window.' }).waitFor();
  await first.keyboard.press('g');
  await first.keyboard.press('d');
  await first.getByRole('heading', { level: 1, name: 'Data' }).waitFor();
});

test('a part of the sentence is chosen by keyboard, and Escape closes its list and nothing else', async () => {
  const page = await window.open();
  await drop(page, [join(samples, 'income/v1/model.onnx'), join(samples, 'income/data/test.csv')]);
  await sentenceReady(page);
  const label = page.getByRole('combobox', { name: /^Label/ });
  await label.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'workclass' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('option', { name: 'workclass' }).waitFor({ state: 'hidden' });
  expect(page.url()).toMatch(/#\/home$/);
  await page.getByRole('combobox', { name: 'Label, over_50k, guessed' }).waitFor();
  await page.keyboard.press('Space');
  await page.getByRole('option', { name: 'workclass' }).waitFor();
  await page.keyboard.type('workc');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Label, workclass', exact: true }).waitFor();
});
