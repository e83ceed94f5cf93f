/** The door for child processes: what a shard worker and a query process answer. */
export { shardWorkerRouter } from './shard-work.ts';
export { queryRouter } from './query-work.ts';
export { resultsRouter } from './results/query.ts';
