import { Button } from '@mantine/core';
import { useAnswer } from '../../client/index.ts';
import { Answer, Empty, Page } from '../../components/index.ts';
import { navigate } from '../../window/index.ts';
import { RunTable } from './run-table.tsx';

export function RunsPage() {
  const runs = useAnswer(['runs'], (client) => client.runs.list());
  const start = (
    <Button variant="default" onClick={() => navigate('home')}>
      Score data
    </Button>
  );
  return (
    <Page title="Runs" actions={start}>
      <Answer answer={runs}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty action={start}>What was scored with which version shows here, with its rows.</Empty>
          ) : (
            <RunTable runs={rows} />
          )
        }
      </Answer>
    </Page>
  );
}
