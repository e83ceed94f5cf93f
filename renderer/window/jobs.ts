import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { create } from 'zustand';
import type { Job } from '../../engine/contract/index.ts';
import { useConnection, useEngine } from '../client/index.ts';

interface Jobs {
  /** By id, newest first when listed. */
  byId: ReadonlyMap<string, Job>;
}

const useJobStore = create<Jobs>()(() => ({ byId: new Map() }));

interface Panel {
  open: boolean;
  toggle: () => void;
  hide: () => void;
}

export const useJobsPanel = create<Panel>()((set) => ({
  open: false,
  toggle: () => set(({ open }) => ({ open: !open })),
  hide: () => set({ open: false }),
}));

export function useJobs(): Job[] {
  const byId = useJobStore((state) => state.byId);
  return [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

export function useJob(id: string | undefined): Job | undefined {
  return useJobStore((state) => (id === undefined ? undefined : state.byId.get(id)));
}

/** Follows every job, once for the window; what a finished job changed is read again. */
export function useFollowJobs(): void {
  const { client } = useEngine();
  const opened = useConnection((state) => state.opened);
  const queries = useQueryClient();
  useEffect(() => {
    if (opened === 0) return undefined;
    const stop = new AbortController();
    const follow = async (): Promise<void> => {
      const stream = await client.jobs.watchAll(undefined, { signal: stop.signal });
      for await (const { snapshot, jobs } of stream) {
        const before = useJobStore.getState().byId;
        const byId = new Map(snapshot ? [] : before);
        for (const job of jobs) byId.set(job.job, job);
        useJobStore.setState({ byId });
        for (const job of jobs)
          if (before.get(job.job)?.status !== job.status)
            void queries.invalidateQueries({ predicate: ({ queryKey }) => isTouched(queryKey[0], job) });
      }
    };
    // A lost connection ends the stream; the next connection begins it anew.
    follow().catch(() => undefined);
    return () => stop.abort();
  }, [client, opened, queries]);
}

function isTouched(key: unknown, job: Job): boolean {
  if (job.kind === 'import') return key === 'models' || key === 'version';
  return key === 'runs' || key === 'run' || key === 'datasets' || key === 'dataset';
}
