import type { OpenedResults, ResultGroup, ResultView } from '../../../engine/contract/index.ts';
import { useAnswer } from '../../client/index.ts';
import {
  Answer,
  count,
  oneLine,
  percent,
  plural,
  probability,
  Table,
  type TableColumn,
} from '../../components/index.ts';
import { addFilter, changeResults } from './view-state.ts';
import styles from './groups.module.css';

/** Rows in view by the values of one column: how many, how sure, how often right. A group opens its rows. */
export function Groups({ results, by, view }: { results: OpenedResults; by: string; view: ResultView }) {
  const { run, versions } = results;
  const column = results.columns.find((one) => one.column === by);
  const groups = useAnswer(
    ['groups', run, view.filters, view.search, by, results.revision],
    (client, signal) =>
      client.results.group({ run, view: { filters: view.filters, search: view.search }, by, limit: 500 }, { signal }),
    { keepPrevious: true, staleMs: 60_000 },
  );
  const open = (group: ResultGroup): void => {
    if (group.cut) return;
    addFilter(
      run,
      group.value === null
        ? { kind: 'missing', column: by, missing: true }
        : { kind: 'in', column: by, values: [String(group.value)], not: false },
    );
    changeResults(run, { groupBy: null });
  };
  const named = (name: string, version: number): string =>
    versions.length > 1 ? `${versions[version]?.name ?? ''} ${name}` : name;
  const columns: TableColumn<ResultGroup>[] = [
    {
      key: 'value',
      title: column?.name ?? '',
      cell: (group) =>
        group.value === null ? <span className={styles.quiet}>missing</span> : oneLine(String(group.value)),
    },
    { key: 'rows', title: 'Rows', align: 'right', width: '120px', cell: (group) => count(group.rows) },
    { key: 'failed', title: 'Failed', align: 'right', width: '100px', cell: (group) => count(group.failed) },
    ...versions.flatMap((version, at): TableColumn<ResultGroup>[] => [
      ...(version.task === 'classification'
        ? [
            {
              key: `confidence${at}`,
              title: named('mean confidence', at),
              align: 'right' as const,
              width: '190px',
              cell: (group: ResultGroup) => confidence(group, at),
            },
          ]
        : []),
      ...(version.judged
        ? [
            {
              key: `right${at}`,
              title: named('right, %', at),
              align: 'right' as const,
              width: '170px',
              cell: (group: ResultGroup) => right(group, at),
            },
          ]
        : []),
    ]),
  ];
  return (
    <div className={styles.groups}>
      <Answer answer={groups} rows={10}>
        {({ groups: rows, total }) => (
          <>
            <Table
              label="Groups"
              rows={rows}
              rowKey={(group) => JSON.stringify(group.value)}
              onOpen={open}
              columns={columns}
            />
            <p className={styles.quiet}>
              {plural(total, 'group')}
              {total > rows.length ? `, the ${count(rows.length)} with the most rows are listed` : ''}
            </p>
          </>
        )}
      </Answer>
    </div>
  );
}

function confidence(group: ResultGroup, version: number): string {
  const value = group.confidence[version];
  return value === null || value === undefined ? 'not defined' : probability(value);
}

function right(group: ResultGroup, version: number): string {
  const judged = group.accuracy[version];
  if (!judged || judged.of === 0) return 'not defined';
  return `${percent(judged.right / judged.of)} of ${count(judged.of)}`;
}
