import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { install } from '../run/electron-program.ts';

/**
 * The unpacked Electron that is packed: where ELECTRON_OVERRIDE_DIST_PATH says, as Electron's own launcher has it, else the
 * installed package's, fetched by its own installer where it is missing.
 */
export async function electronFolder(root: string): Promise<string> {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const home = join(root, 'node_modules', 'electron');
  const folder = named || join(home, 'dist');
  if (existsSync(join(folder, 'version'))) return folder;
  if (named) throw new Error(`ELECTRON_OVERRIDE_DIST_PATH is ${named}, which holds no Electron.`);
  const failed = await install(home);
  if (failed !== null) throw new Error(`Electron is not here, and its installer could not fetch it: ${failed}.`);
  return folder;
}

export function versionOfElectron(folder: string): string {
  return readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
}
