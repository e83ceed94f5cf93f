import { create } from 'zustand';
import type { OpenedResults, ResultFilter, ResultTableColumn, ResultView } from '../../../engine/contract/index.ts';

export type Look = 'table' | 'gallery';

/** How a person looks at one run's rows: kept per run while the window lives, so that a look elsewhere loses nothing. */
export interface ResultsState {
  filters: ResultFilter[];
  search: string;
  sort: ResultView['sort'];
  hidden: string[];
  order: string[] | null;
  pinned: string[];
  widths: Record<string, number>;
  /** The row that has the keyboard, by its place in the view. */
  active: number;
  /** The row shown in the panel, by its number in the run; null: closed. */
  open: number | null;
  look: Look;
  /** Rows are counted by the values of this column instead of listed; null: listed. */
  groupBy: string | null;
  tile: 96 | 160 | 320;
  charts: boolean;
  /** Small histograms under the heads of the table. */
  headCharts: boolean;
}

const fresh: ResultsState = {
  filters: [],
  search: '',
  sort: [],
  hidden: [],
  order: null,
  pinned: [],
  widths: {},
  active: 0,
  open: null,
  look: 'table',
  groupBy: null,
  tile: 160,
  charts: true,
  headCharts: false,
};

interface Store {
  runs: ReadonlyMap<string, ResultsState>;
}

const useStore = create<Store>()(() => ({ runs: new Map() }));

export function useResultsState(run: string): [ResultsState, (change: Partial<ResultsState>) => void] {
  const state = useStore((store) => store.runs.get(run)) ?? fresh;
  return [state, (change) => changeResults(run, change)];
}

export function changeResults(run: string, change: Partial<ResultsState>): void {
  useStore.setState(({ runs }) => ({ runs: new Map(runs).set(run, { ...(runs.get(run) ?? fresh), ...change }) }));
}

/** A filter added to what is there; one of the same kind on the same column is replaced. The view begins at its first row again. */
export function addFilter(run: string, filter: ResultFilter): void {
  const { filters } = useStore.getState().runs.get(run) ?? fresh;
  const kept = filters.filter((old) => !replaces(filter, old));
  changeResults(run, { filters: [...kept, filter], active: 0 });
}

export function removeFilter(run: string, index: number): void {
  const { filters } = useStore.getState().runs.get(run) ?? fresh;
  changeResults(run, { filters: filters.filter((_, at) => at !== index), active: 0 });
}

function replaces(filter: ResultFilter, old: ResultFilter): boolean {
  if (filter.kind !== old.kind) return false;
  return 'column' in filter && 'column' in old ? filter.column === old.column : true;
}

/** The view that the engine is asked for. */
export function viewOf(state: ResultsState, columns: readonly ResultTableColumn[]): ResultView {
  const shown = shownColumns(state, columns).map(({ column }) => column);
  return {
    filters: state.filters,
    search: state.search,
    sort: state.sort,
    columns: shown.length === 0 || shown.length === columns.length ? null : shown,
  };
}

/** Columns in their order on screen: pinned ones first. */
export function shownColumns(state: ResultsState, columns: readonly ResultTableColumn[]): ResultTableColumn[] {
  const visible = columns.filter(({ column }) => !state.hidden.includes(column));
  const place = new Map((state.order ?? []).map((column, index) => [column, index]));
  const at = (column: ResultTableColumn, index: number): number => place.get(column.column) ?? 1000 + index;
  const ordered = visible.map((column, index) => ({ column, at: at(column, index) })).sort((a, b) => a.at - b.at);
  const isPinned = ({ column }: ResultTableColumn): boolean => state.pinned.includes(column);
  const list = ordered.map(({ column }) => column);
  return [...list.filter(isPinned), ...list.filter((column) => !isPinned(column))];
}

/** Errors where there are none, and file and row where rows have names of their own. */
function isIdle({ role, column }: ResultTableColumn, { failed, columns }: OpenedResults): boolean {
  if (role === 'error') return failed === 0;
  return (role === 'file' || role === 'row') && columns.some((other) => other.role === 'id' && other.column !== column);
}

/** What is worth seeing first: rows' names and what was predicted are pinned; wide probabilities are left to the panel. */
export function firstLook(results: OpenedResults): Partial<ResultsState> {
  const { columns } = results;
  const names = columns.filter(({ role }) => role === 'id').slice(0, 1);
  const [first] = names.length > 0 ? names : columns;
  const probabilities = columns.filter(({ role }) => role === 'probability');
  const manyVersions = results.versions.length > 1;
  const hidden = probabilities.length > 4 || manyVersions ? probabilities.map(({ column }) => column) : [];
  const order = ['file', 'row', 'id', 'prediction', 'confidence', 'label', 'kept', 'raw', 'probability', 'error'];
  const sorted = columns
    .map((column, index) => ({ column, rank: order.indexOf(column.role) * 10_000 + index }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ column }) => column.column);
  return {
    pinned: first ? [first.column] : [],
    hidden: [...hidden, ...columns.filter((column) => isIdle(column, results)).map(({ column }) => column)],
    order: sorted,
    look: results.pictures ? 'gallery' : 'table',
  };
}

/** Shows the rows of one filter alone, from another page. */
export function showRows(run: string, filter: ResultFilter): void {
  changeResults(run, { filters: [filter], search: '', active: 0, open: null });
}
