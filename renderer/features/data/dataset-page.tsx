import { Button, Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ColumnInfo, DatasetColumnSummary, Dataset, DatasetRoles } from '../../../engine/contract/index.ts';
import { problemOf, useAnswer, useEngine } from '../../client/index.ts';
import {
  Answer,
  bytes,
  Chip,
  count,
  figure,
  inWindow,
  keyed,
  Name,
  oneLine,
  Page,
  plural,
  ProblemView,
  Section,
  Skeleton,
  Table,
} from '../../components/index.ts';
import { useRevealCommand } from '../../commands/index.ts';
import { Histogram, TopValues } from '../../charts/index.ts';
import { navigate, useUndo } from '../../window/index.ts';
import { scoreOn } from '../home/index.ts';
import { FileStatus } from './data-page.tsx';
import styles from './dataset-page.module.css';

/** One dataset: schema with typed histograms, what its columns are for, files, where it was used. */
export function DatasetPage({ dataset }: { dataset: string }) {
  const answer = useAnswer(['dataset', dataset], (client) => client.datasets.get({ dataset }));
  const { client } = useEngine();
  const score = useMutation({
    mutationFn: async (found: Dataset) => {
      const { grants } = await client.datasets.grants({ dataset });
      scoreOn({ grants, name: found.name, format: found.format, files: found.files, dataset });
      navigate('home');
    },
  });
  const found = answer.data;
  useRevealCommand(
    {
      id: 'data.reveal',
      title: 'Show the files in their folder',
      group: 'Data',
      enabled: found !== undefined && found.status !== 'missing',
      why: 'They are gone.',
    },
    { kind: 'dataset', dataset },
  );
  return (
    <Page
      title={<Name text={found?.name ?? dataset} most={60} />}
      aside={found ? <Facts dataset={found} /> : null}
      actions={
        <Button
          onClick={() => found && score.mutate(found)}
          disabled={!found || found.status === 'missing'}
          loading={score.isPending}
        >
          Score this
        </Button>
      }
    >
      {score.isError ? <ProblemView problem={problemOf(score.error)} /> : null}
      <Answer answer={answer}>
        {(value) => (
          <>
            <Roles dataset={value} />
            <Columns dataset={value} />
            <UsedBy dataset={value} />
            <Files dataset={value} />
          </>
        )}
      </Answer>
    </Page>
  );
}

/** A dataset by its name, once that is known. */
export function DatasetName({ dataset }: { dataset: string }) {
  const answer = useAnswer(['dataset', dataset], (client) => client.datasets.get({ dataset }));
  return <Name text={answer.data?.name ?? dataset} most={48} />;
}

function Facts({ dataset }: { dataset: Dataset }) {
  return (
    <>
      <span>{dataset.format}</span>
      <span>{dataset.rows === null ? 'rows not counted' : plural(dataset.rows, 'row')}</span>
      <span>{bytes(dataset.bytes)}</span>
      <FileStatus status={dataset.status} />
    </>
  );
}

function Roles({ dataset }: { dataset: Dataset }) {
  const { client } = useEngine();
  const queries = useQueryClient();
  const done = useUndo((undo) => undo.done);
  const { roles } = dataset;
  const read = (): Promise<void> => queries.invalidateQueries({ queryKey: ['dataset', dataset.dataset] });
  const set = useMutation({
    mutationFn: (change: Partial<Omit<DatasetRoles, 'confirmed'>>) =>
      client.datasets.setRoles({ dataset: dataset.dataset, roles: change }),
    onSuccess: (_, change) => {
      void read();
      const before = Object.fromEntries(Object.keys(change).map((key) => [key, roles[key as keyof typeof change]]));
      done({
        words: `The roles of ${dataset.name} were changed.`,
        undo: () => client.datasets.setRoles({ dataset: dataset.dataset, roles: before }).then(read),
      });
    },
  });
  const names = dataset.columnList.map(({ name }) => name);
  return (
    <Section title="What its columns are for" aside={roles.confirmed ? null : <Chip tone="warn">guessed</Chip>}>
      <div className={styles.roles}>
        {(['label', 'id', 'group'] as const).map((role) => (
          <Select
            key={role}
            label={roleTitles[role]}
            data={names}
            value={roles[role]}
            clearable
            searchable
            placeholder="none"
            onChange={(value) => set.mutate({ [role]: value })}
          />
        ))}
        <Select
          label="Used as"
          data={['train', 'test', 'live']}
          value={roles.role}
          clearable
          placeholder="not said"
          onChange={(value) => set.mutate({ role: value })}
        />
      </div>
      {set.isError ? <ProblemView problem={problemOf(set.error)} /> : null}
    </Section>
  );
}

