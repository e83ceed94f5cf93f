import type { SourceFile } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import { expandPaths } from './paths.ts';
import { listPictures, type PicturePath } from './pictures.ts';
import { findSources } from './sources.ts';

/** Where pictures are looked for: paths as a person gave them, or the files of a dataset. */
export type PictureSource = { paths: string[] } | { files: SourceFile[] };

/** Lists are kept this long, the newest few: a gallery asks for page after page of one folder. */
const keptMs = 60_000;
const kept = 4;

interface KeptList {
  at: number;
  pictures: Promise<PicturePath[]>;
}

const lists = new Map<string, KeptList>();

/** Some of the pictures of a place, in the order in which a run reads them, and how many there are. */
export async function picturesOf(
  source: PictureSource,
  from: number,
  limit: number,
): Promise<{ total: number; pictures: Pick<PicturePath, 'path' | 'name' | 'entry'>[] }> {
  const pictures = await listOf(source);
  const some = pictures.slice(from, from + limit).map(({ source: _, ...picture }) => picture);
  return { total: pictures.length, pictures: some };
}

function listOf(source: PictureSource): Promise<PicturePath[]> {
  const key = JSON.stringify(source);
  const known = lists.get(key);
  if (known && Date.now() - known.at < keptMs) return known.pictures;
  const list: KeptList = { at: Date.now(), pictures: readList(source) };
  lists.delete(key);
  lists.set(key, list);
  list.pictures.catch(() => lists.delete(key));
  for (const oldest of lists.keys()) {
    if (lists.size <= kept) break;
    lists.delete(oldest);
  }
  return list.pictures;
}

async function readList(source: PictureSource): Promise<PicturePath[]> {
  if ('files' in source) return listPictures(source.files);
  const { format, files } = await findSources(await expandPaths(source.paths));
  if (format === 'images') return listPictures(files);
  throw problem('FORMAT_NOT_SUPPORTED', 'These are rows of a table, not pictures.', {
    subject: source.paths[0] ?? null,
  });
}
