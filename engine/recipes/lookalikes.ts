import type { ColumnInfo } from '../contract/index.ts';
import type { SampledTable } from './sampled-table.ts';

const labelNames = new Set([
  'target',
  'targets',
  'label',
  'labels',
  'y',
  'ytrue',
  'class',
  'outcome',
  'groundtruth',
  'truth',
]);
const idNames = new Set(['id', 'ids', 'uuid', 'guid', 'index', 'idx', 'rowid', 'rownumber', 'unnamed: 0', 'level0']);
/** A class label repeats: at most this share of its sampled cells differ, where the sample is large enough to tell. */
const mostDistinctShare = 0.5;
const tellingRows = 8;

/** Whether a column's name and values look like the truth that a model is to predict. */
export function looksLikeLabel(column: ColumnInfo, table: SampledTable): boolean {
  const name = plainName(column.name);
  if (!labelNames.has(name)) return false;
  // The truth of a regression is a number that seldom repeats, and it is called target or y.
  if (name === 'target' || name === 'targets' || name === 'y' || name === 'ytrue') return true;
  const cells = table.cells(column.name);
  return cells.length < tellingRows || new Set(cells).size <= cells.length * mostDistinctShare;
}

/** Whether a column's name and values look like a row's identity: whole numbers or text that do not repeat. */
export function looksLikeId(column: ColumnInfo, table: SampledTable): boolean {
  if (column.type !== 'integer' && column.type !== 'string') return false;
  const isNamedSo =
    idNames.has(plainName(column.name)) ||
    /(?:^|[a-z0-9_\s-])(?:_id|_ID|Id|ID|\sid)$/.test(column.name) ||
    /^id[_\s]/i.test(column.name);
  if (!isNamedSo) return false;
  const cells = table.cells(column.name);
  return cells.length < tellingRows || new Set(cells).size > cells.length * mostDistinctShare;
}

function plainName(name: string): string {
  return name.trim().toLowerCase().replaceAll(/[_-]+/g, '');
}
