import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve, sep } from 'node:path';
import { closestName, problem } from '../contract/index.ts';

/**
 * Files, folders and globs as a person gave them, to absolute paths of files and folders, sorted by name within each
 * argument. A name that exists is itself, also when it contains `[`, `*` or `?`, and so is every part of a path that
 * exists on the way to a pattern. `*` does not match a leading dot, `**` matches any number of folders.
 * Throws FILE_MISSING for an argument that matches nothing, with the closest name in its folder.
 */
export async function expandPaths(args: string[]): Promise<string[]> {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const arg of args) {
    const paths = await expandOne(resolve(arg));
    if (paths.length === 0) throw await nothingThere(arg);
    for (const path of paths) {
      if (!seen.has(path)) found.push(path);
      seen.add(path);
    }
  }
  return found;
}

async function expandOne(path: string): Promise<string[]> {
  if (await exists(path)) return [path];
  const { root } = parse(path);
  const segments = path.slice(root.length).split(sep);
  const matches = await matchBelow(root, segments);
  return [...new Set(matches)].toSorted(compareNames);
}

/** By code unit, the same on every machine. */
export function compareNames(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

async function matchBelow(folder: string, segments: string[]): Promise<string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [folder];
  const literal = join(folder, segment);
  if (!isPattern(segment) || (await exists(literal))) {
    return (await exists(literal)) ? matchBelow(literal, rest) : [];
  }
  const entries = await entriesOf(folder);
  if (segment === '**') {
    const here = await matchBelow(folder, rest);
    const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    const below = await inOrder(folders, (entry) => matchBelow(join(folder, entry.name), segments));
    return [...here, ...below];
  }
  const pattern = segmentPattern(segment);
  const matching = entries.filter(
    ({ name }) => pattern.test(name) && (segment.startsWith('.') || !name.startsWith('.')),
  );
  return inOrder(matching, (entry) => matchBelow(join(folder, entry.name), rest));
}

async function inOrder<Item>(items: Item[], paths: (item: Item) => Promise<string[]>): Promise<string[]> {
  const all: string[] = [];
  for (const item of items) all.push(...(await paths(item)));
  return all;
}

function isPattern(segment: string): boolean {
  return /[*?[]/.test(segment);
}

/** `*`, `?`, `[a-z]` and `[!a-z]` within one name, as shells read them; an open bracket without its end is literal. */
function segmentPattern(segment: string): RegExp {
  let source = '';
  for (let at = 0; at < segment.length; at++) {
    const char = segment[at] as string;
    const close = char === '[' ? segment.indexOf(']', at + 2) : -1;
    if (char === '*') source += source.endsWith('.*') ? '' : '.*';
    else if (char === '?') source += '.';
    else if (close > 0) {
      source += bracketClass(segment.slice(at + 1, close));
      at = close;
    } else source += /[\w\s-]/.test(char) ? char : escapeCharacter(char);
  }
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    // A range that runs backwards, for one, matches nothing.
    return /(?!)/;
  }
}

function bracketClass(content: string): string {
  const negated = content.startsWith('!') || content.startsWith('^');
  const characters = (negated ? content.slice(1) : content).replace(/[\\\]^[]/g, '\\$&');
  return `[${negated ? '^' : ''}${characters}]`;
}

function escapeCharacter(char: string): string {
  return /[$()*+./?[\\\]^{|}]/.test(char) ? `\\${char}` : char;
}

async function nothingThere(arg: string): Promise<Error> {
  const path = resolve(arg);
  if (isPattern(basename(path)) || isPattern(dirname(path))) {
    return problem('FILE_MISSING', `No file matches ${arg}.`, { subject: arg, hint: await closestHint(path) });
  }
  return problem('FILE_MISSING', `There is no file or folder ${arg}.`, { subject: arg, hint: await closestHint(path) });
}

async function closestHint(path: string): Promise<string> {
  // The nearest folder that exists is where the first wrong name stands.
  let folder = dirname(path);
  let name = basename(path);
  while (!(await exists(folder)) && dirname(folder) !== folder) {
    name = basename(folder);
    folder = dirname(folder);
  }
  const names = (await entriesOf(folder)).map((entry) => entry.name);
  const closest = closestName(name, names);
  return closest === null ? `Nothing in ${folder} has a similar name.` : `The closest name in ${folder} is ${closest}.`;
}

async function entriesOf(folder: string): Promise<{ name: string; isDirectory(): boolean }[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
