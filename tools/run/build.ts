/**
 * `npm run build`: bundles the command line with the web host, and the engine's programs, into dist/node, with the licences
 * of what is in them; and the window into dist/renderer.
 */
import { existsSync, rmSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown, type RolldownOutput } from 'rolldown';
import config from '../../rolldown.config.ts';
import { buildDesktop } from './desktop.ts';
import { buildWindow } from './window.ts';

const root = join(import.meta.dirname, '..', '..');
process.chdir(root);
rmSync('dist/node', { recursive: true, force: true });

const bundle = await rolldown(config);
const output = await bundle.write(config.output);
await bundle.close();

const packages = bundledPackages(output);
const licences = await Promise.all(packages.map(licenceOf));
await writeFile('dist/node/LICENCES.txt', licences.join('\n\n'));
const programs = output.output.filter((file) => file.type === 'chunk' && file.isEntry).map((file) => file.fileName);
console.log(
  `dist/node: ${programs.toSorted().join(', ')}; ${packages.length} packages bundled, licences in LICENCES.txt.`,
);

if (existsSync('renderer/vite.config.ts')) {
  await buildWindow(root, 'info');
  console.log('dist/renderer: the window.');
  await buildDesktop(root);
  console.log('dist/electron: the desktop host.');
}

/** Names of the packages that have code in the bundle, sorted. */
function bundledPackages({ output: files }: RolldownOutput): string[] {
  const names = new Set<string>();
  for (const file of files) {
    for (const id of file.type === 'chunk' ? file.moduleIds : []) {
      const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/'))?.[1];
      if (name !== undefined) names.add(name);
    }
  }
  return [...names].toSorted();
}

/** The licence of a package in its own words. A package without one must not be shipped in a bundle. */
async function licenceOf(name: string): Promise<string> {
  const home = join('node_modules', name);
  const manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as {
    version: string;
    license?: string;
  };
  const file = (await readdir(home)).find((entry) => /^licen[cs]e/i.test(entry));
  const heading = `${name} ${manifest.version}, ${manifest.license ?? 'licence not named'}`;
  if (file !== undefined) return `${heading}\n\n${(await readFile(join(home, file), 'utf8')).trim()}`;
  if (manifest.license === undefined) throw new Error(`${name} is bundled and states no licence.`);
  return `${heading}\n\nThe package holds no text of its licence.`;
}
