import type { ResultFilter, ResultView } from '../../contract/index.ts';
import { columnOf, shownColumns, textColumns, type Columns } from './conditions.ts';
import type { TableColumn } from './table.ts';

/** How a library says what a filter needs. Conditions are joined with `&`, `|` and `~` in both. */
interface Dialect {
  column(key: string): string;
  /** Numbers of a column of floats, NaN among them, which is missing. */
  float(value: string): string;
  /** Numbers, times in UTC and booleans that a column's text stands for. */
  number(value: string): string;
  moment(value: string): string;
  boolean(value: string): string;
  momentLiteral(text: string): string;
  lower(value: string): string;
  test(value: string, is: 'contains' | 'starts' | 'ends', text: string): string;
  isIn(value: string, list: string): string;
  isMissing(value: string): string;
}

const pandas: Dialect = {
  column: (key) => `df[${python(key)}]`,
  float: (value) => value,
  number: (value) => `pd.to_numeric(${value}, errors="coerce")`,
  moment: (value) => `pd.to_datetime(${value}, errors="coerce", format="ISO8601", utc=True).dt.tz_localize(None)`,
  boolean: (value) => `${value}.str.strip().str.lower().map({"true": 1, "false": 0})`,
  momentLiteral: (text) => `pd.Timestamp(${python(text.replace(/Z$/, ''))})`,
  lower: (value) => `${value}.str.lower()`,
  test: (value, is, text) =>
    is === 'contains'
      ? `${value}.str.contains(${text}, regex=False, na=False)`
      : `${value}.str.${is}with(${text}, na=False)`,
  isIn: (value, list) => `${value}.isin(${list})`,
  isMissing: (value) => `${value}.isna()`,
};

const polars: Dialect = {
  column: (key) => `pl.col(${python(key)})`,
  // To polars NaN is a number, greater than all others.
  float: (value) => `${value}.fill_nan(None)`,
  number: (value) => `${value}.str.strip_chars().str.strip_prefix("+").cast(pl.Float64, strict=False).fill_nan(None)`,
  moment: (value) =>
    `${value}.str.replace(r"^(\\d{4}-\\d\\d-\\d\\d)$", "\${1} 00:00").str.replace(r"([T ]\\d\\d:\\d\\d)(Z|[+-].*)?$", "\${1}:00\${2}")` +
    `.str.replace(r"([T ]\\d\\d:\\d\\d:[\\d.]+)$", "\${1}Z").str.replace(" ", "T").str.to_datetime("%+", time_zone="UTC", strict=False).dt.replace_time_zone(None)`,
  boolean: (value) =>
    `${value}.str.strip_chars().str.to_lowercase().replace_strict({"true": 1, "false": 0}, default=None, return_dtype=pl.Int8)`,
  momentLiteral: (text) => polars.moment(`pl.lit(${python(text.replace(/Z$/, ''))})`),
  lower: (value) => `${value}.str.to_lowercase()`,
  test: (value, is, text) =>
    is === 'contains' ? `${value}.str.contains(${text}, literal=True)` : `${value}.str.${is}_with(${text})`,
  isIn: (value, list) => `${value}.is_in(${list})`,
  isMissing: (value) => `${value}.is_null()`,
};

