/** The door for child processes: what a shard worker, a query process and a recipe finder answer. */
export { shardWorkerRouter } from './shard-work.ts';
export { queryRouter } from './query-work.ts';
export { recipeFinderRouter } from './recipe-finder.ts';
export { resultsRouter } from './results/query.ts';
