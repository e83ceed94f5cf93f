import { Button, Modal, SegmentedControl } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ExportFormat, OpenedResults, ResultView } from '../../../engine/contract/index.ts';
import { problemOf, useEngine } from '../../client/index.ts';
import { useSaved } from '../../commands/index.ts';
import { count, plural, ProblemView } from '../../components/index.ts';
import { useMatching } from './matching.ts';
import styles from './dialog.module.css';

/** The view as one file: its filters, its order, its columns. */
export function ExportDialog({
  results,
  view,
  onClose,
}: {
  results: OpenedResults;
  view: ResultView;
  onClose: () => void;
}) {
  const { client, host } = useEngine();
  const [format, setFormat] = useState<ExportFormat>('csv');
  const matching = useMatching(results.run, view);
  const write = useMutation({
    mutationFn: async () => {
      const { resource } = await client.resources.download({ run: results.run, view, format });
      return host.saveResource(resource);
    },
    onSuccess: (taken) => {
      if (!taken) return;
      useSaved.setState({ saved: host.native !== undefined });
      onClose();
    },
  });
  const columns = view.columns?.length ?? results.columns.length;
  return (
    <Modal opened onClose={onClose} title="Export this view" size={480}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          write.mutate();
        }}
      >
        <p>
          {matching === null ? '' : `${plural(matching, 'row')}, `}
          {plural(columns, 'column')}, in the order on screen.
          {results.complete ? '' : ` The run goes on: ${count(results.rows)} rows are there so far.`}
        </p>
        <SegmentedControl
          aria-label="Format"
          value={format}
          onChange={(value) => setFormat(value)}
          data={[
            { value: 'csv', label: 'CSV' },
            { value: 'parquet', label: 'Parquet' },
            { value: 'jsonl', label: 'JSON Lines' },
            { value: 'xlsx', label: 'Excel' },
          ]}
        />
        {write.isError ? <ProblemView problem={problemOf(write.error)} /> : null}
        <div className={styles.actions}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" data-autofocus loading={write.isPending}>
            Export
          </Button>
        </div>
      </form>
    </Modal>
  );
}
