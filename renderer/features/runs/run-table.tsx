import type { Run } from '../../../engine/contract/index.ts';
import { ago, Chip, count, duration, jobTones, Name, Table } from '../../components/index.ts';
import { navigate } from '../../window/index.ts';

export function RunTable({ runs }: { runs: readonly Run[] }) {
  return (
    <Table
      label="Runs"
      rows={runs}
      rowKey={(run) => run.run}
      onOpen={(run) => navigate('runs', run.run)}
      columns={[
        { key: 'models', title: 'Versions', cell: (run) => <Name text={run.models.join(', ')} most={60} /> },
        {
          key: 'data',
          title: 'Data',
          width: '260px',
          cell: (run) => <Name text={run.dataset ?? 'being read'} most={34} />,
        },
        { key: 'rows', title: 'Rows', align: 'right', width: '110px', cell: (run) => count(run.rows.read) },
        { key: 'failed', title: 'Failed', align: 'right', width: '80px', cell: (run) => count(run.rows.failed) },
        {
          key: 'seconds',
          title: 'Took',
          align: 'right',
          width: '110px',
          from: 'wide',
          cell: (run) => duration(run.seconds),
        },
        {
          key: 'status',
          title: 'Status',
          width: '120px',
          cell: (run) => <Chip tone={jobTones[run.status]}>{run.status}</Chip>,
        },
        { key: 'when', title: 'When', align: 'right', width: '110px', cell: (run) => ago(run.createdAt) },
      ]}
    />
  );
}
