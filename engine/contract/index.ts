export * from './problem.ts';
export * from './model.ts';
export * from './data.ts';
export * from './recipe.ts';