const roleTitles = { label: 'Label', id: 'Rows named by', group: 'Rows that belong together' } as const;

function Columns({ dataset }: { dataset: Dataset }) {
  const summary = useAnswer(
    ['dataset-summary', dataset.dataset],
    (client, signal) => client.datasets.summary({ dataset: dataset.dataset }, { signal }),
    { staleMs: 600_000 },
  );
  const byName = new Map((summary.data?.columns ?? []).map((column) => [column.name, column]));
  const about = summary.data
    ? summary.data.exact
      ? `over ${plural(summary.data.rows, 'row')}`
      : `over the first ${plural(summary.data.rows, 'row')}, not all`
    : null;
  return (
    <Section title="Columns" aside={about}>
      {summary.isError ? <ProblemView problem={problemOf(summary.error)} /> : null}
      <Table
        label="Columns"
        rows={dataset.columnList}
        rowKey={(column) => column.name}
        columns={[
          { key: 'name', title: 'Column', cell: (column) => <Name text={column.name} most={40} /> },
          { key: 'type', title: 'Type', width: '100px', cell: (column) => column.type },
          {
            key: 'missing',
            title: 'Missing',
            align: 'right',
            width: '90px',
            cell: (column) => count(byName.get(column.name)?.missing ?? column.missing),
          },
          {
            key: 'distinct',
            title: 'Distinct',
            align: 'right',
            width: '90px',
            from: 'wide',
            cell: (column) => distinct(byName.get(column.name)),
          },
          {
            key: 'range',
            title: 'From, to',
            width: '220px',
            from: 'wide',
            cell: (column) => range(byName.get(column.name)),
          },
          {
            key: 'picture',
            title: 'Values',
            width: '260px',
            cell: (column) => (
              <ColumnPicture column={column} summary={byName.get(column.name)} waiting={summary.isPending} />
            ),
          },
        ]}
      />
      {dataset.columns > dataset.columnList.length ? (
        <p>
          The first {count(dataset.columnList.length)} of {count(dataset.columns)} columns are listed.
        </p>
      ) : null}
    </Section>
  );
}

function ColumnPicture({
  column,
  summary,
  waiting,
}: {
  column: ColumnInfo;
  summary: DatasetColumnSummary | undefined;
  waiting: boolean;
}) {
  if (!summary) return waiting ? <Skeleton rows={1} /> : null;
  if (summary.bins.length > 0)
    return <Histogram bins={summary.bins} label={`Values of ${column.name}`} width={236} height={20} />;
  return <TopValues values={summary.top} rows={summary.top.reduce((all, { count: times }) => all + times, 0)} />;
}

function distinct(summary: DatasetColumnSummary | undefined): string {
  return summary === undefined || summary.distinct === null ? '' : count(summary.distinct);
}

function range(summary: DatasetColumnSummary | undefined): string {
  if (!summary || summary.min === null || summary.max === null) return '';
  const show = (text: string): string =>
    text.trim() !== '' && Number.isFinite(Number(text)) ? figure(Number(text)) : oneLine(text);
  return `${show(summary.min)}, ${show(summary.max)}`;
}

function UsedBy({ dataset }: { dataset: Dataset }) {
  return (
    <Section title="Where it was used" aside={plural(dataset.runs, 'run')}>
      {dataset.usedBy.length === 0 ? (
        <p>No run has read it yet.</p>
      ) : (
        <Table
          label="Runs"
          rows={dataset.usedBy}
          rowKey={(use) => use.run}
          onOpen={(use) => navigate('runs', use.run)}
          columns={[
            { key: 'run', title: 'Run', cell: (use) => <Name text={use.models.join(', ')} most={70} /> },
            { key: 'status', title: 'Status', width: '120px', cell: (use) => use.status },
            {
              key: 'when',
              title: 'When',
              align: 'right',
              width: '120px',
              cell: (use) => new Date(use.createdAt).toLocaleDateString('en-GB'),
            },
          ]}
        />
      )}
    </Section>
  );
}

function Files({ dataset }: { dataset: Dataset }) {
  return (
    <Section title="Files" aside={plural(dataset.files, 'file')}>
      <ul className={styles.files}>
        {keyed(dataset.fileList.slice(0, 100), (file) => (
          <li>
            <Name text={file.name} most={90} mono />
            <span>{bytes(file.bytes)}</span>
          </li>
        ))}
        {dataset.files > 100 ? <li>and {plural(dataset.files - 100, 'file')} more</li> : null}
      </ul>
      {dataset.notes.length === 0 ? null : (
        <ul className={styles.notes}>
          {keyed(dataset.notes, (note) => (
            <li>{inWindow(note)}</li>
          ))}
        </ul>
      )}
    </Section>
  );
}
