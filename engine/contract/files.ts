import { oc } from '@orpc/contract';
import { z } from 'zod';
import { problemErrors } from './errors.ts';

/** A leave to read a file or folder, or to write one file. Faces hold the id; only hosts that a person trusts see paths. */
export const Grant = z.object({ grant: z.string(), name: z.string(), kind: z.enum(['input', 'output']) });
export type Grant = z.infer<typeof Grant>;

export const filesContract = {
  /** Hosts only. Paths must be absolute; files, folders or globs (a name that exists is itself). */
  grantInput: oc
    .errors(problemErrors)
    .input(z.object({ path: z.string() }))
    .output(Grant),
  /** Hosts only. Refused when the file exists, unless `overwrite`. */
  grantOutput: oc
    .errors(problemErrors)
    .input(z.object({ path: z.string(), overwrite: z.boolean().default(false) }))
    .output(Grant),
};
