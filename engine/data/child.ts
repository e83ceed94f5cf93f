/** What a data reader answers: the child process in which a person's data files are opened. */
import { os } from '@orpc/server';
import type { DataDescription, LongLook } from '../contract/index.ts';
import { describeData } from './describe.ts';
import { expandPaths } from './paths.ts';
import { longLook, lookAtPictures } from './picture-look.ts';
import { listPictures } from './pictures.ts';
import { findPictures } from './sources.ts';
import type { ShardRange } from './shard.ts';
import { splitData, type SplitOptions } from './split.ts';

export const dataReaderRouter = {
  /** Paths, folders or globs as a person gave them. */
  describe: os.handler(
    async ({ input, signal }: { input: unknown; signal?: AbortSignal }): Promise<DataDescription> => {
      const { paths } = input as { paths: string[] };
      return describeData(await expandPaths(paths), signal ? { signal } : {});
    },
  ),
  /** Headers of pictures, as many as fit into some seconds. */
  look: os.handler(async ({ input, signal }: { input: unknown; signal?: AbortSignal }): Promise<LongLook> => {
    const { paths } = input as { paths: string[] };
    const pictures = await listPictures(await findPictures(await expandPaths(paths), signal), signal);
    return { ...(await lookAtPictures(pictures, { ...longLook, signal })), pictures: pictures.length };
  }),
  /** Scans the files for row boundaries; one result, as long as there are shards. */
  split: os.handler(async ({ input, signal }: { input: unknown; signal?: AbortSignal }): Promise<ShardRange[]> => {
    const { description, options } = input as { description: DataDescription; options: SplitOptions };
    return splitData(description, signal ? { ...options, signal } : options);
  }),
};
export type DataReaderRouter = typeof dataReaderRouter;
