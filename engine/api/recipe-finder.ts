import { presetsFor } from '../recipes/index.ts';
import { os } from './base.ts';

export const recipeFinderApi = {
  presets: os.recipes.presets.handler(async ({ input, context: { engine }, signal }) => {
    const { version } = await engine.registry.resolve(input, {}, signal);
    return presetsFor(version.recipe, version.inspection);
  }),
  find: os.recipes.find.handler(async ({ input, context: { engine }, signal }) => {
    const paths = input.data.map((grant) => engine.registry.grants.path(grant, 'input'));
    const { version } = await engine.registry.resolve(input.model, {}, signal);
    return engine.runs.findRecipes(version, { paths, most: input.most, seconds: input.seconds }, signal);
  }),
};
