import type { ColumnInfo, DatasetColumnSummary, DataDescription, DatasetSummary } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import { openDuckDb } from './duckdb.ts';
import { rowsOf } from './parquet-columns.ts';
import { stageParquet, stageText, type Staged } from './stage-rows.ts';
import { summarisePictures } from './summarise-pictures.ts';

/** Cells that a summary looks at: beyond that every so many-th row is. */
const mostCells = { text: 5_000_000, parquet: 20_000_000 };
const mostRows = 2_000_000;
const leastRows = 1000;
/** Bars of a histogram, values of a list, characters of a value. */
const binCount = 20;
const topCount = 10;
const valueLength = 80;
/** Up to this many rows different values are counted exactly. */
const exactlyCounted = 200_000;

/** What a column of staged rows is summarised as: the columns of the staged table are `c0`, `c1`, ... */
type Kind = 'number' | 'time' | 'value' | 'none';

/**
 * A typed picture of every column: histograms of numbers and times, the most frequent values of everything else. Over all
 * rows where they are not too many, else over rows spread evenly (of text files that are too large to be counted: the
 * first ones). `columns` are names of the description.
 */
export async function summariseData(
  description: DataDescription,
  columns: readonly string[],
  signal?: AbortSignal,
): Promise<DatasetSummary> {
  if (description.format === 'images') return summarisePictures(description, columns, signal);
  const infos = columns.map((name) => columnOf(description, name));
  const isParquet = description.format === 'parquet';
  const cells = isParquet ? mostCells.parquet : mostCells.text;
  const rows = Math.max(leastRows, Math.min(mostRows, Math.floor(cells / Math.max(1, infos.length))));
  const db = await openDuckDb({ allowedPaths: isParquet ? description.files.map((file) => file.path) : [] });
  try {
    const stage = isParquet ? stageParquet : stageText;
    const staged = await stage(db.connection, description, infos, rows, signal);
    const summaries: DatasetColumnSummary[] = [];
    for (const [index, info] of infos.entries()) {
      summaries.push(await summariseColumn(db.connection, staged, info, index));
    }
    return { rows: staged.rows, exact: staged.exact, columns: summaries };
  } finally {
    db.close();
  }
}

function columnOf(description: DataDescription, name: string): ColumnInfo {
  const found = description.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw problem('BINDING_MISSING_COLUMN', `The dataset has no column ${name}.`, { subject: name });
}

export function kindOf({ type }: ColumnInfo): Kind {
  if (type === 'integer' || type === 'float') return 'number';
  if (type === 'date' || type === 'timestamp') return 'time';
  return type === 'list' || type === 'struct' || type === 'image' ? 'none' : 'value';
}

type Connection = Parameters<typeof rowsOf>[0];

async function summariseColumn(
  connection: Connection,
  staged: Staged,
  info: ColumnInfo,
  index: number,
): Promise<DatasetColumnSummary> {
  const column = `c${index}`;
  const kind = kindOf(info);
  const counter = staged.rows <= exactlyCounted ? `count(DISTINCT ${column})` : `approx_count_distinct(${column})`;
  const [counts = []] = await rowsOf(connection, `SELECT count(*) - count(${column}), ${counter} FROM staged`);
  const summary: DatasetColumnSummary = {
    name: info.name,
    missing: staged.missing?.[index] ?? Number(counts[0]),
    // An estimate may come out beyond what there is.
    distinct: kind === 'none' ? null : Math.min(Number(counts[1]), staged.rows - Number(counts[0])),
    bins: [],
    top: [],
    min: null,
    max: null,
    mean: null,
  };
  if (kind === 'value') return { ...summary, top: await topValues(connection, column) };
  if (kind === 'none') return summary;
  return { ...summary, ...(await distribution(connection, column, info)) };
}

async function topValues(connection: Connection, column: string): Promise<DatasetColumnSummary['top']> {
  const rows = await rowsOf(
    connection,
    `SELECT left(${column}, ${valueLength + 1}), count(*) AS many FROM staged WHERE ${column} IS NOT NULL
     GROUP BY ${column} ORDER BY many DESC, ${column} LIMIT ${topCount}`,
  );
  return rows.map(([value, count]) => ({ value: shortened(String(value)), count: Number(count) }));
}

type Distribution = Pick<DatasetColumnSummary, 'bins' | 'min' | 'max' | 'mean'>;

/** Of finite numbers; of times as milliseconds since 1970 in UTC, with the least and the greatest as text. */
async function distribution(connection: Connection, column: string, info: ColumnInfo): Promise<Distribution> {
  const isTime = kindOf(info) === 'time';
  const value = isTime ? `epoch_ms(${column})::DOUBLE` : column;
  const source = `(SELECT ${value} AS v, ${column} AS shown FROM staged WHERE isfinite(${column}))`;
  const [found = []] = await rowsOf(
    connection,
    `SELECT min(v), max(v), avg(v), min(shown)::VARCHAR, max(shown)::VARCHAR FROM ${source}`,
  );
  const [min, max, mean] = found.slice(0, 3).map((cell) => (cell === null ? null : Number(cell)));
  if (typeof min !== 'number' || typeof max !== 'number') return { bins: [], min: null, max: null, mean: null };
  const texts = isTime ? [String(found[3]), String(found[4])] : [String(min), String(max)];
  const bins = Number.isFinite(max - min) ? await histogram(connection, source, min, max, info.type === 'integer') : [];
  return {
    bins,
    min: texts[0]!,
    max: texts[1]!,
    mean: !isTime && typeof mean === 'number' && Number.isFinite(mean) ? mean : null,
  };
}

/** Bars of one width; of whole numbers each holds as many of them, from its first number to the next bar's. */
async function histogram(
  connection: Connection,
  source: string,
  min: number,
  max: number,
  isWhole: boolean,
): Promise<DatasetColumnSummary['bins']> {
  const isStepped = isWhole && max - min < 2 ** 52;
  const width = isStepped ? Math.ceil((max - min + 1) / binCount) : (max - min) / binCount || 1;
  const count = isStepped ? Math.ceil((max - min + 1) / width) : binCount;
  const rows = await rowsOf(
    connection,
    `SELECT least(floor((v - (${min})) / ${width}), ${count - 1})::INTEGER AS bar, count(*) FROM ${source} GROUP BY bar`,
  );
  const counts = new Map(rows.map(([bar, many]) => [Number(bar), Number(many)]));
  if (min === max && !isStepped) return [{ from: min, to: max, count: counts.get(0) ?? 0 }];
  return Array.from({ length: count }, (_, bar) => ({
    from: min + bar * width,
    to: bar === count - 1 && !isStepped ? max : min + (bar + 1) * width,
    count: counts.get(bar) ?? 0,
  }));
}

function shortened(text: string): string {
  return text.length > valueLength ? `${text.slice(0, valueLength).toWellFormed()}…` : text;
}
