import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { problem, ProblemError } from '../contract/index.ts';
import type { DataFormat, SourceFile } from '../contract/index.ts';
import { hasTextDataName, recogniseFile, recogniseNamed } from './formats.ts';
import type { FileKind } from './formats.ts';
import { hasPictureName, pictureFormatsInWords } from './picture-formats.ts';
import type { Look } from './look.ts';
import { stampFile, statNow } from './source-files.ts';
import { filesBelow, inTurn } from './source-tree.ts';

/** Files of one format. For pictures in folders the folders, whose pictures are listed again when they are read. */
export interface Sources {
  format: DataFormat;
  files: SourceFile[];
  notes: string[];
}

interface Candidate {
  path: string;
  /** The folder that was given, or null for a file that was. */
  root: string | null;
  kind: FileKind;
}

interface NamedSource {
  path: string;
  kind: FileKind | ProblemError;
}

const formatOf: Record<FileKind, DataFormat> = { text: 'csv', jsonl: 'jsonl', parquet: 'parquet', picture: 'images' };
const inWords: Record<FileKind, [string, string]> = {
  text: ['text table', 'text tables'],
  jsonl: ['JSON Lines file', 'JSON Lines files'],
  parquet: ['Parquet file', 'Parquet files'],
  picture: ['picture', 'pictures'],
};

/**
 * Finds the data in files and folders. A file that was named itself has to be readable; in a folder what is no data
 * is left out and said so. Refuses folders without data and files of several formats.
 */
export async function findSources(paths: string[], look: Look = {}): Promise<Sources> {
  const roots = [...new Set(paths.map((path) => resolve(path)))];
  const leftOut: string[] = [];
  const folders: Candidate[][] = [];
  const found = await inTurn(roots, (path) => namedSource(path), {
    signal: look.signal,
    onDone: (done) => look.onProgress?.({ phase: 'finding the files', done, total: roots.length, unit: 'files' }),
  });
  for (const [index, source] of found.entries()) {
    if (source !== null) folders.push([await candidateOf(source)]);
    else folders.push(await findBelow(roots[index] as string, leftOut, look));
  }
  const candidates = folders.flat();
  const [first] = candidates;
  if (first === undefined) throw noData(roots, leftOut);
  refuseMixed(candidates);
  const notes: string[] = [];
  if (leftOut.length > 0) {
    const shown = leftOut.slice(0, 5).map((path) => basename(path));
    const more = leftOut.length > shown.length ? ` and ${leftOut.length - shown.length} more` : '';
    notes.push(`Left out, because not data of this kind: ${shown.join(', ')}${more}.`);
  }
  const files = first.kind === 'picture' ? pictureSources(candidates) : tableSources(candidates, roots.length > 1);
  return { format: formatOf[first.kind], files: await stamped(files), notes };
}

/** As `findSources`, for data that has to be pictures. Throws BINDING_TYPE for tables. */
export async function findPictures(paths: string[], signal?: AbortSignal): Promise<SourceFile[]> {
  const { format, files } = await findSources(paths, { signal });
  if (format === 'images') return files;
  throw problem('BINDING_TYPE', `${files[0]?.name ?? 'The data'} is a table, pictures are needed.`, {
    subject: files[0]?.path ?? null,
    hint: 'Choose a folder or a zip archive of pictures.',
  });
}

/** A file that was named itself; null for a folder. */
function namedSource(path: string): NamedSource | null {
  const stats = statNow(path);
  if (stats.isDirectory()) return null;
  if (!stats.isFile()) {
    throw problem('FILE_UNREADABLE', `${basename(path)} is neither a file nor a folder.`, { subject: path });
  }
  return { path, kind: recogniseFile(path) };
}

/** What is refused at first may be an archive of pictures, which is looked into. */
async function candidateOf({ path, kind: first }: NamedSource): Promise<Candidate> {
  const kind = first instanceof ProblemError ? await recogniseNamed(path) : first;
  if (kind instanceof ProblemError) throw kind;
  return { path, root: null, kind };
}

