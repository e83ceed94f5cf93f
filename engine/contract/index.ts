/** Every call a face may make, with its schemas, errors and events. Browser-safe: no Node, no DOM. */
import { engineContract, workspaceContract } from './engine.ts';
import { filesContract } from './files.ts';
import { jobsContract } from './jobs.ts';
import { recipeFinderContract } from './recipe-finder.ts';
import { aliasesContract, dataContract, modelsContract } from './registry.ts';
import { runsContract } from './runs.ts';

export * from './problem.ts';
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

export const contract = {
  engine: engineContract,
  workspace: workspaceContract,
  files: filesContract,
  models: modelsContract,
  aliases: aliasesContract,
  data: dataContract,
  jobs: jobsContract,
  runs: runsContract,
  recipes: recipeFinderContract,
};
export type Contract = typeof contract;
