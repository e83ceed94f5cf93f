import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';

const root = join(import.meta.dirname, '../..');
/** What stands in for electron-builder's downloads on machines that cannot fetch them. Test equipment. */
const rigsTools = join(root, '..', 'shared', 'electron-rig', 'builder', 'tools.sh');

/** Packs with the Electron that tests of the desktop window use; returns what was said. */
export function pack(...words: string[]): string {
  return execFileSync(process.execPath, [join(root, 'tools/packing/main.ts'), ...words], {
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: dirname(inject('electron')), ...toolsForPacking() },
    maxBuffer: 2 ** 26,
  });
}

function toolsForPacking(): Record<string, string> {
  if (process.env.APPIMAGE_TOOLS_PATH !== undefined || !existsSync(rigsTools)) return {};
  const said = execFileSync(rigsTools, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const found = Object.fromEntries([...said.matchAll(/(\w+)='([^']*)'/g)].map(([, name, value]) => [name!, value!]));
  delete found.ELECTRON_OVERRIDE_DIST_PATH;
  return found;
}

/** Fuses by their place in the wire, as Electron documents it. */
const fuseNames = ['runAsNode', 'cookieEncryption', 'nodeOptions', 'inspect', 'asarIntegrity', 'onlyAsar'] as const;

/** The fuses of a packed program, read out of the program itself. */
export function fusesOf(program: string): Record<(typeof fuseNames)[number], boolean> {
  const bytes = readFileSync(program);
  const sentinel = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
  const wire = bytes.indexOf(sentinel) + sentinel.length + 2;
  return Object.fromEntries(
    fuseNames.map((name, place) => [name, bytes.toString('latin1', wire + place, wire + place + 1) === '1']),
  ) as Record<(typeof fuseNames)[number], boolean>;
}

/** Every file of an asar, inside or unpacked beside it, with forward slashes. */
export function filesOfAsar(path: string): string[] {
  const bytes = readFileSync(path);
  const header = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as AsarFolder;
  return filesBelow(header, '');
}

interface AsarFolder {
  files: Record<string, AsarFolder | { size: number }>;
}

function filesBelow({ files }: AsarFolder, above: string): string[] {
  return Object.entries(files).flatMap(([name, entry]) =>
    'files' in entry ? filesBelow(entry, `${above}${name}/`) : [`${above}${name}`],
  );
}

/** Megabytes that a folder or a file takes on the disk. */
export function megabytes(path: string): number {
  const [blocks = '0'] = spawnSync('du', ['-sk', path], { encoding: 'utf8' }).stdout.split('\t');
  return Math.round((Number(blocks) * 1024) / 1e6);
}
