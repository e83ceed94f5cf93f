/** The contract's implementation: thin, one table per area. */
import { os } from './base.ts';
import { engineApi, workspaceApi } from './engine.ts';
import { aliasesApi, dataApi, filesApi, modelsApi } from './registry.ts';
import { recipeFinderApi } from './recipe-finder.ts';
import { jobsApi, runsApi } from './work.ts';

export type { Caller, EngineParts } from './context.ts';

export const router = os.router({
  engine: engineApi,
  workspace: workspaceApi,
  files: filesApi,
  models: modelsApi,
  aliases: aliasesApi,
  data: dataApi,
  jobs: jobsApi,
  runs: runsApi,
  recipes: recipeFinderApi,
});
