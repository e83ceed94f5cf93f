import type { DataDescription } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import { classesOf, listPictures, stampPicture } from './pictures.ts';
import type { ShardRange } from './shard.ts';
import { inTurn } from './source-tree.ts';

/** A few pictures of a dataset, spread evenly, as one shard; and all class folders, sorted, where there are some. */
export interface PictureSample {
  shard: ShardRange;
  pictures: number;
  classes: string[] | null;
}

/** Up to `most` pictures. Throws FILE_MISSING when there are none. */
export async function samplePictures(
  files: DataDescription['files'],
  most: number,
  signal?: AbortSignal,
): Promise<PictureSample> {
  const pictures = await listPictures(files, signal);
  if (pictures.length === 0) throw problem('FILE_MISSING', `There are no pictures in ${files[0]?.name ?? 'the data'}.`);
  const count = Math.min(most, pictures.length);
  const chosen = Array.from({ length: count }, (_, index) => pictures[Math.floor((index * pictures.length) / count)]!);
  const labels = classesOf(pictures, files);
  const shard: ShardRange = {
    index: 0,
    format: 'images',
    files: await inTurn(chosen, stampPicture, { signal }),
    from: 0,
    to: count,
    firstRow: 1,
    rows: count,
    dialect: null,
    header: [],
  };
  return { shard, pictures: pictures.length, classes: labels === null ? null : [...new Set(labels)].toSorted() };
}