/** The view as pandas reads it; `files` is a Python expression that lists the shard files in order. */
export function pandasCode(table: Columns, view: ResultView, files: string): string {
  const lines = [
    'import glob',
    'import pandas as pd',
    '',
    `files = ${files}`,
    'df = pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)',
    ...conditions(table, view, pandas).map((condition) => `df = df[${condition}]`),
  ];
  if (view.sort.length > 0) {
    // By the last key first: every sort is stable, so that each key may have a type and a direction of its own.
    for (const { column: key, descending } of view.sort.toReversed()) {
      const column = columnOf(table, key);
      const by = typed('values', column, pandas);
      const cast = by === 'values' ? '' : `, key=lambda values: ${by}`;
      lines.push(
        `df = df.sort_values(${python(key)}, ascending=${descending ? 'False' : 'True'}, kind="stable", na_position="last"${cast})`,
      );
    }
  }
  const shown = shownColumns(table, view);
  const renamed = shown.filter((column) => column.name !== column.column);
  lines.push(`df = df[[${shown.map((column) => python(column.column)).join(', ')}]]`);
  if (renamed.length > 0) {
    lines.push(
      `df = df.rename(columns={${renamed.map((column) => `${python(column.column)}: ${python(column.name)}`).join(', ')}})`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The view as polars reads it, lazily. */
export function polarsCode(table: Columns, view: ResultView, files: string): string {
  const steps = conditions(table, view, polars).map((condition) => `.filter(${condition})`);
  if (view.sort.length > 0) {
    const keys = view.sort.map(({ column: key }) => {
      const column = columnOf(table, key);
      return typed(polars.column(key), column, polars);
    });
    const down = view.sort.map(({ descending }) => (descending ? 'True' : 'False'));
    steps.push(`.sort(${keys.join(', ')}, descending=[${down.join(', ')}], nulls_last=True, maintain_order=True)`);
  }
  const shown = shownColumns(table, view).map(({ column, name }) =>
    name === column ? `pl.col(${python(column)})` : `pl.col(${python(column)}).alias(${python(name)})`,
  );
  steps.push(`.select(${shown.join(', ')})`, '.collect()');
  const lines = ['import glob', 'import polars as pl', '', `files = ${files}`, 'df = (', '    pl.scan_parquet(files)'];
  return `${[...lines, ...steps.map((step) => `    ${step}`), ')'].join('\n')}\n`;
}

function conditions(table: Columns, view: ResultView, dialect: Dialect): string[] {
  const filters = view.filters.map((filter) => condition(table, filter, dialect));
  if (view.search === '') return filters;
  const any = textColumns(table).map(({ column }) =>
    dialect.test(dialect.lower(dialect.column(column)), 'contains', python(view.search.toLowerCase())),
  );
  return [...filters, any.map((each) => `(${each})`).join(' | ')];
}

function condition(table: Columns, filter: ResultFilter, dialect: Dialect): string {
  if (filter.kind === 'failed') return failed(table, filter, dialect);
  if (filter.kind === 'right') return right(table, filter, dialect);
  const column = columnOf(table, filter.column);
  const value = dialect.column(filter.column);
  switch (filter.kind) {
    case 'text': {
      if (filter.is === 'equals') return `${value} == ${python(filter.value)}`;
      return filter.matchCase
        ? dialect.test(value, filter.is, python(filter.value))
        : dialect.test(dialect.lower(value), filter.is, python(filter.value.toLowerCase()));
    }
    case 'in':
      return oneOf(column, value, filter, dialect);
    case 'range':
      return between(typed(value, column, dialect), filter.min, filter.max, filter.below);
    case 'dates': {
      const literal = (text: string | null): string | null => text && dialect.momentLiteral(text);
      return between(typed(value, column, dialect), literal(filter.from), literal(filter.to), filter.below);
    }
    case 'boolean':
      return column.stored === 'boolean'
        ? `${value} == ${filter.value ? 'True' : 'False'}`
        : `${dialect.boolean(value)} == ${filter.value ? 1 : 0}`;
    case 'missing': {
      const missing = dialect.isMissing(value);
      return filter.missing ? missing : `~${missing}`;
    }
  }
}

function oneOf(
  column: TableColumn,
  value: string,
  { values, not }: Extract<ResultFilter, { kind: 'in' }>,
  dialect: Dialect,
): string {
  const present = values.filter((each) => each !== null);
  const literals = present.flatMap((each) => {
    if (column.stored === 'string') return [python(each)];
    if (column.stored === 'boolean') return each === 'true' ? ['True'] : each === 'false' ? ['False'] : [];
    return /^-?\d{1,19}$/.test(each) ? [String(BigInt(each))] : [];
  });
  // A comparison with nothing would be missing, and a row of which that is said is not kept.
  const isIn = `(${dialect.isIn(value, `[${literals.join(', ')}]`)} & ~${dialect.isMissing(value)})`;
  const any = values.includes(null) ? `(${dialect.isMissing(value)} | ${isIn})` : isIn;
  return not ? `~${any}` : any;
}

function between(value: string, from: string | number | null, to: string | number | null, isBelow: boolean): string {
  const parts: string[] = [];
  if (from !== null) parts.push(`(${value} >= ${from})`);
  if (to !== null) parts.push(`(${value} ${isBelow ? '<' : '<='} ${to})`);
  return parts.length === 0 ? `(${value} == ${value})` : parts.join(' & ');
}

function failed({ columns }: Columns, filter: Extract<ResultFilter, { kind: 'failed' }>, dialect: Dialect): string {
  const any = columns
    .filter(({ role, version }) => role === 'error' && (filter.version === null || filter.version === version))
    .map(({ column }) => `~${dialect.isMissing(dialect.column(column))}`)
    .join(' | ');
  return filter.failed ? any : `~(${any})`;
}

function right({ columns }: Columns, filter: Extract<ResultFilter, { kind: 'right' }>, dialect: Dialect): string {
  const label = columns.find(({ role }) => role === 'label')!;
  const prediction = columns.find(({ role, version }) => role === 'prediction' && version === filter.version)!;
  const [told, raw] = [dialect.column(prediction.column), dialect.column(label.column)];
  const expected =
    prediction.stored === 'string'
      ? raw
      : prediction.stored === 'boolean'
        ? `(${dialect.boolean(raw)} == 1)`
        : dialect.number(raw);
  const both = `~${dialect.isMissing(told)} & ~${dialect.isMissing(raw)}`;
  return `(${told} ${filter.right ? '==' : '!='} ${expected}) & ${both}`;
}

/** Kept columns are text; here is what their text stands for. */
function typed(value: string, column: TableColumn, dialect: Dialect): string {
  if (column.stored === 'float32' || column.stored === 'float64') return dialect.float(value);
  if (column.stored !== 'string') return value;
  if (column.type === 'integer' || column.type === 'number') return dialect.number(value);
  if (column.type === 'boolean') return dialect.boolean(value);
  if (column.type === 'date' || column.type === 'timestamp') return dialect.moment(value);
  return value;
}

/** A text as a Python literal: JSON's escapes are Python's too. */
export function python(text: string): string {
  return JSON.stringify(text);
}
