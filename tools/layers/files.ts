/** The rules of the house that are about files themselves: their names, their length, their place. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { layers, productFolders, wiring } from './rules.ts';

export interface Violation {
  rule: string;
  /** What breaks the rule: a file, or an import written `from → to`. */
  where: string;
  words: string;
}

/** The most lines that a file of source may have. */
export const mostLines = 400;

const vagueWords = new Set(['util', 'utils', 'utility', 'utilities', 'helper', 'helpers', 'common', 'misc']);
const sourceExtensions = new Set(['.ts', '.tsx', '.mts', '.mjs', '.js']);
const passedOver = new Set(['node_modules', 'dist', '.cache', '__pycache__', '.venv']);

/** Files of source code below the given top folders of `root`, as paths relative to it with forward slashes, sorted. */
export function sourceFiles(root: string, folders: string[]): string[] {
  return folders.flatMap((folder) => filesBelow(root, folder)).filter((path) => sourceExtensions.has(extname(path)));
}

/** Violations of the rules on names, length and place, over everything that people write in this repository. */
export function fileViolations(root: string): Violation[] {
  const folders = [...productFolders, 'tools', 'tests'];
  const everything = folders.flatMap((folder) => filesBelow(root, folder));
  return [
    ...everything.filter(hasVagueName).map((where) => ({
      rule: 'no-vague-names',
      where,
      words: 'utils, helpers, common and misc say nothing: name it after what it does.',
    })),
    ...sourceFiles(root, folders).flatMap((where) => lengthViolation(root, where)),
    ...unknownFolders(root),
  ];
}

function hasVagueName(path: string): boolean {
  return path.split('/').some((segment) => segment.split(/[-_.]/).some((word) => vagueWords.has(word.toLowerCase())));
}

function lengthViolation(root: string, where: string): Violation[] {
  const text = readFileSync(join(root, where), 'utf8');
  if (/@generated\b/.test(text.slice(0, 1000))) return [];
  const lines = text.replace(/\n$/, '').split('\n').length;
  if (lines <= mostLines) return [];
  return [{ rule: 'no-long-files', where, words: `${lines} lines; the most is ${mostLines}.` }];
}

/** A folder that the order of the layers does not know could import, and be imported by, anything. */
function unknownFolders(root: string): Violation[] {
  const engine = join(root, 'engine');
  if (!existsSync(engine)) return [];
  return readdirSync(engine, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !layers.includes(entry.name) && !wiring.includes(entry.name))
    .map((entry) => ({
      rule: 'every-folder-has-a-layer',
      where: `engine/${entry.name}`,
      words: 'It has no place in the order of the layers: add it to tools/layers/rules.ts and docs/architecture.md.',
    }));
}

function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return passedOver.has(entry.name) ? [] : filesBelow(root, path);
      return entry.isFile() ? [path] : [];
    });
}
