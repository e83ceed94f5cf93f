import { join } from 'node:path';
import type { ArchiveEntry, DataDescription, SourceFile } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import { listArchive } from './picture-archive.ts';
import { hasPictureName, pictureFormat, pictureHeadBytes } from './picture-formats.ts';
import type { ShardRange } from './shard.ts';
import { readStart, stampFile, statNow } from './source-files.ts';
import { filesBelow, inTurn } from './source-tree.ts';

/** Pictures a shard holds at most. */
export const picturesPerShard = 256;

/** A picture's place: its path, and its name as people see it. */
export interface PicturePath {
  path: string;
  name: string;
  /** The file or folder of the dataset that it belongs to. */
  source: string;
  /** Where it lies in the archive at `path`. */
  entry?: ArchiveEntry;
}

/**
 * All pictures of a dataset's files (pictures, folders and zip archives of pictures), in order: files as given, below a
 * folder or in an archive by relative path. With several files the folder's or archive's name goes before that.
 */
export async function listPictures(files: SourceFile[], signal?: AbortSignal): Promise<PicturePath[]> {
  const pictures: PicturePath[] = [];
  for (const file of files) {
    const stats = statNow(file.path);
    const prefix = files.length > 1 ? `${file.name}/` : '';
    if (!stats.isDirectory() && !hasPictureName(file.path) && isArchive(file.path)) {
      const found = await listArchive(file.path, signal);
      for (const { name, entry } of found)
        pictures.push({ path: file.path, name: prefix + name, source: file.path, entry });
      continue;
    }
    if (!stats.isDirectory()) {
      pictures.push({ path: file.path, name: file.name, source: file.path });
      continue;
    }
    const names = await filesBelow(file.path, signal);
    const kept = await inTurn(names, (name) => isPictureFile(join(file.path, name)), { signal });
    for (const [index, name] of names.entries()) {
      if (kept[index] === true) pictures.push({ path: join(file.path, name), name: prefix + name, source: file.path });
    }
  }
  return pictures;
}

/**
 * The class folder of every picture, or null when the pictures do not all lie in folders of one level: below the one
 * folder that was given, or, of several folders, in these folders themselves or one level below.
 */
export function classFolders(names: string[], severalFolders: boolean): string[] | null {
  const depths = new Set(names.map((name) => name.split('/').length - 1));
  const [depth = 0] = depths;
  if (depths.size !== 1 || depth < 1 || depth > (severalFolders ? 2 : 1)) return null;
  return names.map((name) => pictureLabel(name) as string);
}

/** As `classFolders`; an archive is often made of one folder as a whole, which is then no class. */
export function classesOf(pictures: readonly PicturePath[], files: readonly SourceFile[]): string[] | null {
  const names = pictures.map(({ name }) => name);
  if (files.length > 1 || pictures[0]?.entry === undefined) return classFolders(names, files.length > 1);
  const [first = ''] = names;
  const top = first.slice(0, first.indexOf('/') + 1);
  const isOneFolder = top !== '' && names.every((name) => name.startsWith(top));
  return classFolders(isOneFolder ? names.map((name) => name.slice(top.length)) : names, false);
}

/** The label of a picture: the folder that it lies in. */
export function pictureLabel(name: string): string | null {
  return name.split('/').at(-2) ?? null;
}

/** The first shards are small, so that the first predictions of large photos do not wait for hundreds of them. */
const firstShards = [32, 64, 128];

/** Shards of up to 256 pictures, each picture with its size and stamp. */
export async function* splitPictures(
  description: DataDescription,
  options: { maxRows?: number; rowMultiple?: number; signal?: AbortSignal | undefined },
): AsyncGenerator<{ piece: Omit<ShardRange, 'index'>; done: number; total: number }> {
  const pictures = await listPictures(description.files, options.signal);
  const multiple = options.rowMultiple ?? 1;
  const sizeOf = (shard: number): number => {
    const most = Math.min(firstShards[shard] ?? picturesPerShard, options.maxRows ?? picturesPerShard);
    return Math.max(multiple, Math.floor(most / multiple) * multiple);
  };
  for (let from = 0, shard = 0; from < pictures.length; from += sizeOf(shard), shard += 1) {
    const some = pictures.slice(from, from + sizeOf(shard));
    const files = await inTurn(some, stampPicture, { signal: options.signal });
    const rows = { from: 0, to: files.length, firstRow: 1, rows: files.length };
    const piece = { format: 'images' as const, files, ...rows, dialect: null, header: [] };
    yield { piece, done: from + files.length, total: pictures.length };
  }
  if (pictures.length === 0) {
    const [folder] = description.files;
    throw problem('FILE_MISSING', `There are no pictures in ${folder?.name ?? 'the folder'} any more.`, {
      subject: folder?.path ?? null,
    });
  }
}

/** A picture as a shard lists it. */
export function stampPicture({ path, name, entry }: PicturePath): SourceFile {
  const file = stampFile(path, name);
  return entry === undefined ? file : { ...file, entry };
}

/** By extension, so that a large folder is not opened file by file; other names are told by their bytes. */
function isPictureFile(path: string): boolean {
  return hasPictureName(path) || pictureFormat(readStart(path, pictureHeadBytes).bytes) !== null;
}

function isArchive(path: string): boolean {
  return readStart(path, 4).bytes.toString('latin1') === 'PK\x03\x04';
}
