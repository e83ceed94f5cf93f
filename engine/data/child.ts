/** What a data reader answers: the child process in which a person's data files are opened. */
import { os } from '@orpc/server';
import { longLook, lookAtPictures } from './picture-look.ts';
import { listPictures } from './pictures.ts';
import { findPictures } from './sources.ts';
import { browseFolder, type BrowseTask, type FolderPage } from './browse.ts';
import { describeData } from './describe.ts';
import { expandPaths } from './paths.ts';
import { picturesOf, type PictureSource } from './picture-list.ts';
import type { DataDescription, DataReading, DatasetSummary, LongLook } from '../contract/index.ts';
import { sampleAgain } from './sample-again.ts';
import { openPicture, type PictureTask, type ShownPicture } from './thumbnails.ts';

export const dataReaderRouter = {
  /** Paths, folders or globs as a person gave them. */
  describe: os.handler(
    async ({ input, signal }: { input: unknown; signal?: AbortSignal }): Promise<DataDescription> => {
      const { paths, reading } = input as { paths: string[]; reading?: DataReading };
      return describeData(await expandPaths(paths), { signal, reading });
    },
  ),
  /** Headers of pictures, as many as fit into some seconds. */
  look: os.handler(async ({ input, signal }: { input: unknown; signal?: AbortSignal }): Promise<LongLook> => {
    const { paths } = input as { paths: string[] };
    const pictures = await listPictures(await findPictures(await expandPaths(paths), signal), signal);
    return { ...(await lookAtPictures(pictures, { ...longLook, signal })), pictures: pictures.length };
  }),
  /** Names in a folder that a person lets a page browse. */
  browse: os.handler(async ({ input }: { input: unknown }): Promise<FolderPage> => browseFolder(input as BrowseTask)),
  pictures: os.handler(async ({ input }: { input: unknown }) => {
    const { source, from, limit } = input as { source: PictureSource; from: number; limit: number };
    return picturesOf(source, from, limit);
  }),
  /** A picture as it is shown: checked by its bytes, a small one made where one is wanted. */
  openPicture: os.handler(async ({ input }: { input: unknown }): Promise<ShownPicture> =>
    openPicture(input as PictureTask),
  ),
  /** The first rows of what was described before. */
  sample: os.handler(async ({ input }: { input: unknown }): Promise<DataDescription['sample']> =>
    sampleAgain((input as { description: DataDescription }).description),
  ),
  summarise: os.handler(
    async ({ input, signal }: { input: unknown; signal?: AbortSignal }): Promise<DatasetSummary> => {
      const { description, columns } = input as { description: DataDescription; columns: string[] };
      // With it comes DuckDB, which a look at text files or pictures does not wait for.
      const { summariseData } = await import('./summarise.ts');
      return summariseData(description, columns, signal);
    },
  ),
};
export type DataReaderRouter = typeof dataReaderRouter;
