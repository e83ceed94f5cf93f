/** What a data reader answers: the child process in which a person's data files are opened. */
import { os } from '@orpc/server';
import type { DataDescription } from '../contract/index.ts';
import { describeData } from './describe.ts';
import { expandPaths } from './paths.ts';

export const dataReaderRouter = {
  /** Paths, folders or globs as a person gave them. */
  describe: os.handler(
    async ({ input, signal }: { input: unknown; signal?: AbortSignal }): Promise<DataDescription> => {
      const { paths } = input as { paths: string[] };
      return describeData(await expandPaths(paths), { signal });
    },
  ),
};
export type DataReaderRouter = typeof dataReaderRouter;
