/** What a caretaker answers: long reading over the workspace, in a process of its own. */
import { os } from '@orpc/server';
import type { FsckReport, WorkspaceUsage } from '../contract/index.ts';
import { checkWorkspace } from './fsck.ts';
import { workspaceUsage } from './usage.ts';

export const caretakerRouter = {
  fsck: os.handler(async ({ input }: { input: unknown }): Promise<FsckReport> =>
    checkWorkspace((input as { folder: string }).folder),
  ),
  usage: os.handler(async ({ input }: { input: unknown }): Promise<WorkspaceUsage> =>
    workspaceUsage((input as { folder: string }).folder),
  ),
};
export type CaretakerRouter = typeof caretakerRouter;
