import { Button } from '@mantine/core';
import { useList } from '../../client/index.ts';
import { Empty, Listed, Page } from '../../components/index.ts';
import { navigate } from '../../window/index.ts';
import { RunTable } from './run-table.tsx';

export function RunsPage() {
  const runs = useList(
    ['runs'],
    (client, page, signal) => client.runs.list(page, { signal }),
    (run) => run.run,
  );
  const start = (
    <Button variant="default" onClick={() => navigate('home')}>
      Score data
    </Button>
  );
  return (
    <Page title="Runs" actions={start}>
      <Listed list={runs}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty action={start}>What was scored with which version shows here, with its rows.</Empty>
          ) : (
            <RunTable runs={rows} />
          )
        }
      </Listed>
    </Page>
  );
}
