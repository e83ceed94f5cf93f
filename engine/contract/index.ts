/** Every call a face may make, with its schemas, errors and events. Browser-safe: no Node, no DOM. */
import { datasetsContract } from './datasets.ts';
import { engineContract, workspaceContract } from './engine.ts';
import { filesContract } from './files.ts';
import { intakeContract } from './intake.ts';
import { jobsContract } from './jobs.ts';
import { recipeFinderContract } from './recipe-finder.ts';
import { aliasesContract, dataContract, modelsContract } from './registry.ts';
import { resourcesContract } from './resources.ts';
import { resultsContract } from './results.ts';
import { runsContract } from './runs.ts';
import { recipesContract } from './trace.ts';

export * from './problem.ts';
export { closestName } from './closest-name.ts';
export * from './paging.ts';
export * from './errors.ts';
export * from './model.ts';
export * from './data.ts';
export * from './recipe.ts';
export * from './jobs.ts';
export * from './files.ts';
export * from './engine.ts';
export * from './registry.ts';
export * from './runs.ts';
export * from './recipe-finder.ts';
export * from './intake.ts';
export * from './datasets.ts';
export * from './trace.ts';
export * from './resources.ts';
export * from './desktop.ts';
export * from './results.ts';
export * from './results-view.ts';

export const contract = {
  engine: engineContract,
  workspace: workspaceContract,
  files: filesContract,
  models: modelsContract,
  aliases: aliasesContract,
  data: dataContract,
  datasets: datasetsContract,
  jobs: jobsContract,
  runs: runsContract,
  intake: intakeContract,
  recipes: { ...recipesContract, ...recipeFinderContract },
  resources: resourcesContract,
  results: resultsContract,
};
export type Contract = typeof contract;
