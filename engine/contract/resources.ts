import { oc } from '@orpc/contract';
import { z } from 'zod';
import { problemErrors } from './errors.ts';
import { ExportFormat } from './results.ts';
import { ResultView } from './results-view.ts';

/**
 * The second plane: what is too large for a call. A resource is an id that nobody can guess, good for as long as the
 * engine lives; a host serves it under `/resource/<id>`, with ranges. The id alone is the leave to read it (an `<img>`
 * cannot show a secret), so it is never a path and never made from one that a page named.
 */
export const ResourceId = z.string().regex(/^[\w-]{43}$/);

/** Longest side of a picture in pixels, or its file as it is (where browsers cannot show that: a large WebP of it). */
export const PictureSize = z.union([z.literal(96), z.literal(160), z.literal(320), z.literal('original')]);
export type PictureSize = z.infer<typeof PictureSize>;

/** Where pictures are: a file or folder that was granted, or a dataset of pictures. Counted as a run counts its rows, from 0. */
export const PicturePlace = z.union([z.object({ grant: z.string() }), z.object({ dataset: z.string() })]);
export type PicturePlace = z.infer<typeof PicturePlace>;

/** The picture of a row of results, by the row's number in its run. */
export const RowPicturePlace = z.object({ run: z.string() });

export const PictureResource = z.object({ resource: ResourceId, name: z.string() });
export type PictureResource = z.infer<typeof PictureResource>;

/** How a host serves a resource. Hosts only. */
export const ResourceFile = z.object({
  path: z.string(),
  /** The media type, told from the file's bytes; never one that a browser runs. */
  type: z.string(),
  name: z.string(),
  /** To be kept as a file, not shown. */
  attachment: z.boolean(),
});
export type ResourceFile = z.infer<typeof ResourceFile>;

export const resourcesContract = {
  /** One picture of a place. Whether it can be read is found out when it is fetched. */
  picture: oc
    .errors(problemErrors)
    .input(
      z.object({ of: z.union([PicturePlace, RowPicturePlace]), index: z.number().int().min(0), size: PictureSize }),
    )
    .output(PictureResource),
  /** Some pictures of a place, in order, and how many there are. */
  pictures: oc
    .errors(problemErrors)
    .input(
      z.object({
        of: PicturePlace,
        from: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(200).default(100),
        size: PictureSize,
      }),
    )
    .output(z.object({ total: z.number().int(), pictures: z.array(PictureResource) })),
  /** Writes a view of a run's results as a file to be fetched. A job with progress; aborting the call cancels it. */
  download: oc
    .errors(problemErrors)
    .input(z.object({ run: z.string(), view: ResultView.prefault({}), format: ExportFormat }))
    .output(z.object({ resource: ResourceId, name: z.string(), bytes: z.number() })),
  /** Hosts only. Errors: NOT_FOUND, FILE_MISSING, FORMAT_NOT_SUPPORTED (no picture). */
  open: oc
    .errors(problemErrors)
    .input(z.object({ resource: z.string() }))
    .output(ResourceFile),
};
