import { problem, type ResultFilter, type ResultView } from '../../contract/index.ts';
import { sqlName, sqlString } from '../../data/index.ts';
import type { ResultTable, TableColumn } from './table.ts';

/** What views are made of: the columns, and what can be judged. */
export type Columns = Pick<ResultTable, 'columns' | 'versions'>;

/** The column of that key. Refused in words when there is none. */
export function columnOf({ columns }: Columns, key: string): TableColumn {
  const found = columns.find((column) => column.column === key);
  if (found) return found;
  throw problem('NOT_FOUND', 'These results have no such column.', {
    subject: key,
    hint: `Their columns are ${columns
      .slice(0, 20)
      .map((column) => column.column)
      .join(', ')}${columns.length > 20 ? ', ...' : ''}.`,
  });
}

/** The columns that a view shows, in its order. */
export function shownColumns(table: Columns, view: Pick<ResultView, 'columns'>): TableColumn[] {
  return view.columns === null ? table.columns : view.columns.map((key) => columnOf(table, key));
}

/** A text as an SQL expression; a NUL cannot stand in a literal. */
export function sqlText(text: string): string {
  if (!text.includes('\0')) return sqlString(text);
  return `(${text.split('\0').map(sqlString).join(' || chr(0) || ')})`;
}

/** A column's values in the type that they stand for: kept numbers, dates and booleans are stored as text. */
export function typedValue(column: TableColumn): string {
  const name = sqlName(column.column);
  if (column.stored !== 'string') return name;
  const type = standsFor[column.type];
  return type === undefined ? name : `TRY_CAST(${name} AS ${type})`;
}

const standsFor: Partial<Record<TableColumn['type'], string>> = {
  integer: 'DOUBLE',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'TIMESTAMP',
  timestamp: 'TIMESTAMP',
};

export function isFloat(column: TableColumn): boolean {
  return (
    column.stored === 'float32' ||
    column.stored === 'float64' ||
    (column.stored === 'string' && ['number', 'integer'].includes(column.type))
  );
}

/** A cell that is null, or NaN, which is shown as missing too. */
export function isMissing(column: TableColumn): string {
  const name = sqlName(column.column);
  return column.stored === 'float32' || column.stored === 'float64'
    ? `(${name} IS NULL OR isnan(${name}))`
    : `${name} IS NULL`;
}

/** Filters and search of a view as one SQL condition, or null where all rows are meant. */
export function conditionOf(table: Columns, view: Pick<ResultView, 'filters' | 'search'>): string | null {
  const parts = view.filters.map((filter) => filterSql(table, filter));
  if (view.search !== '') parts.push(searchSql(table, view.search));
  return parts.length === 0 ? null : parts.map((part) => `(${part})`).join(' AND ');
}

/** Text columns that are searched. */
export function textColumns({ columns }: Columns): TableColumn[] {
  return columns.filter((column) => column.stored === 'string');
}

export function searchSql(table: Columns, text: string): string {
  const needle = `lower(${sqlText(text)})`;
  return textColumns(table)
    .map((column) => `contains(lower(${sqlName(column.column)}), ${needle})`)
    .join(' OR ');
}

function filterSql(table: Columns, filter: ResultFilter): string {
  if (filter.kind === 'failed') return failedSql(table, filter.failed, filter.version);
  if (filter.kind === 'right') {
    const right = rightSql(table, filter.version);
    if (right === null) throw notJudged(table, filter.version);
    return filter.right ? right : `NOT (${right})`;
  }
  const column = columnOf(table, filter.column);
  if (!column.filters.includes(filter.kind)) throw wrongFilter(column, filter.kind);
  const name = sqlName(column.column);
  switch (filter.kind) {
    case 'text':
      return textSql(name, filter);
    case 'in':
      return inSql(column, filter);
    case 'range':
      return rangeSql(column, filter.min, filter.max, filter.below);
    case 'dates':
      return between(typedValue(column), momentSql(filter.from), momentSql(filter.to), filter.below);
    case 'boolean':
      return `${typedValue(column)} = ${filter.value}`;
    case 'missing':
      return filter.missing ? isMissing(column) : `NOT ${isMissing(column)}`;
  }
}

function textSql(name: string, filter: Extract<ResultFilter, { kind: 'text' }>): string {
  const value = sqlText(filter.value);
  if (filter.is === 'equals') return `${name} = ${value}`;
  const test = { contains: 'contains', starts: 'starts_with', ends: 'ends_with' }[filter.is];
  return filter.matchCase ? `${test}(${name}, ${value})` : `${test}(lower(${name}), lower(${value}))`;
}

function inSql(column: TableColumn, { values, not }: Extract<ResultFilter, { kind: 'in' }>): string {
  const present = values.filter((value) => value !== null);
  const parts: string[] = [];
  if (values.includes(null)) parts.push(isMissing(column));
  const literals = present.flatMap((value) => literalOf(column, value) ?? []);
  if (literals.length > 0) parts.push(`coalesce(${sqlName(column.column)} IN (${literals.join(', ')}), false)`);
  const any = parts.length === 0 ? 'false' : parts.join(' OR ');
  return not ? `NOT (${any})` : any;
}

