import { QueryClient, QueryClientProvider, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
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
