import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { problemErrors } from './errors.ts';
import { Job } from './jobs.ts';
import { Problem } from './problem.ts';
import { ResultView } from './results-view.ts';

export const resultRoles = [
  'file',
  'row',
  'id',
  'prediction',
  'confidence',
  'probability',
  'raw',
  'kept',
  'label',
  'error',
] as const;

/** A column of a run's results. `column` is its key, unique within the run; `name` is what people call it. */
export const ResultTableColumn = z.object({
  column: z.string(),
  name: z.string(),
  /** `top` is a list of labels with their probabilities. Kept columns are text that stands for this type. */
  type: z.enum(['text', 'integer', 'number', 'boolean', 'date', 'timestamp', 'list', 'top', 'image']),
  role: z.enum(resultRoles),
  /** Position in `versions` of the one that a predicted column or an error comes from. */
  version: z.number().int().nullable(),
  /** The class of a probability. */
  label: z.string().nullable(),
  sortable: z.boolean(),
  /** The kinds of filter that the column takes. */
  filters: z.array(z.enum(['text', 'in', 'range', 'dates', 'boolean', 'missing'])),
});
export type ResultTableColumn = z.infer<typeof ResultTableColumn>;

export const OpenedResults = z.object({
  run: z.string(),
  columns: z.array(ResultTableColumn),
  versions: z.array(
    z.object({ name: z.string(), task: z.enum(['classification', 'regression', 'raw']), judged: z.boolean() }),
  ),
  /** Rows scored so far; `rowsPlanned` is null before the data has been read. */
  rows: z.number(),
  failed: z.number(),
  rowsPlanned: z.number().nullable(),
  /** Whether every row is there. Until then more calls see more rows. */
  complete: z.boolean(),
  /** Grows with every committed shard: what was asked at an older one is to be asked again. */
  revision: z.number().int(),
  /** Whether rows come from pictures. */
  pictures: z.boolean(),
  /** What the run froze before its first row: it decides every value. Null before that. */
  plan: z
    .object({
      /** `onnxruntime 1.30.0` */
      runtime: z.string(),
      /** `linux x64` */
      machine: z.string(),
      executionProvider: z.string(),
      /** Threads of the runtime in each worker. */
      threads: z.number().int(),
      /** Rows a session call takes at once. */
      batch: z.number().int(),
      /** Rows of the largest shard. */
      largestShard: z.number(),
    })
    .nullable(),
});
export type OpenedResults = z.infer<typeof OpenedResults>;

/**
 * Rows of a view. `indices` are their numbers in the whole run, from 0 in the input's order, which never change. Long
 * cells and lists are cut, `cut` says which: [row of this page, position of the column]. Fewer rows than asked for come
 * where an answer would grow too large: ask on from `offset + rows.length`.
 */
export const ResultPage = z.object({
  columns: z.array(z.string()),
  indices: z.array(z.number()),
  rows: z.array(z.array(z.unknown())),
  cut: z.array(z.tuple([z.number(), z.number()])),
  offset: z.number(),
  rowsMatching: z.number(),
  rowsTotal: z.number(),
  revision: z.number().int(),
});
export type ResultPage = z.infer<typeof ResultPage>;

const shownValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What a column holds over the rows of a view; `rows` counts them all. */
export const ColumnSummary = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('values'),
    column: z.string(),
    rows: z.number(),
    missing: z.number(),
    /** About how many different values there are. */
    distinct: z.number(),
    /** The most frequent, at most 20. */
    top: z.array(z.object({ value: shownValue, count: z.number(), cut: z.boolean() })),
  }),
  z.object({
    kind: z.literal('numbers'),
    column: z.string(),
    rows: z.number(),
    missing: z.number(),
    /** NaN, infinities, and kept text that stands for no number. */
    other: z.number(),
    min: z.number().nullable(),
    max: z.number().nullable(),
    mean: z.number().nullable(),
    /** Of equal width, `from` included, `to` not but in the last. Times are milliseconds since 1970 in UTC. */
    bins: z.array(z.object({ from: z.number(), to: z.number(), count: z.number() })),
    unit: z.enum(['number', 'milliseconds']),
  }),
]);
export type ColumnSummary = z.infer<typeof ColumnSummary>;

export const ResultGroup = z.object({
  value: shownValue,
  cut: z.boolean(),
  rows: z.number(),
  failed: z.number(),
  /** Per version of the run; null where a version gives none. */
  confidence: z.array(z.number().nullable()),
  /** Per version: rows with label and prediction, and how many of them are right; null where nothing can be judged. */
  accuracy: z.array(z.object({ right: z.number(), of: z.number() }).nullable()),
});
export type ResultGroup = z.infer<typeof ResultGroup>;

