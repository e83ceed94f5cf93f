import type { Command } from 'commander';
import { DataReading, problem, type ColumnRoles, type Preview } from '../../engine/contract/index.ts';
import { moreColumns, verb, type Globals } from '../globals.ts';
import { allPages, inputGrants, note, print, versionRef, withSession } from '../session.ts';
import { table } from '../text/table.ts';
import { bytes, count, plural, visible } from '../text/terminal.ts';

/** Flags that say what columns are; shared by preview and predict. */
export interface RoleFlags {
  id?: string;
  label?: string;
  keep?: string[];
  features?: string[];
}

export function withRoles(command: Command): Command {
  return command
    .option('--id <column>', 'column that names each row; goes along')
    .option('--label <column>', 'column with the truth; kept out of the features, goes along')
    .option('--keep <columns>', 'columns that go along', moreColumns)
    .option('--features <columns>', 'columns that feed the input, in order', moreColumns);
}

export function rolesOf(flags: RoleFlags): ColumnRoles {
  return {
    ...(flags.id === undefined ? {} : { id: flags.id }),
    ...(flags.label === undefined ? {} : { label: flags.label }),
    ...(flags.keep === undefined ? {} : { keep: flags.keep }),
    ...(flags.features === undefined ? {} : { features: flags.features }),
  };
}

/** Flags that overrule how a CSV file is understood; shared by preview and predict. */
export interface ReadingFlags {
  header?: boolean;
  delimiter?: string;
}

export function withReading(command: Command): Command {
  return command
    .option('--header <yes|no>', 'whether the first row of a CSV names the columns; else it is guessed', yesOrNo)
    .option('--delimiter <char>', 'what separates the cells of a CSV, tab for a tab; else it is guessed', delimiterOf);
}

export function readingOf({ header, delimiter }: ReadingFlags): { reading?: DataReading } {
  if (header === undefined && delimiter === undefined) return {};
  return {
    reading: { ...(header === undefined ? {} : { header }), ...(delimiter === undefined ? {} : { delimiter }) },
  };
}

function yesOrNo(text: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw problem('USAGE', `--header takes yes or no, not ${text}.`, { subject: text });
}

function delimiterOf(text: string): string {
  const delimiter = text === 'tab' || text === '\\t' ? '\t' : text;
  if (DataReading.safeParse({ delimiter }).success) return delimiter;
  throw problem('USAGE', `A delimiter is one ASCII character and no quote, not ${text}.`, {
    subject: text,
    hint: "For example --delimiter ';' or --delimiter tab.",
  });
}

interface PreviewFlags extends Globals, RoleFlags, ReadingFlags {
  data: string[];
  model?: string;
}

export function previewVerb(): Command {
  const command = verb(
    'preview',
    'Show what was understood of data, and how it would feed a model.',
    'drydock preview --data resources/samples/income/data/unlabelled.csv --model resources/samples/income/v1/model.onnx',
  )
    .requiredOption('--data <paths...>', 'files, folders or globs')
    .option('--model <ref>', 'name@3, name@alias, sha256:DIGITS or a path');
  return withReading(withRoles(command)).action((flags: PreviewFlags) =>
    withSession(flags, async (session) => {
      const data = await inputGrants(session, flags.data);
      const model = flags.model === undefined ? {} : { model: await versionRef(session, flags.model) };
      const preview = await session.client.data.preview({ data, roles: rolesOf(flags), ...readingOf(flags), ...model });
      // What the window needs besides is no part of what scripts are promised.
      const { look: _look, ...promised } = preview;
      print(flags, promised, () => previewText(preview));
      if (!flags.json) for (const text of preview.notes) note(flags, text);
    }),
  );
}

function previewText(preview: Preview): string {
  const size = `${preview.format}, ${plural(preview.columnsTotal, 'column')}, ${preview.rows === null ? 'rows not counted' : plural(preview.rows, 'row')}`;
  const parts = [
    size,
    table(
      ['column', 'type', 'missing in the sample'],
      preview.columns.map((column) => [column.name, column.type, column.missing]),
    ),
  ];
  parts.push('', table(preview.sample.columns, preview.sample.rows.slice(0, 5)));
  if (preview.binding.length > 0) {
    const lines = preview.binding.map((line) => [line.input, line.from ?? ' ', line.status]);
    parts.push('', table(['input', 'from', 'status'], lines));
    for (const line of preview.binding) if (line.status !== 'ok') parts.push(visible(line.words));
  }
  return parts.join('\n');
}

export function datasetsVerb(): Command {
  return verb('datasets', 'List the data that runs have read.', 'drydock datasets').action((flags: Globals) =>
    withSession(flags, async (session) => {
      const rows = await allPages(
        (after) => session.client.data.datasets({ limit: 500, ...after }),
        (row) => row.dataset,
      );
      print(flags, rows, () =>
        rows.length === 0
          ? 'No data yet. drydock predict reads some.'
          : table(
              ['dataset', 'name', 'format', 'rows', 'columns', 'size', 'runs', 'status'],
              rows.map((row) => [
                row.dataset,
                row.name,
                row.format,
                row.rows === null ? 'not counted' : count(row.rows),
                row.columns,
                bytes(row.bytes),
                row.runs,
                row.status,
              ]),
            ),
      );
    }),
  );
}
