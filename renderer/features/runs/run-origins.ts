import type { Run } from '../../../engine/contract/index.ts';
import { count, plural, type Origin } from '../../components/index.ts';
import { hrefOf } from '../../window/index.ts';

type Measured = 'work' | 'rate' | 'read' | 'scored' | 'failed' | 'memory';

/** What stands behind the numbers of a run. */
export function runOrigins(run: Run): Record<Measured, Origin> {
  const committed = `${plural(run.shards.committed, 'committed shard')} of ${run.run}`;
  const rows = { href: hrefOf('runs', run.run), words: 'Show the rows' };
  return {
    work: {
      what: 'The time in which this run worked, over all its attempts. Pauses and waiting are not in it.',
      over: committed,
      how: 'A monotonic clock, from the start of the workers to their end; reading, steps, model and writing together.',
    },
    rate: {
      what: 'Rows of committed shards divided by the time of work.',
      over: `${plural(run.rows.read, 'row')} in ${count(Math.round(run.seconds))} s`,
      how: 'The start of the workers and the loading of the model are in the time.',
    },
    read: {
      what: 'Rows that were read from the data: those that were scored and those that failed.',
      over: committed,
      how: 'Counted as they were read, and committed with their shard.',
      rows,
    },
    scored: { what: 'Rows for which every version gave a prediction.', over: committed, rows },
    failed: {
      what: 'Rows without a prediction of at least one version. Each keeps its reason.',
      over: committed,
      rows: { href: hrefOf('runs', run.run, 'errors'), words: 'Show the reasons' },
    },
    memory: {
      what: 'The most memory that the engine and the workers of this run held at one time, taken together.',
      how: 'Resident set of the engine and of each worker, told while rows are scored. Short peaks between two of these times are not seen.',
    },
  };
}
