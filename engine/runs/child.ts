/** The door for child processes: what a data reader, a shard worker and a query process answer about runs. */
export { planRouter } from './plan-work.ts';
export { shardWorkerRouter } from './shard-work.ts';
export { queryRouter } from './query-work.ts';
export { resultsRouter } from './results/query.ts';
