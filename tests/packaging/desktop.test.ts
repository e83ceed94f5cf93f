import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { foreignFiles, nativeFiles } from '../../tools/packing/natives.ts';
import { until } from '../crash/processes.ts';
import { test as testOfDesktop, useDesktop, type TestDesktop } from '../electron/desktop.ts';
import { openScreen, processesOf } from '../electron/electron.ts';
import { goTo, scoreIncome, sentenceReady } from '../window/acts.ts';
import { filesOfAsar, fusesOf, megabytes, pack } from './packages.ts';

/** What is packed here is for Linux; elsewhere docs/release.md says what a person tries. */
const canPack = process.platform === 'linux' && inject('electron') !== '';
const test = process.platform === 'linux' ? testOfDesktop : testOfDesktop.skip;

const folder = mkdtempSync(join(tmpdir(), 'drydock-packages-'));
const forTests = join(folder, 'for tests');
const unpacked = join(forTests, `linux${process.arch === 'x64' ? '' : `-${process.arch}`}-unpacked`);
const installed = join(folder, 'installed');
/** Programs that the command line's own script needs, and nothing else: no Node above all. */
const bare = join(folder, 'bare');

const asFolder = useDesktop();
const asDeb = useDesktop();
const asAppImage = useDesktop();

beforeAll(() => {
  if (!canPack) return;
  pack('--for-tests', `--output=${forTests}`);
  execFileSync('dpkg-deb', ['-x', made('.deb'), installed]);
  mkdirSync(bare);
  for (const name of ['dirname', 'readlink']) symlinkSync(`/usr/bin/${name}`, join(bare, name));
  const sizes = [
    `folder ${megabytes(unpacked)} MB`,
    `deb ${megabytes(made('.deb'))} MB`,
    `AppImage ${megabytes(made('.AppImage'))} MB`,
  ];
  console.log(`Packages: ${sizes.join(', ')}.`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the folder holds programs of this system alone, and nothing that only developers need', () => {
  expect(foreignFiles(unpacked, 'linux', process.arch)).toEqual([]);
  const names = nativeFiles(unpacked).map(({ path }) => path.split('/').at(-1)!);
  expect(names).toEqual(expect.arrayContaining(['node', 'onnxruntime_binding.node', 'libduckdb.so']));
  expect(names.some((name) => name.startsWith('sharp-linux-'))).toBe(true);
  const files = filesOfAsar(join(unpacked, 'resources/app.asar'));
  expect(files).toContain('dist/electron/main.cjs');
  expect(files.filter((path) => /\.(?:map|[mc]?ts|h|cc|md)$/.test(path) && !path.startsWith('resources/'))).toEqual([]);
  expect(files.filter((path) => /^(?:engine|tests|tools|electron|renderer|docs)\//.test(path))).toEqual([]);
  const packages = new Set(files.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]));
  packages.delete(undefined);
  expect([...packages].toSorted()).toEqual([
    '@duckdb/node-api',
    '@duckdb/node-bindings',
    `@duckdb/node-bindings-linux-${process.arch}`,
    '@img/colour',
    `@img/sharp-libvips-linux-${process.arch}`,
    `@img/sharp-linux-${process.arch}`,
    'detect-libc',
    'onnxruntime-common',
    'onnxruntime-node',
    'semver',
    'sharp',
  ]);
});

test('a program of another system in the folder is told', () => {
  const planted = join(unpacked, 'planted.node');
  const theirs = 'node_modules/onnxruntime-node/bin/napi-v6/win32/x64/onnxruntime_binding.node';
  copyFileSync(join(import.meta.dirname, '../..', theirs), planted);
  const found = foreignFiles(unpacked, 'linux', process.arch);
  rmSync(planted);
  expect(found).toEqual([{ path: 'planted.node', platform: 'win32', arch: 'x64' }]);
});

test('the folder starts with no Node in PATH, scores a sample, shows the notices and quits', async () => {
  asFolder.packed = { program: join(unpacked, 'drydock-desktop'), environment: { PATH: bare } };
  await scoreSample(asFolder);
  const { page } = asFolder;
  await goTo(page, '#/settings/notices');
  await page.getByText('Electron', { exact: false }).first().waitFor();
  for (const name of ['onnxruntime-node', 'Node.js', 'react', 'Electron', 'Skia']) {
    await page.getByLabel('Find by name or licence').fill(name);
    await page.locator('summary').filter({ hasText: name }).first().waitFor();
  }
  await page.getByLabel('Find by name or licence').fill('duckdb/node-api');
  await page.locator('summary').click();
  await page.getByText('Permission is hereby granted').waitFor();
  await endsClean(asFolder);
});

test('the deb, unpacked, starts, scores a sample and quits; system and command line know it', async () => {
  asDeb.packed = { program: join(installed, 'opt/Drydock/drydock-desktop'), environment: {} };
  await scoreSample(asDeb);
  await endsClean(asDeb);
  const entry = readFileSync(join(installed, 'usr/share/applications/drydock-desktop.desktop'), 'utf8');
  expect(entry).toContain('Exec=/opt/Drydock/drydock-desktop %U');
  expect(entry).toContain('MimeType=application/x-onnx;');
  expect(entry).toContain('Categories=Science;');
  expect(entry).toContain('StartupWMClass=Drydock');
  const types = readFileSync(join(installed, 'usr/share/mime/packages/drydock-desktop.xml'), 'utf8');
  expect(types).toContain('*.onnx');
  expect(readdirSync(join(installed, 'usr/share/icons/hicolor'))).toContain('256x256');
  expect(existsSync(join(installed, 'usr/bin/drydock'))).toBe(true);
});

test('the AppImage starts, scores a sample and quits', async () => {
  // Without FUSE, as in a container, it unpacks itself first: into the test's folder.
  const environment = { APPIMAGE_EXTRACT_AND_RUN: '1', TMPDIR: asAppImage.folder };
  asAppImage.packed = { program: made('.AppImage'), environment };
  await scoreSample(asAppImage);
  await endsClean(asAppImage);
});

test('the packed command line scores a sample with no Node in PATH', () => {
  const samples = join(unpacked, 'resources/app.asar.unpacked/resources/samples/income');
  const words = ['--model', join(samples, 'v1/model.onnx'), '--data', join(samples, 'data/test.csv')];
  const where = ['--workspace', join(folder, 'workspace'), '--out', join(folder, 'out.csv'), '--json'];
  const { status, stdout, stderr } = spawnSync(
    join(unpacked, 'resources/bin/drydock'),
    ['predict', ...words, ...where],
    { encoding: 'utf8', cwd: folder, env: { PATH: bare, HOME: folder }, timeout: 120_000 },
  );
  expect(stderr).not.toMatch(/rror/);
  expect((JSON.parse(stdout) as { rows: unknown }).rows).toEqual({ read: 3000, predicted: 3000, failed: 0 });
  expect(status).toBe(0);
});

test('what people get lets no debugger in, and starts', async () => {
  const output = join(folder, 'for people');
  pack('--targets=dir', `--output=${output}`);
  const program = join(output, basename(unpacked), 'drydock-desktop');
  const closed = {
    runAsNode: false,
    cookieEncryption: false,
    nodeOptions: false,
    asarIntegrity: false,
    onlyAsar: true,
  };
  expect(fusesOf(program)).toEqual({ ...closed, inspect: false });
  expect(fusesOf(join(unpacked, 'drydock-desktop')), 'the build for tests').toEqual({ ...closed, inspect: true });

  const screen = await openScreen();
  const home = join(folder, 'home of people');
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const words = [...asRoot, '--inspect=0', `--user-data-dir=${home}/profile`, `--workspace=${home}/workspace`];
  // As Node it would print 42 and end.
  const environment = { ...process.env, DISPLAY: screen.display, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '-p 42' };
  const child = spawn(program, words, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  try {
    await until('its engine is there', () => existsSync(join(home, 'workspace/engine.json')), 60_000);
    expect(said).not.toMatch(/Debugger listening|^42$/m);
  } finally {
    child.kill();
    await until('its processes have ended', () => processesOf(home).length === 0, 60_000);
    screen.close();
  }
});

function made(ending: string): string {
  const name = readdirSync(forTests).find((each) => each.endsWith(ending));
  if (name === undefined) throw new Error(`No file ${ending} was packed.`);
  return join(forTests, name);
}

async function scoreSample(desktop: TestDesktop): Promise<void> {
  const page = await desktop.start();
  expect(await desktop.app.evaluate(({ app }) => app.isPackaged)).toBe(true);
  await page.getByRole('button', { name: 'income', exact: true }).click();
  await sentenceReady(page);
  await scoreIncome(page, '3 000 rows');
}

async function endsClean(desktop: TestDesktop): Promise<void> {
  await desktop.quit();
  await until('no process is left', () => desktop.processes().length === 0, 60_000);
}
