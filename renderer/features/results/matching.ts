import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ResultPage, ResultView } from '../../../engine/contract/index.ts';
import { useEngine } from '../../client/index.ts';

/** How many rows the view holds: said by its first page, which the grid asks for as well. */
export function useMatching(run: string, view: ResultView): number | null {
  const { client } = useEngine();
  const queries = useQueryClient();
  const first = useQuery({
    queryKey: ['rows', run, view, 0],
    queryFn: ({ signal }) => client.results.page({ run, view, offset: 0, limit: 100 }, { signal }),
    staleTime: 60_000,
  });
  if (first.data) return first.data.rowsMatching;
  const other = queries
    .getQueriesData<ResultPage>({ queryKey: ['rows', run, view] })
    .find(([, page]) => page !== undefined);
  return other?.[1]?.rowsMatching ?? null;
}