/** A shown value in the column's own type, so that zone maps are of use; null when no cell can be equal to it. */
function literalOf(column: TableColumn, value: string): string | null {
  if (column.stored === 'string') return sqlText(value);
  if (column.stored === 'boolean') return ['true', 'false'].includes(value) ? value : null;
  return /^-?\d{1,19}$/.test(value) ? `TRY_CAST('${value}' AS BIGINT)` : null;
}

function rangeSql(
  column: TableColumn,
  min: string | number | null,
  max: string | number | null,
  below: boolean,
): string {
  const value = typedValue(column);
  const range = between(value, numberSql(column, min), numberSql(column, max), below);
  // NaN is greater than every number to DuckDB.
  return isFloat(column) && max === null ? `${range} AND NOT isnan(${value})` : range;
}

/** In float32 columns bounds are rounded as the values were: 0.9 is found by `<= 0.9`. */
function numberSql(column: TableColumn, value: string | number | null): string | null {
  if (value === null) return null;
  if (column.stored === 'int64') return `CAST('${value}' AS ${Number.isInteger(Number(value)) ? 'HUGEINT' : 'DOUBLE'})`;
  return `CAST('${value}' AS ${column.stored === 'float32' ? 'FLOAT' : 'DOUBLE'})`;
}

function momentSql(value: string | null): string | null {
  if (value === null) return null;
  return `TRY_CAST(${sqlString(value.replace('T', ' ').replace(/Z$/, ''))} AS TIMESTAMP)`;
}

function between(value: string, from: string | null, to: string | null, below: boolean): string {
  const parts: string[] = [];
  if (from !== null) parts.push(`${value} >= ${from}`);
  if (to !== null) parts.push(`${value} ${below ? '<' : '<='} ${to}`);
  return parts.length === 0 ? `${value} IS NOT NULL` : parts.join(' AND ');
}

/** Whether a row failed, in any version or in one. */
export function failedSql({ columns }: Columns, failed: boolean, version: number | null): string {
  const errors = columns.filter(
    (column) => column.role === 'error' && (version === null || column.version === version),
  );
  if (errors.length === 0) throw noSuchVersion(version);
  const any = errors.map((column) => `${sqlName(column.column)} IS NOT NULL`).join(' OR ');
  return failed ? any : `NOT (${any})`;
}

/**
 * Whether the prediction is the label: as texts, or where predictions are numbers as numbers (true and false are 1 and
 * 0). Null where a row has no label or no prediction. Null instead of SQL where nothing can be judged.
 */
export function rightSql(table: Columns, version: number): string | null {
  if (table.versions[version]?.judged !== true) return null;
  const label = table.columns.find((column) => column.role === 'label');
  const prediction = table.columns.find((column) => column.role === 'prediction' && column.version === version);
  if (!label || !prediction) return null;
  const [told, expected] = [sqlName(prediction.column), sqlName(label.column)];
  if (prediction.stored === 'string') return `${told} = ${expected}`;
  if (prediction.stored === 'boolean') return `${told} = TRY_CAST(${expected} AS BOOLEAN)`;
  const words = `CASE lower(${expected}) WHEN 'true' THEN 1 WHEN 'false' THEN 0`;
  const number = `${words} ELSE coalesce(TRY_CAST(${expected} AS DOUBLE), CASE WHEN ${expected} IS NOT NULL THEN 'nan'::DOUBLE END) END`;
  return `${told} = ${number}`;
}

/** The sort of a view as SQL, with `tie` to make the order one. */
export function orderOf(table: Columns, sort: ResultView['sort'], tie: string): string {
  const keys = sort.map(({ column: key, descending }) => {
    const column = columnOf(table, key);
    if (!column.sortable) throw wrongFilter(column, 'sort');
    const value = isFloat(column) ? orderedFloat(column) : typedValue(column);
    return `${value} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  return [...keys, tie].filter((key) => key !== '').join(', ');
}

/** NaN is shown as missing and sorted as missing. */
function orderedFloat(column: TableColumn): string {
  const value = typedValue(column);
  return column.stored === 'string' || column.role === 'raw' ? `nullif(${value}, 'nan'::DOUBLE)` : value;
}

function wrongFilter(column: TableColumn, kind: string): Error {
  const words = kind === 'sort' ? 'be sorted by' : `take a filter of the kind ${kind}`;
  return problem('USAGE', `The column ${column.name} holds ${column.type} and cannot ${words}.`, {
    subject: column.column,
    hint: column.filters.length === 0 ? null : `It takes ${column.filters.join(', ')}.`,
  });
}

function noSuchVersion(version: number | null): Error {
  return problem('NOT_FOUND', `This run has no version number ${(version ?? 0) + 1}.`);
}

function notJudged({ versions }: Columns, version: number): Error {
  if (versions[version] === undefined) return noSuchVersion(version);
  return problem('NOT_ALLOWED_NOW', 'Right and wrong are known where a run classifies and its data has a label.', {
    subject: versions[version].name,
    hint: 'Start a run that names the label column.',
  });
}
