/**
 * `npm run dist`: builds, then packs the desktop program for the system it runs on: on Linux a folder, a deb and an
 * AppImage, on Windows an installer, on macOS a disk image and a zip, into dist/packages.
 *   npm run dist -- --targets=dir,deb     these alone
 *   npm run dist -- --for-tests           a debugger may attach, little is compressed; into dist/packages-for-tests. Never for people
 *   npm run dist -- --output=FOLDER
 */
import { rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Arch, archFromString, build, Platform, type AfterPackContext } from 'electron-builder';
import { packageConfiguration } from '../../electron-builder.config.ts';
import { noticesOfElectron } from '../notices/electron.ts';
import { writeNotices } from '../notices/notices.ts';
import { shippedNode, shippedPackages } from '../notices/shipped.ts';
import { buildEverything } from '../run/everything.ts';
import { electronFolder, versionOfElectron } from './electron-folder.ts';
import { drawIcons } from './icons.ts';
import { foreignFiles } from './natives.ts';

const root = join(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: {
    targets: { type: 'string' },
    output: { type: 'string' },
    'for-tests': { type: 'boolean', default: false },
  },
});
const forTests = values['for-tests'];
const { platform, arch } = process;
const output = resolve(values.output ?? join(root, 'dist', forTests ? 'packages-for-tests' : 'packages'));
const targets = values.targets?.split(',') ?? targetsOf(platform);

process.chdir(root);
const electron = await electronFolder(root);
const electronVersion = versionOfElectron(electron);
const node = shippedNode(root);
const { shipped, leftOut } = shippedPackages(root);

const bundled = await buildEverything(root);
const notices = [node.notice, ...noticesOfElectron(electron, electronVersion)];
const count = writeNotices(root, [...bundled, ...shipped], notices);
console.log(`Notices of ${count} pieces of software of others.`);

const icons = join(root, 'dist', 'icons');
await drawIcons(root, icons);

rmSync(output, { recursive: true, force: true });
const packing = { platform, arch, electronFolder: electron, electronVersion, leftOut, icons, output, forTests };
const made = await build({
  projectDir: root,
  publish: 'never',
  targets: Platform.current().createTarget(targets, archFromString(arch)),
  config: {
    ...packageConfiguration({ ...packing, node: node.program, nodeLicence: node.licence }),
    afterPack: tidy,
  },
});
for (const file of made) {
  const megabytes = statSync(file).size / 1e6;
  console.log(`${relative(root, file)}  ${megabytes.toFixed(1)} MB`);
}
// electron-builder listens on the channel to npm's launcher, which would keep this process for ever.
process.channel?.unref();
if (forTests) console.log('These packages are for tests: a debugger can attach to them. Do not hand them out.');

/** Before anything is signed: what an unpacked Electron brings for its own use goes, and nothing foreign may be there. */
function tidy({ appOutDir, packager, arch: packed }: AfterPackContext): void {
  rmSync(join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true });
  const foreign = foreignFiles(appOutDir, platform, Arch[packed]);
  if (foreign.length === 0) return;
  const named = foreign.map((file) => `${file.path} (${file.platform} ${file.arch})`);
  throw new Error(`The package holds programs of another system: ${named.join(', ')}.`);
}

function targetsOf(system: NodeJS.Platform): string[] {
  if (system === 'linux') return ['dir', 'deb', 'AppImage'];
  return system === 'darwin' ? ['dmg', 'zip'] : ['nsis'];
}
