import { hostOnly, os } from './base.ts';

export const datasetsApi = {
  get: os.datasets.get.handler(({ input, context: { engine }, signal }) =>
    engine.registry.datasetPages.get(input.dataset, signal),
  ),
  summary: os.datasets.summary.handler(({ input, context: { engine }, signal }) =>
    engine.registry.datasetPages.summary(input.dataset, input.columns, signal),
  ),
  setRoles: os.datasets.setRoles.handler(({ input, context: { engine }, signal }) =>
    engine.registry.datasetPages.setRoles(input.dataset, input.roles, signal),
  ),
  grants: os.datasets.grants.handler(async ({ input, context: { engine } }) => ({
    grants: await engine.registry.datasetPages.grants(input.dataset),
  })),
  place: os.datasets.place.handler(async ({ input, context }) => {
    hostOnly(context);
    return { path: await context.engine.registry.datasetPages.place(input.dataset) };
  }),
};
