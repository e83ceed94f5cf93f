import { os } from './base.ts';

export const recipesApi = {
  trace: os.recipes.trace.handler(({ input, context: { engine }, signal }) => engine.registry.trace(input, signal)),
};