/** A cell in full, unless `cut`: then `results.cell` gives the rest. */
const FullCell = z.object({ column: z.string(), value: z.unknown(), cut: z.boolean() });

export const InputCell = z.object({ column: z.string(), value: z.string().nullable(), cut: z.boolean() });

/** One tensor of a single row: what the model was given, or what it gave. */
export const RowTensor = z.object({
  name: z.string(),
  type: z.string(),
  dims: z.array(z.number()),
  /** The first values in order, at most 200. `from` names the column, or column and category, that it was made of. */
  values: z.array(z.object({ value: shownValue, from: z.string().nullable() })),
  elements: z.number(),
  /** Of a picture input: the picture as the model got it, before scaling and normalising (a resource). */
  picture: z.string().nullable(),
});
export type RowTensor = z.infer<typeof RowTensor>;

export const ResultRow = z.object({
  index: z.number(),
  file: z.string(),
  row: z.number(),
  /** All columns of the results, in their order. */
  output: z.array(FullCell),
  input: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('cells'), cells: z.array(InputCell), more: z.number() }),
    /** Its bytes are a resource of the host: the run and this index. */
    z.object({ kind: z.literal('picture'), name: z.string(), index: z.number() }),
    /** The file is gone or another one now, or the model does not open: why, and what to do. There are no steps then. */
    z.object({ kind: z.literal('problem'), problem: Problem }),
  ]),
  /** Per version. `error` is why the row has no prediction. */
  steps: z.array(
    z.object({
      version: z.string(),
      inputs: z.array(RowTensor),
      outputs: z.array(RowTensor),
      error: z.string().nullable(),
    }),
  ),
});
export type ResultRow = z.infer<typeof ResultRow>;

/** Hits in the input's order; `scanned` of `rows` have been looked through. Ends when all are, or with `more` hits left. */
export const SearchEvent = z.object({
  hits: z.array(z.object({ index: z.number(), column: z.string(), text: z.string() })),
  scanned: z.number(),
  rows: z.number(),
  more: z.boolean(),
});
export type SearchEvent = z.infer<typeof SearchEvent>;

export const ResultCode = z.object({
  sql: z.string(),
  pandas: z.string(),
  polars: z.string(),
  /** What has to be known to run it: where the paths begin, what is not finished. */
  notes: z.array(z.string()),
});
export type ResultCode = z.infer<typeof ResultCode>;

export const ExportFormat = z.enum(['csv', 'parquet', 'jsonl', 'xlsx']);
export type ExportFormat = z.infer<typeof ExportFormat>;

const ofRun = z.object({ run: z.string() });
const ofView = ofRun.extend({ view: ResultView.prefault({}) });
const index = z.number().int().min(0);

export const resultsContract = {
  open: oc.errors(problemErrors).input(ofRun).output(OpenedResults),
  page: oc
    .errors(problemErrors)
    .input(ofView.extend({ offset: index.default(0), limit: z.number().int().min(1).max(500).default(100) }))
    .output(ResultPage),
  summary: oc
    .errors(problemErrors)
    .input(
      ofView.extend({
        columns: z.array(z.string()).min(1).max(20),
        bins: z.number().int().min(1).max(60).default(20),
      }),
    )
    .output(z.object({ columns: z.array(ColumnSummary), revision: z.number().int() })),
  group: oc
    .errors(problemErrors)
    .input(ofView.extend({ by: z.string(), limit: z.number().int().min(1).max(500).default(100) }))
    .output(z.object({ groups: z.array(ResultGroup), total: z.number(), revision: z.number().int() })),
  row: oc.errors(problemErrors).input(ofRun.extend({ index })).output(ResultRow),
  /** A part of a long cell as text, `from` a character on; an empty part is its end. */
  cell: oc
    .errors(problemErrors)
    .input(ofRun.extend({ index, column: z.string(), from: index.default(0) }))
    .output(z.object({ text: z.string().nullable(), from: z.number(), length: z.number() })),
  search: oc
    .errors(problemErrors)
    .input(ofView.extend({ text: z.string().min(1).max(1000), most: z.number().int().min(1).max(1000).default(200) }))
    .output(eventIterator(SearchEvent)),
  sql: oc.errors(problemErrors).input(ofView).output(ResultCode),
  /** The view as one file: its filters, its order, its columns. The job's progress counts rows; cancelled, no file is left. */
  export: oc
    .errors(problemErrors)
    .input(ofView.extend({ grant: z.string(), format: ExportFormat }))
    .output(Job),
};
