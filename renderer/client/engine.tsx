import {
  QueryClient,
  QueryClientProvider,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { createContext, useContext, useEffect, type ReactNode } from 'react';
import type { Host } from '../host/index.ts';
import { useConnection, type EngineClient } from './connection.ts';

interface Engine {
  client: EngineClient;
  host: Host;
}

const EngineContext = createContext<Engine | null>(null);

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The engine says what changed; a cached answer is shown while it is asked again.
      staleTime: 2000,
      retry: false,
      refetchOnWindowFocus: false,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

export function EngineProvider({ client, host, children }: Engine & { children: ReactNode }) {
  return (
    <EngineContext value={{ client, host }}>
      <QueryClientProvider client={queryClient}>
        <AskAgainAfterLoss />
        {children}
      </QueryClientProvider>
    </EngineContext>
  );
}

/** What was read from an engine that is gone is read again from the next one. */
function AskAgainAfterLoss() {
  const opened = useConnection((state) => state.opened);
  const queries = useQueryClient();
  useEffect(() => {
    if (opened > 1) void queries.invalidateQueries();
  }, [opened, queries]);
  return null;
}

export function useEngine(): Engine {
  const engine = useContext(EngineContext);
  if (engine === null) throw new Error('The engine is used outside its provider.');
  return engine;
}

/** An answer of the engine, cached under `key`; aborted when nobody looks any more. */
export function useAnswer<T>(
  key: readonly unknown[],
  ask: (client: EngineClient, signal: AbortSignal) => Promise<T>,
  options: { enabled?: boolean; keepPrevious?: boolean; refetchMs?: number; staleMs?: number } = {},
): UseQueryResult<T> {
  const { client } = useEngine();
  return useQuery<T>({
    queryKey: key,
    queryFn: ({ signal }) => ask(client, signal),
    enabled: options.enabled ?? true,
    ...(options.keepPrevious ? { placeholderData: (previous: unknown) => previous as never } : {}),
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
    ...(options.staleMs === undefined ? {} : { staleTime: options.staleMs }),
  });
}

/** Items of a list that are asked for at once. */
const listed = 200;

export interface List<T> {
  items: T[] | undefined;
  error: unknown;
  /** Asks for the next items; null when all are there. */
  more: (() => void) | null;
  again: () => void;
}

/** A list that may be long: its first items at once, more when they are asked for. `keyOf` names an item as `after` does. */
export function useList<T>(
  key: readonly unknown[],
  ask: (client: EngineClient, page: { limit: number; after?: string }, signal: AbortSignal) => Promise<T[]>,
  keyOf: (item: T) => string,
): List<T> {
  const { client } = useEngine();
  const pages = useInfiniteQuery({
    queryKey: [...key, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      ask(client, { limit: listed, ...(pageParam === null ? {} : { after: pageParam }) }, signal),
    initialPageParam: null as string | null,
    // A page may be cut short where items are large: only an empty one is the end.
    getNextPageParam: (last) => (last.length === 0 ? undefined : keyOf(last.at(-1) as T)),
  });
  const items = pages.data?.pages.flat();
  const isWhole = (items?.length ?? 0) < listed || !pages.hasNextPage;
  return {
    items,
    error: pages.error,
    more: isWhole ? null : () => void pages.fetchNextPage(),
    again: () => void pages.refetch(),
  };
}
