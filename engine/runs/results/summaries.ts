import type { DuckDBValue } from '@duckdb/node-api';
import type { ColumnSummary, ResultView } from '../../contract/index.ts';
import { sqlName } from '../../data/index.ts';
import { plainValue } from '../row-values.ts';
import type { Asker } from './asking.ts';
import { columnOf, conditionOf, isMissing, typedValue } from './conditions.ts';
import { scan } from './scan.ts';
import { shortened } from './cells.ts';
import type { ResultTable, TableColumn } from './table.ts';

const mostFrequent = 20;
const charactersOfValue = 200;

/** What columns hold over the rows of a view: bins of numbers and times, the most frequent of other values. */
export async function summarise(
  table: ResultTable,
  asker: Asker,
  view: ResultView,
  columns: readonly string[],
  bins: number,
  signal?: AbortSignal,
): Promise<ColumnSummary[]> {
  const from = `${scan(table.files)}${whereOf(table, view)}`;
  const summaries: ColumnSummary[] = [];
  for (const key of columns) {
    const column = columnOf(table, key);
    if (table.files.length === 0) summaries.push(emptySummary(column));
    else if (isMeasured(column, table)) summaries.push(await numbers(column, from, asker, bins, signal));
    else summaries.push(await values(column, from, asker, signal));
  }
  return summaries;
}

export function whereOf(table: ResultTable, view: ResultView): string {
  const condition = conditionOf(table, view);
  return condition === null ? '' : ` WHERE ${condition}`;
}

/** Classes are counted one by one, also where they are numbers. */
function isMeasured(column: TableColumn, { versions }: ResultTable): boolean {
  if (column.role === 'prediction' && versions[column.version ?? 0]?.task === 'classification') return false;
  if (column.role === 'label' && versions.some((version) => version.judged)) return false;
  return ['integer', 'number', 'date', 'timestamp'].includes(column.type);
}

function emptySummary({ column }: TableColumn): ColumnSummary {
  return { kind: 'values', column, rows: 0, missing: 0, distinct: 0, top: [] };
}

/** Values that a histogram can hold, as doubles; times in milliseconds. */
function measure(column: TableColumn): string {
  const value = typedValue(column);
  if (column.type === 'date' || column.type === 'timestamp') return `epoch_ms(${value})::DOUBLE`;
  return column.stored === 'float32' ? value : `${value}::DOUBLE`;
}

async function numbers(
  column: TableColumn,
  from: string,
  asker: Asker,
  bins: number,
  signal: AbortSignal | undefined,
): Promise<ColumnSummary> {
  const name = sqlName(column.column);
  const isStoredAsText = column.stored === 'string';
  const missing = isStoredAsText ? `${name} IS NULL` : isMissing(column);
  const finite = `x IS NOT NULL AND isfinite(x)`;
  const facts = await asker.row(
    `SELECT count(*), count(*) FILTER (missing), count(*) FILTER (${finite}), min(x) FILTER (${finite}), max(x) FILTER (${finite}), avg(x) FILTER (${finite})
     FROM (SELECT ${measure(column)} AS x, ${missing} AS missing FROM ${from})`,
    signal,
  );
  const [rows, absent, counted] = facts.slice(0, 3).map(Number) as [number, number, number];
  const [min, max, mean] = facts.slice(3).map((value) => (value === null ? null : Number(value))) as [
    number | null,
    number | null,
    number | null,
  ];
  const edges = min === null || max === null ? [] : edgesOf(column, min, max, bins);
  return {
    kind: 'numbers',
    column: column.column,
    rows,
    missing: absent,
    other: rows - absent - counted,
    min,
    max,
    mean,
    bins: edges.length === 0 ? [] : await fillBins(column, from, edges, asker, signal),
    unit: column.type === 'date' || column.type === 'timestamp' ? 'milliseconds' : 'number',
  };
}

/** Probabilities have bins of their own range, so that charts of two views can be laid over each other. */
function edgesOf(column: TableColumn, min: number, max: number, bins: number): number[] {
  const isShare = (column.role === 'confidence' || column.role === 'probability') && min >= 0 && max <= 1;
  const [low, high] = isShare ? [0, 1] : [min, max];
  if (low === high) return [low, high];
  const count = column.type === 'integer' ? Math.min(bins, Math.floor(high - low) + 1) : bins;
  return Array.from({ length: count + 1 }, (_, index) =>
    index === count ? high : low + ((high - low) * index) / count,
  );
}

async function fillBins(
  column: TableColumn,
  from: string,
  edges: number[],
  asker: Asker,
  signal: AbortSignal | undefined,
): Promise<{ from: number; to: number; count: number }[]> {
  const count = edges.length - 1;
  const [low, high] = [edges[0]!, edges[count]!];
  const bins = Array.from({ length: count }, (_, index) => ({ from: edges[index]!, to: edges[index + 1]!, count: 0 }));
  const width = (high - low) / count;
  const bin = width > 0 && Number.isFinite(width) ? `floor((x - ${double(low)}) / ${double(width)})` : '0';
  const found = await asker.rows(
    `SELECT least(${count - 1}, greatest(0, ${bin}))::INTEGER AS bin, count(*)
     FROM (SELECT (${measure(column)})::DOUBLE AS x FROM ${from}) WHERE x IS NOT NULL AND isfinite(x) GROUP BY bin`,
    signal,
  );
  for (const [index, rows] of found) bins[Number(index)]!.count = Number(rows);
  return bins;
}

function double(value: number): string {
  return `'${value}'::DOUBLE`;
}

async function values(
  column: TableColumn,
  from: string,
  asker: Asker,
  signal: AbortSignal | undefined,
): Promise<ColumnSummary> {
  const name = sqlName(column.column);
  const value = column.type === 'list' || column.type === 'top' ? `to_json(${name})::VARCHAR` : name;
  const [rows, present, distinct] = (
    await asker.row(`SELECT count(*), count(${name}), approx_count_distinct(${name}) FROM ${from}`, signal)
  ).map(Number) as [number, number, number];
  // Of ids and free text nobody wants the most frequent: a table of ten million groups would be made for it.
  const top =
    distinct > rows / 2 && rows > 100_000
      ? []
      : await asker.rows(
          `SELECT ${value} AS value, count(*) AS count FROM ${from} GROUP BY value HAVING value IS NOT NULL ORDER BY count DESC, value LIMIT ${mostFrequent}`,
          signal,
        );
  return {
    kind: 'values',
    column: column.column,
    rows,
    missing: rows - present,
    // Where all of them are listed, their number is known and not estimated.
    distinct: distinct <= mostFrequent && top.length > 0 && top.length < mostFrequent ? top.length : distinct,
    top: top.map(([each, count]) => ({ ...shownValue(each!), count: Number(count) })),
  };
}

export type ShownValue = { value: string | number | boolean | null; cut: boolean };

/** A value for a chart's axis: short, and never a list. */
export function shownValue(value: DuckDBValue): ShownValue {
  const plain = plainValue(value);
  const flat = typeof plain === 'object' && plain !== null ? JSON.stringify(plain) : plain;
  const { cell, isCut } = shortened(flat, charactersOfValue);
  return { value: cell as ShownValue['value'], cut: isCut };
}
