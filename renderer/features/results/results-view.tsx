import { useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import type { OpenedResults } from '../../../engine/contract/index.ts';
import { useAnswer } from '../../client/index.ts';
import { useCommands } from '../../commands/index.ts';
import { Answer, Empty, Guard } from '../../components/index.ts';
import { ChartsStrip } from './charts-strip.tsx';
import { CodeDialog } from './code-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { Gallery } from './gallery.tsx';
import { Groups } from './groups.tsx';
import { Grid } from './grid.tsx';
import { RowPanel } from './row-panel.tsx';
import { ScopeBar } from './scope-bar.tsx';
import { changeResults, firstLook, shownColumns, useResultsState, viewOf } from './view-state.ts';
import styles from './results-view.module.css';

/** While a run goes on, what is there is looked at this often. */
const lookMs = 1000;

/** The rows of a run, also of one that still runs. */
export function ResultsView({ run, dataset }: { run: string; dataset: string }) {
  const results = useAnswer(['results', run], (client) => client.results.open({ run }), { staleMs: 500 });
  const complete = results.data?.complete;
  const { refetch } = results;
  useEffect(() => {
    if (complete !== false) return undefined;
    const timer = window.setInterval(() => void refetch(), lookMs);
    return () => window.clearInterval(timer);
  }, [complete, refetch]);
  return (
    <Answer answer={results} rows={12}>
      {(opened) =>
        opened.rows === 0 ? <NoRows opened={opened} /> : <OpenResults key={run} results={opened} dataset={dataset} />
      }
    </Answer>
  );
}

function NoRows({ opened }: { opened: OpenedResults }) {
  return (
    <Empty>{opened.complete ? 'The data held no rows.' : 'The first rows show here as soon as they are scored.'}</Empty>
  );
}

function OpenResults({ results, dataset }: { results: OpenedResults; dataset: string }) {
  const { run } = results;
  const [state, change] = useResultsState(run);
  const [exporting, setExporting] = useState(false);
  const [code, setCode] = useState(false);
  const queries = useQueryClient();
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (state.order === null) change(firstLook(results));
  });
  // Pages of an older revision are asked again; they stay on screen until the answer is there.
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['rows', run] });
    void queries.invalidateQueries({ queryKey: ['summary', run] });
  }, [queries, run, results.revision]);
  const view = useDeferredValue(viewOf(state, results.columns));
  const scoped = state.filters.length > 0 || state.search !== '';
  useCommands([
    { id: 'results.find', title: 'Find text in rows', group: 'Table', keys: '/', run: () => search.current?.focus() },
    { id: 'results.export', title: 'Export this view', group: 'Table', keys: 'mod+e', run: () => setExporting(true) },
    { id: 'results.code', title: 'Copy this view as SQL or pandas', group: 'Table', run: () => setCode(true) },
    {
      id: 'results.clear',
      title: 'Show all rows',
      group: 'Table',
      keys: 'escape',
      enabled: scoped || state.open !== null,
      run: () => (state.open === null ? change({ filters: [], search: '', active: 0 }) : change({ open: null })),
    },
    {
      id: 'results.charts',
      title: state.charts ? 'Hide the charts' : 'Show the charts',
      group: 'Table',
      run: () => change({ charts: !state.charts }),
    },
    ...(results.pictures
      ? [
          {
            id: 'results.look',
            title: state.look === 'table' ? 'Show pictures' : 'Show a table',
            group: 'Table' as const,
            keys: 'v',
            run: () => change({ look: state.look === 'table' ? 'gallery' : 'table' }),
          },
        ]
      : []),
  ]);
  const columns = shownColumns(state, results.columns);
  return (
    <div className={styles.results}>
      <ScopeBar
        results={results}
        dataset={dataset}
        view={view}
        searchRef={search}
        onExport={() => setExporting(true)}
        onCode={() => setCode(true)}
      />
      {state.charts ? (
        <Guard>
          <ChartsStrip results={results} view={view} />
        </Guard>
      ) : null}
      <div className={styles.body}>
        {state.groupBy !== null ? (
          <Groups results={results} by={state.groupBy} view={view} />
        ) : state.look === 'gallery' && results.pictures ? (
          <Gallery results={results} view={view} />
        ) : (
          <Grid results={results} columns={columns} view={view} />
        )}
        {state.open === null ? null : (
          <Guard key={state.open}>
            <RowPanel results={results} index={state.open} onClose={() => changeResults(run, { open: null })} />
          </Guard>
        )}
      </div>
      {exporting ? <ExportDialog results={results} view={view} onClose={() => setExporting(false)} /> : null}
      {code ? <CodeDialog run={run} view={view} onClose={() => setCode(false)} /> : null}
    </div>
  );
}
