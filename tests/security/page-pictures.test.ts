import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { drop, dropAndScore, expectNothingInjected, expectRows, runDone } from '../window/acts.ts';
import { samples, test, useWindow } from '../window/window.ts';

const window = useWindow({ expected: /Failed to load resource/ });

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8" onload="globalThis.__pwned=1">
  <script>globalThis.__pwned = 2</script><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="x"/></foreignObject></svg>`;
const page = '<!doctype html><script>globalThis.__pwned = 3</script>';
let model = '';
let pictures = '';

beforeAll(() => {
  if (window.folder === '') return;
  model = join(window.folder, 'digits.onnx');
  pictures = join(window.folder, 'pictures');
  copyFileSync(join(samples, 'digits/v1/model.onnx'), model);
  mkdirSync(pictures);
  copyFileSync(join(samples, 'digits/data/test/3/digit_0000.png'), join(pictures, 'a picture.png'));
  writeFileSync(join(pictures, 'drawing.svg'), drawing);
  writeFileSync(join(pictures, 'drawing called a picture.png'), drawing);
  writeFileSync(join(pictures, 'page called a picture.jpg'), page);
});

test('a drawing that holds a script is refused in words when it is dropped', async () => {
  const tab = await window.open();
  await drop(tab, [join(pictures, 'drawing.svg')]);
  await tab.getByRole('region', { name: 'What was dropped' }).getByRole('alert').waitFor();
  await expectNothingInjected(tab);
});

test('drawings and pages among pictures are rows that failed, and nothing of them is ever a document', async () => {
  const tab = await window.open();
  const served: { address: string; type: string }[] = [];
  tab.on('response', (response) => {
    if (response.url().includes('/resource/'))
      served.push({ address: response.url(), type: response.headers()['content-type'] ?? '' });
  });
  await dropAndScore(tab, [model, pictures]);
  await runDone(tab);
  await expectRows(tab, '3 rows');
  const tiles = tab.getByRole('listbox', { name: 'Pictures' }).getByRole('option');
  await tiles.filter({ hasText: 'file is not a picture' }).nth(1).waitFor();
  await tab
    .getByRole('img', { name: /called a picture\.(png|jpg) cannot be shown/ })
    .nth(1)
    .waitFor();
  for (const at of [0, 1, 2]) {
    await tiles.nth(at).click();
    const panel = tab.getByRole('complementary', { name: 'The row' });
    await panel.getByRole('heading', { name: `Row ${at + 1}`, exact: true }).waitFor();
    await panel.getByRole('heading', { name: 'Result' }).or(panel.getByRole('alert')).first().waitFor();
    await tab.waitForTimeout(500);
    await expectNothingInjected(tab);
  }
  expect(served.length).toBeGreaterThan(0);
  expect(served.map(({ type }) => type).filter((type) => /svg|html|xml|script/.test(type))).toEqual([]);

  // What is served, opened as a document of its own: by an address that the page itself was given.
  for (const { address } of served) {
    const document = await tab.context().newPage();
    const answer = await document.goto(address).catch(() => null);
    expect(answer?.headers()['content-security-policy'] ?? 'sandbox').toContain('sandbox');
    expect(await document.evaluate('globalThis.__pwned ?? null')).toBe(null);
    await document.close();
  }
});
