import type { ExportFormat, ResultView } from '../../contract/index.ts';
import type { JobContext, JobQueue } from '../../jobs/index.ts';
import { refuseExisting, removeDeadPartials, writeOutput } from '../output.ts';
import type { RunStore } from '../store.ts';

interface ExportPayload {
  run: string;
  view: ResultView;
  format: ExportFormat;
  path: string;
  overwrite: boolean;
}

/** Two exports at once: one more would only make all of them slower. */
export function registerExports(jobs: JobQueue, store: RunStore): void {
  jobs.register<ExportPayload, { rows: number }>({
    kind: 'export',
    atOnce: 2,
    resumable: false,
    run: (payload, context) => writeView(store, payload, context),
  });
}

export function startExport(jobs: JobQueue, payload: ExportPayload): string {
  const title = `Export of results as ${formatNames[payload.format]}`;
  return jobs.start({ kind: 'export', title, subject: payload.run, payload });
}

const formatNames: Record<ExportFormat, string> = {
  csv: 'CSV',
  parquet: 'Parquet',
  jsonl: 'JSON Lines',
  xlsx: 'an Excel workbook',
};

async function writeView(store: RunStore, payload: ExportPayload, context: JobContext): Promise<{ rows: number }> {
  const { run, view, path, format, overwrite } = payload;
  if (!overwrite) refuseExisting(path);
  await removeDeadPartials(store, run, path);
  const { rows, notes } = await writeOutput(
    store,
    run,
    { path, format, overwrite },
    {
      view,
      signal: context.stop,
      onProgress: (done, total) => context.report({ phase: 'writing the file', done, total, unit: 'rows' }),
    },
  );
  context.report({ phase: 'written', done: rows, total: rows, unit: 'rows' });
  store.addNotes(run, notes);
  return { rows };
}
