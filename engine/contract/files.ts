import { oc } from '@orpc/contract';
import { z } from 'zod';
import { problemErrors } from './errors.ts';

/** A leave to read a file or folder, or to write one file. Faces hold the id; only hosts that a person trusts see paths. */
export const Grant = z.object({ grant: z.string(), name: z.string(), kind: z.enum(['input', 'output']) });
export type Grant = z.infer<typeof Grant>;

/** A folder that the person who started the host lets its pages browse. */
export const Root = z.object({ root: z.string(), name: z.string() });
export type Root = z.infer<typeof Root>;

export const FolderEntry = z.object({
  name: z.string(),
  /** `other` is neither, or leads out of the root: it is shown and cannot be used. */
  kind: z.enum(['file', 'folder', 'other']),
  /** Null for what is no file. */
  bytes: z.number().nullable(),
  changed: z.string().nullable(),
});
export type FolderEntry = z.infer<typeof FolderEntry>;

/** A place below a root: names joined by `/`, empty for the root itself. */
const place = z.object({ root: z.string(), path: z.string().max(4096).default('') });

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
  /** Hosts only. Folders for pages of this host to browse; `share` is what the host introduces its pages with. */
  shareRoots: oc
    .errors(problemErrors)
    .input(z.object({ paths: z.array(z.string()).max(64) }))
    .output(z.object({ share: z.string() })),
  /** The folders that this page may browse. */
  roots: oc.errors(problemErrors).output(z.array(Root)),
  /** What is in a folder below a root, folders first, then by name as people sort it. Hidden files are left out. */
  browse: oc
    .errors(problemErrors)
    .input(
      place.extend({ from: z.number().int().min(0).default(0), limit: z.number().int().min(1).max(500).default(200) }),
    )
    .output(z.object({ total: z.number().int(), entries: z.array(FolderEntry) })),
  /** Leave to read a file or folder below a root where it lies. */
  grantFrom: oc.errors(problemErrors).input(place).output(Grant),
};