async function findBelow(root: string, leftOut: string[], { signal, onProgress }: Look): Promise<Candidate[]> {
  const names = await filesBelow(root, signal);
  const paths = names.map((name) => join(root, name));
  const kinds = await inTurn(paths, kindInFolder, {
    signal,
    onDone: (done) => onProgress?.({ phase: 'finding the files', done, total: paths.length, unit: 'files' }),
  });
  const pictures = kinds.includes('picture');
  const found: Candidate[] = [];
  for (const [index, kind] of kinds.entries()) {
    const path = paths[index] as string;
    if (kind instanceof ProblemError) {
      // A damaged or empty table among tables must not go unnoticed; a model or a readme beside them is not meant.
      if (!pictures && hasTextDataName(path) && kind.problem.code === 'FILE_EMPTY') throw kind;
      leftOut.push(path);
    } else if (kind === 'text' && (!hasTextDataName(path) || (pictures && /\.(?:txt|json)$/i.test(path))))
      leftOut.push(path);
    else found.push({ path, root, kind });
  }
  return found;
}

function kindInFolder(path: string): FileKind | ProblemError {
  // Folders of pictures are large; their bytes are looked at when they are decoded. An archive beside other files is left
  // out: it may well hold the same ones.
  return hasPictureName(path) ? 'picture' : recogniseFile(path);
}

function refuseMixed(candidates: Candidate[]): void {
  const byKind = new Map<FileKind, Candidate[]>();
  for (const candidate of candidates) {
    const list = byKind.get(candidate.kind);
    if (list === undefined) byKind.set(candidate.kind, [candidate]);
    else list.push(candidate);
  }
  if (byKind.size < 2) return;
  const parts = [...byKind].map(([kind, list]) => {
    const [one, many] = inWords[kind];
    const example = basename(list[0]?.path ?? '');
    return `${list.length} ${list.length === 1 ? one : many} (${list.length === 1 ? '' : 'such as '}${example})`;
  });
  throw problem('DATA_INVALID', `The data has several formats: ${parts.join(', ')}.`, {
    subject: candidates[0]?.root ?? candidates[0]?.path ?? null,
    hint: 'Give files of one format.',
  });
}

function noData(roots: string[], leftOut: string[]): ProblemError {
  const [root = ''] = roots;
  const what =
    leftOut.length === 0
      ? 'has no files'
      : `has no data: ${leftOut
          .slice(0, 3)
          .map((path) => basename(path))
          .join(', ')}`;
  return problem('FORMAT_UNKNOWN', `The folder ${basename(root)} ${what}.`, {
    subject: root,
    hint: `Tables are read from CSV, Parquet and JSON Lines, pictures from ${pictureFormatsInWords}.`,
  });
}

interface NamedPath {
  path: string;
  name: string;
}

/** Pictures that were named themselves, and folders as they were given. */
function pictureSources(candidates: Candidate[]): NamedPath[] {
  const paths = [...new Set(candidates.map(({ path, root }) => root ?? path))];
  const files = paths.map((path) => ({ path, name: basename(path) }));
  // Pictures named one by one out of several folders keep the folder in their name, it may be their class.
  const folders = new Set(candidates.map(({ path, root }) => (root === null ? dirname(path) : null)));
  return folders.size > 1 && !folders.has(null) ? belowCommonFolder(files) : distinctNames(files);
}

function tableSources(candidates: Candidate[], severalRoots: boolean): NamedPath[] {
  return distinctNames(
    candidates.map(({ path, root }) => {
      if (root === null) return { path, name: basename(path) };
      return { path, name: slashed(relative(severalRoots ? dirname(root) : root, path)) };
    }),
  );
}

/** Names that occur twice are replaced, all of them, by paths relative to the deepest common folder. */
function distinctNames(files: NamedPath[]): NamedPath[] {
  return new Set(files.map(({ name }) => name)).size === files.length ? files : belowCommonFolder(files);
}

function belowCommonFolder(files: NamedPath[]): NamedPath[] {
  let common = dirname(files[0]?.path ?? '');
  while (!files.every(({ path }) => path.startsWith(common.endsWith(sep) ? common : common + sep)))
    common = dirname(common);
  return files.map(({ path }) => ({ path, name: slashed(relative(common, path)) }));
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

function stamped(files: NamedPath[]): Promise<SourceFile[]> {
  return inTurn(files, ({ path, name }) => stampFile(path, name));
}
