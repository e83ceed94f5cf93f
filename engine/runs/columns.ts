import { problem, type ColumnInfo, type ColumnRoles } from '../contract/index.ts';
import { compileDecoder } from '../recipes/index.ts';
import { addressColumns, type PlannedColumn, type PlannedVersion } from './plan.ts';

/**
 * The columns of a run's results, in the order of the output: id, predictions, kept columns with the label, errors.
 * With several versions every predicted column carries the version's name as a prefix. Names are made unique without
 * regard to case, because DuckDB folds it; a kept column gives way to a predicted one.
 */
export function planColumns(
  versions: readonly PlannedVersion[],
  roles: ColumnRoles,
  available: readonly ColumnInfo[],
): { columns: PlannedColumn[]; notes: string[] } {
  const notes: string[] = [];
  const predicted = versions.flatMap((version, index) => predictedColumns(version, index, versions.length > 1));
  const errors = versions.map((version, index): PlannedColumn => {
    return { role: 'error', name: prefixed(version, 'error', versions.length > 1), version: index };
  });
  const taken = new Set<string>([
    ...addressColumns,
    ...[...predicted, ...errors].map((column) => column.name.toLowerCase()),
  ]);
  const kept = keptColumns(roles, available).map((column): PlannedColumn => {
    const name = freeName(column.source, taken);
    if (name !== column.source)
      notes.push(`Column ${column.source} is written as ${name}: the name is taken by the results.`);
    return { ...column, name };
  });
  const ids = kept.filter((column) => column.role === 'id');
  const others = kept.filter((column) => column.role !== 'id');
  return { columns: [...ids, ...predicted, ...others, ...errors], notes };
}

function predictedColumns(version: PlannedVersion, index: number, prefix: boolean): PlannedColumn[] {
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

type KeptColumn = Extract<PlannedColumn, { role: 'id' | 'label' | 'kept' }>;

function keptColumns(roles: ColumnRoles, available: readonly ColumnInfo[]): Omit<KeptColumn, 'name'>[] {
  const types = new Map(available.map((column) => [column.name, column.type]));
  const wanted = new Map<string, KeptColumn['role']>();
  if (roles.id !== undefined) wanted.set(roles.id, 'id');
  if (roles.label !== undefined && !wanted.has(roles.label)) wanted.set(roles.label, 'label');
  for (const name of roles.keep ?? []) if (!wanted.has(name)) wanted.set(name, 'kept');
  return [...wanted].map(([source, role]) => {
    const type = types.get(source);
    if (type === undefined) throw noSuchColumn(source, role, [...types.keys()]);
    return { role, source, type };
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
