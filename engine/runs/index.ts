/** Batch inference: plan, shards, commit, resume, results, output. Child processes enter by child.ts. */
export { Runs } from './service.ts';
export { Results } from './results/service.ts';
