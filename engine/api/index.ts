/** The contract's implementation: thin, one table per area. */
import { os } from './base.ts';
import { datasetsApi } from './datasets.ts';
import { engineApi, workspaceApi } from './engine.ts';
import { intakeApi } from './intake.ts';
import { recipesApi } from './recipes.ts';
import { aliasesApi, dataApi, filesApi, modelsApi } from './registry.ts';
import { recipeFinderApi } from './recipe-finder.ts';
import { resourcesApi } from './resources.ts';
import { resultsApi } from './results.ts';
import { jobsApi, runsApi } from './work.ts';

export type { Caller, EngineParts } from './context.ts';

export const router = os.router({
  engine: engineApi,
  workspace: workspaceApi,
  files: filesApi,
  models: modelsApi,
  aliases: aliasesApi,
  data: dataApi,
  datasets: datasetsApi,
  jobs: jobsApi,
  runs: runsApi,
  resources: resourcesApi,
  intake: intakeApi,
  recipes: { ...recipesApi, ...recipeFinderApi },
  results: resultsApi,
});
