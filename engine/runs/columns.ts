import { problem, type ColumnInfo, type ColumnRoles } from '../contract/index.ts';
import { compileDecoder } from '../recipes/index.ts';
import { addressColumns, type PlannedColumn, type PlannedVersion } from './plan.ts';

/**
 * The columns of a run's results, in the order of the output: id, predictions, kept columns with the label, errors.
 * With several versions every predicted column carries the version's name as a prefix. Names are made unique without
 * regard to case, because DuckDB folds it. What the model says is named first, so that `prediction` is never a column of
 * the data; then the id, then the kept columns.
 */
export function planColumns(
  versions: readonly PlannedVersion[],
  roles: ColumnRoles,
  available: readonly ColumnInfo[],
): { columns: PlannedColumn[]; notes: string[] } {
  const many = versions.length > 1;
  const kept = keptColumns(roles, available);
  const told: Unnamed[] = [
    ...versions.flatMap((version, index) => predictedColumns(version, index, many)),
    ...versions.map((version, index) => ({
      role: 'error' as const,
      name: prefixed(version, 'error', many),
      version: index,
    })),
  ];
  const ids = kept.filter((column) => column.role === 'id');
  const others = kept.filter((column) => column.role !== 'id');
  const notes: string[] = [];
  // Without an id the output begins with file and row; shard files always hold the three address columns.
  const names = new Set<string>(roles.id === undefined ? ['file', 'row'] : []);
  const stored = new Set<string>([...addressColumns, ...duckDbColumns]);
  const named = [...told, ...ids, ...others].map((column): PlannedColumn => {
    const name = freeName(column.name, names);
    if (name !== column.name) notes.push(`Column ${column.name} is written as ${name}: the name is taken.`);
    return { ...column, name, stored: freeName(name, stored) };
  });
  const inOrder = (['id', 'prediction', 'data', 'error'] as const).flatMap((place) =>
    named.filter((column) => placeOf(column) === place),
  );
  return { columns: inOrder, notes };
}

function placeOf({ role }: PlannedColumn): 'id' | 'prediction' | 'data' | 'error' {
  return role === 'label' || role === 'kept' ? 'data' : role;
}

/** Columns that DuckDB adds to a Parquet file when it reads one; in a file of ours these names would hide them. */
const duckDbColumns = ['file_row_number', 'file_index', 'filename', 'rowid'];

type Unnamed = PlannedColumn extends infer Column
  ? Column extends PlannedColumn
    ? Omit<Column, 'stored'>
    : never
  : never;

function predictedColumns(version: PlannedVersion, index: number, prefix: boolean): Unnamed[] {
  return compileDecoder(version.recipe, version.inspection).columns.map((column) => ({
    role: 'prediction',
    name: prefixed(version, column.name, prefix),
    version: index,
    resultName: column.name,
    type: column.type,
  }));
}

function prefixed(version: PlannedVersion, name: string, prefix: boolean): string {
  return prefix ? `${version.name}.${name}` : name;
}

type KeptColumn = Extract<Unnamed, { source: string }>;

function keptColumns(roles: ColumnRoles, available: readonly ColumnInfo[]): KeptColumn[] {
  const types = new Map(available.map((column) => [column.name, column.type]));
  const wanted = new Map<string, KeptColumn['role']>();
  if (roles.id !== undefined) wanted.set(roles.id, 'id');
  if (roles.label !== undefined && !wanted.has(roles.label)) wanted.set(roles.label, 'label');
  const along = roles.keepAll === true ? types.keys() : [];
  for (const name of [...(roles.keep ?? []), ...along]) if (!wanted.has(name)) wanted.set(name, 'kept');
  return [...wanted].map(([source, role]) => {
    const type = types.get(source);
    if (type === undefined) throw noSuchColumn(source, role, [...types.keys()]);
    return { role, name: source, source, type };
  });
}

function noSuchColumn(name: string, role: string, names: readonly string[]): Error {
  const flag = role === 'kept' ? '--keep' : `--${role}`;
  const shown = names.slice(0, 20).join(', ') + (names.length > 20 ? ', ...' : '');
  return problem('BINDING_MISSING_COLUMN', `The data has no column ${name}, which ${flag} names.`, {
    subject: name,
    hint: `Its columns are ${shown}.`,
  });
}

function freeName(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let count = 2; taken.has(candidate.toLowerCase()); count += 1) candidate = `${name}_${count}`;
  taken.add(candidate.toLowerCase());
  return candidate;
}
