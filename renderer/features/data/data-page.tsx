import { Button } from '@mantine/core';
import type { DatasetRow } from '../../../engine/contract/index.ts';
import { useEngine, useList } from '../../client/index.ts';
import { ago, bytes, Chip, count, Empty, Listed, Name, Page, Table, type Tone } from '../../components/index.ts';
import { navigate } from '../../window/index.ts';
import styles from './data-page.module.css';
import { chooseFiles } from '../home/index.ts';

export function DataPage() {
  const { client, host } = useEngine();
  const datasets = useList(
    ['datasets'],
    (engine, page, signal) => engine.data.datasets(page, { signal }),
    (row) => row.dataset,
  );
  const choose = (
    <Button variant="default" onClick={() => chooseFiles(client, host, 'files')}>
      Choose data
    </Button>
  );
  return (
    <Page title="Data" actions={choose}>
      <Listed list={datasets}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty action={choose} more="CSV, Parquet and JSON Lines, and pictures in folders.">
              Files that a run has read show here, with their columns and where they were used.
            </Empty>
          ) : (
            <Table
              label="Datasets"
              rows={rows}
              rowKey={(row) => row.dataset}
              onOpen={(row) => navigate('data', row.dataset)}
              columns={[
                { key: 'name', title: 'Dataset', cell: (row) => <Name text={row.name} most={60} /> },
                { key: 'format', title: 'Format', width: '90px', cell: (row) => row.format },
                {
                  key: 'rows',
                  title: 'Rows',
                  align: 'right',
                  width: '110px',
                  cell: (row) => (row.rows === null ? 'not counted' : count(row.rows)),
                },
                {
                  key: 'columns',
                  title: 'Columns',
                  align: 'right',
                  width: '90px',
                  from: 'wide',
                  cell: (row) => count(row.columns),
                },
                {
                  key: 'label',
                  title: 'Label',
                  width: '140px',
                  from: 'wide',
                  cell: (row) =>
                    row.label === null ? (
                      <span className={styles.quiet}>none said</span>
                    ) : (
                      <Name text={row.label} most={18} />
                    ),
                },
                {
                  key: 'role',
                  title: 'Used as',
                  width: '80px',
                  from: 'wide',
                  cell: (row) => row.role ?? <span className={styles.quiet}>not said</span>,
                },
                { key: 'size', title: 'Size', align: 'right', width: '90px', cell: (row) => bytes(row.bytes) },
                { key: 'runs', title: 'Runs', align: 'right', width: '80px', cell: (row) => count(row.runs) },
                { key: 'status', title: 'Files', width: '120px', cell: (row) => <FileStatus status={row.status} /> },
                {
                  key: 'when',
                  title: 'First read',
                  align: 'right',
                  width: '100px',
                  from: 'wide',
                  cell: (row) => ago(row.createdAt),
                },
              ]}
            />
          )
        }
      </Listed>
    </Page>
  );
}

const tones: Record<DatasetRow['status'], Tone> = { unchanged: 'good', changed: 'warn', missing: 'bad' };

/** Whether the files are what they were when they were read. */
export function FileStatus({ status }: { status: DatasetRow['status'] }) {
  return <Chip tone={tones[status]}>{status}</Chip>;
}
