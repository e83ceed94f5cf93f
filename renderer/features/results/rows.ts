import { useQueries } from '@tanstack/react-query';
import type { ResultPage, ResultView } from '../../../engine/contract/index.ts';
import { useEngine } from '../../client/index.ts';

/** Rows that are asked for at once. */
const pageRows = 100;

export interface LoadedRow {
  index: number;
  cells: unknown[];
  /** Positions of cells that were cut. */
  cut: number[];
}

export interface RowWindow {
  rowAt: (place: number) => LoadedRow | undefined;
  error: unknown;
}

/** The rows of a view around what is on screen, by pages that stay cached; the next page is asked for ahead. */
export function useRows(run: string, view: ResultView, first: number, last: number, revision: number): RowWindow {
  const { client } = useEngine();
  const from = Math.max(0, Math.floor(first / pageRows));
  const to = Math.floor(last / pageRows);
  const pages = Array.from({ length: Math.min(6, to - from + 1) }, (_, index) => from + index);
  const answers = useQueries({
    queries: pages.map((page) => ({
      queryKey: ['rows', run, view, page],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        client.results.page({ run, view, offset: page * pageRows, limit: pageRows }, { signal }),
      staleTime: 60_000,
      // Rows that came meanwhile: the page is asked again, and shown as it was until the answer is there.
      meta: { revision },
    })),
  });
  const byPage = new Map<number, ResultPage>();
  answers.forEach((answer, index) => {
    const page = pages[index];
    if (answer.data && page !== undefined) byPage.set(page, answer.data);
  });
  return {
    rowAt: (place) => rowIn(byPage.get(Math.floor(place / pageRows)), place % pageRows),
    error: answers.find((answer) => answer.error !== null)?.error ?? null,
  };
}

function rowIn(page: ResultPage | undefined, at: number): LoadedRow | undefined {
  const cells = page?.rows[at];
  const index = page?.indices[at];
  if (!page || !cells || index === undefined) return undefined;
  return { index, cells, cut: page.cut.filter(([row]) => row === at).map(([, column]) => column) };
}
