import { basename, dirname } from 'node:path';
import type { Dropped } from '../contract/index.ts';
import type { DataLook, Look, LookOf } from './look.ts';
import { predictionColumns } from './predictions.ts';

/** Several looks that are one piece of data: pictures and their folders, or tables of the same columns. */
export interface DataGroup {
  looks: LookOf<'data'>[];
  name: string;
  columns: DataLook['columns'];
  classes: string[];
}

/** Looks in the order of the drop, with data pooled and what belongs to a model left to it. */
export interface Assembled {
  models: LookOf<'model'>[];
  data: DataGroup[];
  recipes: LookOf<'recipe'>[];
  refused: LookOf<'refused'>[];
  /** What each path is called: its name, with the folder's where two are the same. */
  names: ReadonlyMap<string, string>;
}

export function assemble(looks: readonly Look[]): Assembled {
  const models = looks.filter((look) => look.kind === 'model');
  const own = new Set(models.flatMap((model) => model.ownFiles));
  const others = looks.filter((look) => !own.has(look.path));
  const groups = new Map<string, LookOf<'data'>[]>();
  for (const look of others) {
    if (look.kind !== 'data') continue;
    const key = groupKey(look);
    groups.set(key, [...(groups.get(key) ?? []), look]);
  }
  const names = distinctNames(looks);
  return {
    models,
    data: [...groups.values()].map((group) => dataGroup(group, names)),
    recipes: others.filter((look) => look.kind === 'recipe'),
    refused: others.filter((look) => look.kind === 'refused'),
    names,
  };
}

/** Pictures are pooled, tables where their columns are the same; predictions of two models never are. */
function groupKey(look: LookOf<'data'>): string {
  if (look.format === 'images') return 'images';
  const names = look.columns.map((column) => column.name);
  if (predictionColumns(names) !== null) return JSON.stringify([look.path]);
  return JSON.stringify([look.format, ...names.toSorted()]);
}

function dataGroup(looks: LookOf<'data'>[], names: ReadonlyMap<string, string>): DataGroup {
  const [first] = looks as [LookOf<'data'>];
  const more = looks.length - 1;
  const name = names.get(first.path)! + (more > 0 ? ` and ${more} more` : '');
  if (first.format !== 'images') return { looks, name, columns: first.columns, classes: [] };
  const classes = [...new Set(looks.flatMap((look) => look.classes))];
  const columns = hasClassFolders(looks)
    ? [...first.columns, { name: 'label', type: 'string' as const, missing: 0 }]
    : first.columns;
  return { looks, name, columns, classes };
}

/** As the data's description will find it: one folder with class folders, or several folders of pictures alike. */
function hasClassFolders(looks: readonly LookOf<'data'>[]): boolean {
  const depths = new Set(looks.flatMap((look) => look.depths));
  const [depth] = depths;
  if (depths.size !== 1 || depth === undefined) return false;
  if (looks.length === 1) return depth === 1;
  // Pictures that were dropped one by one: their folders are their classes when there are several.
  const folders = new Set(looks.map((look) => dirname(look.path)));
  return looks.every((look) => look.files === 1) ? folders.size > 1 : depth <= 1;
}

export function dataItem(group: DataGroup, dataset: string | null): Dropped {
  const { looks, columns } = group;
  const names = columns.map((column) => column.name);
  const item = {
    grants: [...new Set(looks.map((look) => look.grant))],
    name: group.name,
    format: looks[0]!.format,
    files: looks.reduce((sum, look) => sum + look.files, 0),
    bytes: looks.reduce((sum, look) => sum + look.bytes, 0),
    partial: looks.some((look) => look.partial),
    columns: names.slice(0, mostColumns),
    dataset,
  };
  const found = item.format === 'images' ? null : predictionColumns(names);
  if (found === null) return { kind: 'data', ...item };
  return { kind: 'predictions', ...item, ...found, probabilities: found.probabilities.slice(0, mostColumns) };
}

/** Names of columns that an answer carries. */
const mostColumns = 1000;

function distinctNames(looks: readonly Look[]): Map<string, string> {
  const counts = new Map<string, number>();
  for (const { path } of looks) counts.set(basename(path), (counts.get(basename(path)) ?? 0) + 1);
  return new Map(
    looks.map(({ path }) => {
      const name = basename(path);
      return [path, counts.get(name) === 1 ? name : `${basename(dirname(path))}/${name}`];
    }),
  );
}
