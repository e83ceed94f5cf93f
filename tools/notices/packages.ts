/** Which packages are shipped: those with code in a bundle, and those that are installed beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Manifest {
  name: string;
  version: string;
  license?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** What is read of the files of a build, by Rolldown or Vite. */
export interface BuiltFile {
  type: 'chunk' | 'asset';
  moduleIds?: string[];
  originalFileNames?: string[];
}

/** Folders, relative to `root`, of the packages that have code, styles or fonts in what was built; sorted. */
export function packagesIn(root: string, files: readonly BuiltFile[]): string[] {
  const folders = new Set<string>();
  for (const file of files) {
    for (const id of [...(file.moduleIds ?? []), ...(file.originalFileNames ?? [])]) {
      const folder = folderOf(id.replaceAll('\\', '/').replace(`${root.replaceAll('\\', '/')}/`, ''));
      if (folder !== null) folders.add(folder);
    }
  }
  return [...folders].toSorted();
}

/** The package that a module belongs to, as far as its address tells. */
function folderOf(id: string): string | null {
  // The bundler's own few lines that join modules.
  if (id.startsWith('\0rolldown/')) return 'node_modules/rolldown';
  // Vite names styles and fonts from the window's own folder.
  const clean = id
    .replace(/^\0/, '')
    .replace(/^(\.\.\/)+/, '')
    .replace(/\?.*$/s, '');
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(clean)?.[0] ?? null;
}

/**
 * Folders, relative to `root`, of the packages `names` and of all that they need, as they are installed; sorted. What is
 * optional and not installed, and what `without` names, is passed over.
 */
export function packagesBehind(root: string, names: readonly string[], without: readonly string[] = []): string[] {
  const found = new Set<string>();
  const visit = (name: string, from: string, isOptional: boolean): void => {
    if (without.includes(name)) return;
    const folder = installedAbove(root, from, name);
    if (folder === null) {
      if (isOptional) return;
      throw new Error(`The package ${name} is not installed; npm ci installs it.`);
    }
    if (found.has(folder)) return;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = manifestOf(join(root, folder));
    for (const each of Object.keys(dependencies)) visit(each, folder, each in optionalDependencies);
    for (const each of Object.keys(optionalDependencies)) visit(each, folder, true);
  };
  for (const name of names) visit(name, '.', false);
  return [...found].toSorted();
}

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function installedAbove(root: string, from: string, name: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(root, candidate, 'package.json'))) return candidate;
    if (folder === '.') return null;
  }
}
