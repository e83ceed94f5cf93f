import type { OpenedResults, ResultTableColumn } from '../../contract/index.ts';
import type { ResultColumnType } from '../../recipes/index.ts';
import { addressColumns, type PlanFacts, type PlannedColumn } from '../plan.ts';

type Plan = Pick<PlanFacts, 'columns' | 'versions'>;

/** A column as queries see it: what callers see of it, and how it lies in the shard files. */
export interface TableColumn extends ResultTableColumn {
  /** Text that stands for something else has to be cast; predicted columns have their types. */
  stored: ResultColumnType;
}

/** A committed shard file; `start` is the number in the whole run of its first row. */
export interface TableFile {
  path: string;
  rows: number;
  start: number;
}

/** Everything a query process knows of a run: plain JSON. Files are in the input's order; a running run has gaps. */
export interface ResultTable {
  files: TableFile[];
  columns: TableColumn[];
  versions: OpenedResults['versions'];
  revision: number;
}

/** The columns of a run's results as the grid shows them: id first, then where the row is from, then the plan's order. */
export function tableColumns(plan: Plan): TableColumn[] {
  const planned = plan.columns.map((column) => plannedColumn(plan, column));
  const [file, row] = addressColumns;
  const address: TableColumn[] = [
    { ...described(file, file, 'text', 'string'), role: 'file', version: null, label: null },
    { ...described(row, row, 'integer', 'int64'), role: 'row', version: null, label: null },
  ];
  const isId = (column: TableColumn): boolean => column.role === 'id';
  return [...planned.filter(isId), ...address, ...planned.filter((column) => !isId(column))];
}

export function tableVersions(plan: Plan): OpenedResults['versions'] {
  const hasLabel = plan.columns.some((column) => column.role === 'label');
  return plan.versions.map(({ name, task }) => ({ name, task, judged: hasLabel && task === 'classification' }));
}

function plannedColumn(plan: Plan, column: PlannedColumn): TableColumn {
  if (column.role === 'error') {
    return {
      ...described(column.stored, column.name, 'text', 'string'),
      role: 'error',
      version: column.version,
      label: null,
    };
  }
  if (column.role === 'prediction') {
    const task = plan.versions[column.version]!.task;
    const role = predictedRole(task, column.resultName);
    const label = role === 'probability' ? column.resultName.slice(probabilityPrefix.length) : null;
    const type = predictedTypes[column.type];
    return { ...described(column.stored, column.name, type, column.type), role, version: column.version, label };
  }
  const type = keptTypes[column.type];
  return { ...described(column.stored, column.name, type, 'string'), role: column.role, version: null, label: null };
}

/** How a classification names the columns beside its prediction (recipes/decode-classes.ts). */
const probabilityPrefix = 'probability_';

function predictedRole(task: OpenedResults['versions'][number]['task'], name: string): TableColumn['role'] {
  if (task === 'raw') return 'raw';
  if (task === 'regression' || name === 'prediction') return 'prediction';
  return name === 'confidence' ? 'confidence' : name.startsWith(probabilityPrefix) ? 'probability' : 'raw';
}

type ShownType = TableColumn['type'];

const predictedTypes: Record<ResultColumnType, ShownType> = {
  string: 'text',
  int64: 'integer',
  float32: 'number',
  float64: 'number',
  boolean: 'boolean',
  'list<float32>': 'list',
  'list<float64>': 'list',
  'list<int64>': 'list',
  'list<string>': 'list',
  'list<struct<label,probability>>': 'top',
};

const keptTypes: Record<Extract<PlannedColumn, { source: string }>['type'], ShownType> = {
  boolean: 'boolean',
  integer: 'integer',
  float: 'number',
  string: 'text',
  date: 'date',
  timestamp: 'timestamp',
  list: 'text',
  struct: 'text',
  image: 'image',
};

const filtersOf: Record<ShownType, TableColumn['filters']> = {
  text: ['text', 'in', 'missing'],
  image: ['text', 'in', 'missing'],
  integer: ['range', 'in', 'missing'],
  number: ['range', 'missing'],
  boolean: ['boolean', 'in', 'missing'],
  date: ['dates', 'in', 'missing'],
  timestamp: ['dates', 'missing'],
  list: ['missing'],
  top: ['missing'],
};

function described(
  column: string,
  name: string,
  type: ShownType,
  stored: ResultColumnType,
): Pick<TableColumn, 'column' | 'name' | 'type' | 'stored' | 'sortable' | 'filters'> {
  return { column, name, type, stored, sortable: type !== 'list' && type !== 'top', filters: filtersOf[type] };
}
