/** What a data reader answers: the child process in which a person's data files are opened. */
import { os } from '@orpc/server';
import type { DataDescription, DataReading } from '../contract/index.ts';
import { describeData } from './describe.ts';
import { expandPaths } from './paths.ts';
import type { ShardRange } from './shard.ts';
import { splitData, type SplitOptions } from './split.ts';

export const dataReaderRouter = {
  /** Paths, folders or globs as a person gave them. */
  describe: os.handler(
    async ({ input, signal }: { input: unknown; signal?: AbortSignal }): Promise<DataDescription> => {
      const { paths, reading } = input as { paths: string[]; reading?: DataReading };
      return describeData(await expandPaths(paths), {
        ...(signal ? { signal } : {}),
        ...(reading ? { reading } : {}),
      });
    },
  ),
  /** Scans the files for row boundaries; one result, as long as there are shards. */
  split: os.handler(async ({ input, signal }: { input: unknown; signal?: AbortSignal }): Promise<ShardRange[]> => {
    const { description, options } = input as { description: DataDescription; options: SplitOptions };
    return splitData(description, signal ? { ...options, signal } : options);
  }),
};
export type DataReaderRouter = typeof dataReaderRouter;
