import { Button } from '@mantine/core';
import type { Run } from '../../../engine/contract/index.ts';
import { useAnswer } from '../../client/index.ts';
import { Answer, count, Empty, oneLine, plural, Table } from '../../components/index.ts';
import { navigate } from '../../window/index.ts';
import { showRows } from '../results/index.ts';

/** Why rows failed, the most frequent reason first; each opens its rows. */
export function RunErrors({ run }: { run: Run }) {
  const opened = useAnswer(['results', run.run], (client) => client.results.open({ run: run.run }), {
    enabled: run.shards.committed > 0,
  });
  if (run.rows.failed === 0)
    return <Empty>{run.status === 'done' ? 'No row failed.' : 'No row has failed so far.'}</Empty>;
  return (
    <Answer answer={opened}>
      {({ columns }) => {
        const errors = columns.filter(({ role }) => role === 'error');
        return (
          <>
            {errors.map((column) => (
              <Reasons
                key={column.column}
                run={run}
                column={column.column}
                title={errors.length > 1 ? column.name : null}
              />
            ))}
          </>
        );
      }}
    </Answer>
  );
}

function Reasons({ run, column, title }: { run: Run; column: string; title: string | null }) {
  const groups = useAnswer(['error-groups', run.run, column, run.rows.failed], (client) =>
    client.results.group({
      run: run.run,
      view: { filters: [{ kind: 'missing', column, missing: false }] },
      by: column,
      limit: 100,
    }),
  );
  const open = (value: string | null): void => {
    showRows(
      run.run,
      value === null
        ? { kind: 'failed', failed: true, version: null }
        : { kind: 'in', column, values: [value], not: false },
    );
    navigate('runs', run.run);
  };
  return (
    <Answer answer={groups}>
      {({ groups: rows, total }) => (
        <>
          {title === null ? null : <h2>{oneLine(title)}</h2>}
          <p>
            {plural(run.rows.failed, 'row')} failed for {plural(total, 'reason')}; the others were scored.{' '}
            <Button variant="subtle" onClick={() => open(null)}>
              Show the rows
            </Button>
          </p>
          <Table
            label="Reasons"
            rows={rows}
            rowKey={(group) => String(group.value)}
            onOpen={(group) => !group.cut && open(String(group.value))}
            columns={[
              { key: 'why', title: 'Why', cell: (group) => oneLine(String(group.value)) },
              { key: 'rows', title: 'Rows', align: 'right', width: '110px', cell: (group) => count(group.rows) },
            ]}
          />
        </>
      )}
    </Answer>
  );
}
