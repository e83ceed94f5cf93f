import { Button, Menu, Switch } from '@mantine/core';
import {
  IconChartBar,
  IconCode,
  IconColumns,
  IconDownload,
  IconLayoutGrid,
  IconTable,
  IconX,
} from '@tabler/icons-react';
import type { RefObject } from 'react';
import { filterWords, type OpenedResults, type ResultFilter, type ResultView } from '../../../engine/contract/index.ts';
import { count, KeyButton, keyed, Name, oneLine } from '../../components/index.ts';
import { addFilter, removeFilter, useResultsState } from './view-state.ts';
import { useMatching } from './matching.ts';
import { SearchField } from './search-field.tsx';
import styles from './scope-bar.module.css';

/** What everything below is about: the data, the filters, how many rows. */
export function ScopeBar({
  results,
  dataset,
  view,
  searchRef,
  onExport,
  onCode,
}: {
  results: OpenedResults;
  dataset: string;
  view: ResultView;
  searchRef: RefObject<HTMLInputElement | null>;
  onExport: () => void;
  onCode: () => void;
}) {
  const { run } = results;
  const [state, change] = useResultsState(run);
  const matching = useMatching(run, view);
  const scoped = state.filters.length > 0 || state.search !== '';
  return (
    <div className={styles.bar} data-scoped={scoped || undefined} role="toolbar" aria-label="Rows in view">
      <span className={styles.data}>
        <Name text={dataset} most={36} />
      </span>
      {keyed(state.filters, (filter, index) => {
        const words = oneLine(wordsOf(filter, results));
        return (
          <span className={styles.filter}>
            {words}
            <button type="button" aria-label={`Take away the filter ${words}`} onClick={() => removeFilter(run, index)}>
              <IconX size={12} stroke={1.5} />
            </button>
          </span>
        );
      })}
      {state.search === '' ? null : (
        <span className={styles.filter}>
          has {oneLine(state.search)}
          <button type="button" aria-label="Take away the text" onClick={() => change({ search: '', active: 0 })}>
            <IconX size={12} stroke={1.5} />
          </button>
        </span>
      )}
      {state.groupBy === null ? null : (
        <span className={styles.filter}>
          grouped by {oneLine(nameIn(results, state.groupBy))}
          <button type="button" aria-label="List the rows again" onClick={() => change({ groupBy: null })}>
            <IconX size={12} stroke={1.5} />
          </button>
        </span>
      )}
      <span className={styles.rows} role="status">
        {scoped
          ? `${matching === null ? '' : count(matching)} of ${count(results.rows)} rows`
          : `${count(results.rows)} rows`}
        {results.complete || results.rowsPlanned === null ? '' : `, ${count(results.rowsPlanned)} when done`}
      </span>
      {scoped ? (
        <Button variant="subtle" onClick={() => change({ filters: [], search: '', active: 0 })}>
          Clear
        </Button>
      ) : null}
      <span className={styles.gap} />
      <SearchField results={results} view={view} inputRef={searchRef} />
      {results.failed > 0 && !state.filters.some(({ kind }) => kind === 'failed') ? (
        <Button variant="default" onClick={() => addFilter(run, { kind: 'failed', failed: true, version: null })}>
          {count(results.failed)} failed
        </Button>
      ) : null}
      {state.filters.some(({ kind }) => kind === 'right') ? null : <WrongOnes results={results} />}
      {results.pictures ? (
        <KeyButton
          label={state.look === 'table' ? 'Show pictures' : 'Show a table'}
          keys="v"
          onClick={() => change({ look: state.look === 'table' ? 'gallery' : 'table' })}
        >
          {state.look === 'table' ? <IconLayoutGrid size={16} stroke={1.5} /> : <IconTable size={16} stroke={1.5} />}
        </KeyButton>
      ) : null}
      <KeyButton
        label={state.charts ? 'Hide the charts' : 'Show the charts'}
        onClick={() => change({ charts: !state.charts })}
      >
        <IconChartBar size={16} stroke={1.5} />
      </KeyButton>
      <ColumnMenu results={results} />
      <KeyButton label="Copy as SQL or pandas" onClick={onCode}>
        <IconCode size={16} stroke={1.5} />
      </KeyButton>
      <KeyButton label="Export" keys="mod+e" onClick={onExport}>
        <IconDownload size={16} stroke={1.5} />
      </KeyButton>
    </div>
  );
}

function nameIn({ columns }: OpenedResults, key: string): string {
  return columns.find(({ column }) => column === key)?.name ?? key;
}

function wordsOf(filter: ResultFilter, results: OpenedResults): string {
  const { versions } = results;
  if (filter.kind === 'right' && versions.length > 1)
    return `${filter.right ? 'right' : 'wrong'} with ${versions[filter.version]?.name ?? ''}`;
  return filterWords(filter, (key) => nameIn(results, key));
}

/** Rows whose prediction is not their label; of several versions one is chosen. */
function WrongOnes({ results: { run, versions } }: { results: OpenedResults }) {
  const judged = versions.map(({ name, judged: is }, version) => ({ name, is, version })).filter(({ is }) => is);
  const filter = (version: number): void => addFilter(run, { kind: 'right', right: false, version });
  const [first] = judged;
  if (first === undefined) return null;
  if (judged.length === 1)
    return (
      <Button variant="default" onClick={() => filter(first.version)}>
        Wrong ones
      </Button>
    );
  return (
    <Menu position="bottom-end" returnFocus>
      <Menu.Target>
        <Button variant="default">Wrong ones</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {judged.map(({ name, version }) => (
          <Menu.Item key={version} onClick={() => filter(version)}>
            of <Name text={name} most={40} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ColumnMenu({ results }: { results: OpenedResults }) {
  const [state, change] = useResultsState(results.run);
  const toggle = (column: string): void =>
    change({
      hidden: state.hidden.includes(column) ? state.hidden.filter((key) => key !== column) : [...state.hidden, column],
    });
  return (
    <Menu closeOnItemClick={false} position="bottom-end" returnFocus>
      <Menu.Target>
        <button type="button" className={styles.icon} aria-label="Columns" title="Columns">
          <IconColumns size={16} stroke={1.5} />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        {keyed(results.columns.slice(0, 200), (column) => (
          <Menu.Item
            onClick={() => toggle(column.column)}
            role="menuitemcheckbox"
            aria-checked={!state.hidden.includes(column.column)}
          >
            <Switch
              size="xs"
              tabIndex={-1}
              readOnly
              checked={!state.hidden.includes(column.column)}
              label={<Name text={column.name} most={40} />}
              style={{ pointerEvents: 'none' }}
            />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
