/** The door for child processes: what a data reader, a shard worker, a query process and a recipe finder answer about runs. */
export { planRouter } from './plan-work.ts';
export { shardWorkerRouter } from './shard-work.ts';
export { queryRouter } from './query-work.ts';
export { recipeFinderRouter } from './recipe-finder.ts';
export { resultsRouter } from './results/query.ts';
