/** What an intake process answers: the child in which the files of a drop are looked at for the first time. */
import { os } from '@orpc/server';
import { lookAt } from './look-at.ts';
import type { DroppedPath, Look } from './look.ts';

/** Files of a drop that are looked at together: each waits for the disk most of the time. */
const atOnce = 4;

export const intakeRouter = {
  /** One answer for each path, in their order. `knownBytes` are the sizes of all artifacts: only those are hashed. */
  look: os.handler(async ({ input }: { input: unknown }): Promise<Look[]> => {
    const { paths, knownBytes } = input as { paths: DroppedPath[]; knownBytes: number[] };
    const known = new Set(knownBytes);
    const looks: Look[][] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < paths.length) {
        const index = next;
        next += 1;
        looks[index] = await lookAt(paths[index]!, known);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, paths.length) }, lane));
    return looks.flat();
  }),
};
export type IntakeRouter = typeof intakeRouter;
