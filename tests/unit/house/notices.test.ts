import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseNotices } from '../../../renderer/features/settings/notices.ts';
import { noticesOfChromium } from '../../../tools/notices/electron.ts';
import { noticeOf, noticesText } from '../../../tools/notices/notices.ts';
import { packagesBehind, packagesIn } from '../../../tools/notices/packages.ts';
import { shippedPackages } from '../../../tools/notices/shipped.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'drydock-notices-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what is written is what the window reads, whatever a licence looks like', () => {
  const notices = [
    { name: 'b | bar', version: '2', licence: 'MIT', text: 'words\n==== not | a | heading\nmore' },
    { name: 'a', version: '', licence: 'in its own\nwords', text: '' },
  ];
  expect(parseNotices(noticesText(notices))).toEqual([
    { place: 0, name: 'a', version: '', licence: 'in its own words', text: '' },
    { place: 1, name: 'b bar', version: '2', licence: 'MIT', text: 'words\n ==== not | a | heading\nmore' },
  ]);
});

test('a package is told with the words of its licence, else with what it says of licensing, else by its identifier', () => {
  const own = packageWith('own', { license: 'ISC' }, { 'LICENSE.md': 'the words' });
  const said = packageWith(
    'said',
    { license: 'X' },
    { 'README.md': '# said\n\n## Licensing\n\nMade of others.\n\n## More' },
  );
  const bare = packageWith('bare', { license: 'MIT' }, {});
  expect([own, said, bare].map((home) => noticeOf(home).text)).toEqual([
    'the words',
    'Made of others.',
    'The package holds no text of its licence, which is MIT.',
  ]);
  expect(() => noticeOf(packageWith('none', {}, {}))).toThrow('none is shipped and states no licence.');
});

test('credits of Chromium are read one by one; in a form that is not known they stay whole', () => {
  const product = (title: string, words: string) =>
    `<div class="product">\n<span class="title">${title}</span>\n<span class="homepage"><a href="https://a.test/?b&amp;c">homepage</a></span><div class="licence">\n<pre>${words}</pre></div></div>`;
  const credits = noticesOfChromium(
    `<body>${product('Skia', 'use &lt;it&gt; &amp;lt;')}${product('V8', 'and it')}</body>`,
  );
  expect(credits.map(({ name, text }) => [name, text])).toEqual([
    ['Skia', 'https://a.test/?b&c\n\nuse <it> &lt;'],
    ['V8', 'https://a.test/?b&c\n\nand it'],
  ]);
  const [whole, ...others] = noticesOfChromium('<h1>Credits</h1><p>Skia: use it.</p>');
  expect(others).toEqual([]);
  expect(whole).toMatchObject({ name: 'Chromium', text: expect.stringContaining('Skia: use it.') });
});

test('packages are found by the modules and fonts of a build', () => {
  const files = [
    {
      type: 'chunk' as const,
      moduleIds: [
        join(root, 'node_modules/react/index.js'),
        join(root, 'engine/index.ts'),
        `\0${join(root, 'node_modules/serialize-error/node_modules/type-fest/x.js')}?commonjs`,
        '\0rolldown/runtime.js',
      ],
    },
    { type: 'asset' as const, originalFileNames: ['../node_modules/@fontsource/ibm-plex-mono/files/a.woff2'] },
  ];
  expect(packagesIn(root, files)).toEqual([
    'node_modules/@fontsource/ibm-plex-mono',
    'node_modules/react',
    'node_modules/rolldown',
    'node_modules/serialize-error/node_modules/type-fest',
  ]);
});

test('what a package is packed with is what its native modules need, and nothing is both shipped and left out', () => {
  const { shipped, leftOut } = shippedPackages(root);
  expect(shipped).toEqual(expect.arrayContaining(['node_modules/sharp', 'node_modules/onnxruntime-common']));
  expect(shipped.filter((home) => leftOut.includes(home))).toEqual([]);
  expect(leftOut).toEqual(expect.arrayContaining(['node_modules/zod', 'node_modules/global-agent']));
  expect(() => packagesBehind(root, ['not-there'])).toThrow('not-there is not installed');
});

function packageWith(name: string, manifest: object, files: Record<string, string>): string {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(home, file), text);
  return home;
}
