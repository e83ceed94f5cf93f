/** What a caretaker answers: long reading over the workspace, in a process of its own. */
import { os } from '@orpc/server';
import type { FsckReport } from '../contract/index.ts';
import { checkWorkspace } from './fsck.ts';

export const caretakerRouter = {
  fsck: os.handler(async ({ input }: { input: unknown }): Promise<FsckReport> =>
    checkWorkspace((input as { folder: string }).folder),
  ),
};
export type CaretakerRouter = typeof caretakerRouter;
