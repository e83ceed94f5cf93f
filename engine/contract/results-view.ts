import { z } from 'zod';

/** A column by its key (`ResultColumn.column`), never by the name that is shown. */
const column = z.string().min(1).max(1000);
const text = z.string().max(10_000);
/** A number; a whole number that a double cannot hold comes as text. */
const bound = z.union([z.number(), z.string().regex(/^-?\d{1,19}$/)]);
/** A day, or a time in UTC. */
const moment = z.string().regex(/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?)?$/);

/**
 * One condition on the rows of a result. All filters of a view hold together. A missing cell fulfils no condition but
 * `missing` (and `in` with `not`). Numbers of kept columns are those that their text stands for.
 */
export const ResultFilter = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    column,
    is: z.enum(['equals', 'contains', 'starts', 'ends']),
    value: text,
    /** Without it, upper and lower case are the same, but for `equals`, which is exact. */
    matchCase: z.boolean().default(false),
  }),
  /** One of these values, written as cells are shown; null stands for missing. */
  z.strictObject({
    kind: z.literal('in'),
    column,
    values: z.array(text.nullable()).min(1).max(500),
    not: z.boolean().default(false),
  }),
  /** From `min` to `max`, both included unless `below` is set: then `max` itself is out, as in the bins of a histogram. */
  z.strictObject({
    kind: z.literal('range'),
    column,
    min: bound.nullable().default(null),
    max: bound.nullable().default(null),
    below: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('dates'),
    column,
    from: moment.nullable().default(null),
    to: moment.nullable().default(null),
    below: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('boolean'), column, value: z.boolean() }),
  z.strictObject({ kind: z.literal('missing'), column, missing: z.boolean() }),
  /** Rows that failed in any version, or in the one named by its position. */
  z.strictObject({
    kind: z.literal('failed'),
    failed: z.boolean(),
    version: z.number().int().min(0).nullable().default(null),
  }),
  /** Rows whose prediction is the label, or is not. Refused without a label or where nothing is classified. */
  z.strictObject({ kind: z.literal('right'), right: z.boolean(), version: z.number().int().min(0).default(0) }),
]);
export type ResultFilter = z.infer<typeof ResultFilter>;
export type ResultFilterKind = ResultFilter['kind'];

/** What of a run's results is looked at, and in what order. */
export const ResultView = z.strictObject({
  filters: z.array(ResultFilter).max(100).default([]),
  /** Rows in which any text column holds this text, in upper or lower case. Empty: all. */
  search: z.string().max(1000).default(''),
  /** Missing cells come last, equal ones in the input's order. Empty: the input's order. */
  sort: z
    .array(z.strictObject({ column, descending: z.boolean().default(false) }))
    .max(8)
    .default([]),
  /** Keys of the columns to show, in this order; null: all. */
  columns: z.array(column).min(1).max(2000).nullable().default(null),
});
export type ResultView = z.infer<typeof ResultView>;
/** A view as callers write it: what is left out has its default. */
export type ResultViewInput = z.input<typeof ResultView>;

const comparison = { equals: '=', contains: 'contains', starts: 'starts with', ends: 'ends with' } as const;

/** A filter in a few words, for a chip: `region = north`, `0.5 <= confidence < 0.6`. `nameOf` gives a column's shown name. */
export function filterWords(filter: ResultFilter, nameOf: (column: string) => string = (key) => key): string {
  switch (filter.kind) {
    case 'text':
      return `${nameOf(filter.column)} ${comparison[filter.is]} ${filter.value}`;
    case 'in':
      return inWords(nameOf(filter.column), filter.values, filter.not);
    case 'range':
      return rangeWords(nameOf(filter.column), filter.min, filter.max, filter.below);
    case 'dates':
      return rangeWords(nameOf(filter.column), filter.from, filter.to, filter.below);
    case 'boolean':
      return `${nameOf(filter.column)} is ${filter.value}`;
    case 'missing':
      return `${nameOf(filter.column)} is ${filter.missing ? '' : 'not '}missing`;
    case 'failed':
      return `${filter.failed ? 'failed' : 'not failed'}${ofVersion(filter.version)}`;
    case 'right':
      return `${filter.right ? 'right' : 'wrong'}${ofVersion(filter.version === 0 ? null : filter.version)}`;
  }
}

function inWords(name: string, values: readonly (string | null)[], not: boolean): string {
  const shown = values.slice(0, 3).map((value) => value ?? 'missing');
  if (values.length === 1) return `${name} ${not ? '!=' : '='} ${shown[0]}`;
  const more = values.length > shown.length ? ` and ${values.length - shown.length} more` : '';
  return `${name} ${not ? 'none of' : 'one of'} ${shown.join(', ')}${more}`;
}

function rangeWords(name: string, from: string | number | null, to: string | number | null, isBelow: boolean): string {
  const upper = isBelow ? '<' : '<=';
  if (from === null) return to === null ? `${name} is not missing` : `${name} ${upper} ${to}`;
  if (to === null) return `${name} >= ${from}`;
  return from === to && !isBelow ? `${name} = ${from}` : `${from} <= ${name} ${upper} ${to}`;
}

function ofVersion(version: number | null): string {
  return version === null ? '' : ` in version ${version + 1} of the run`;
}
