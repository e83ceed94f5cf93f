import type { Inspection, Recipe } from '../contract/index.ts';
import { compileClasses } from './decode-classes.ts';
import { compileRaw } from './decode-raw.ts';
import { compileRegression } from './decode-regression.ts';
import type { Decoder } from './decoder.ts';

/** Compiles a recipe's outputs. */
export function compileDecoder(resolved: Recipe, inspection: Inspection): Decoder {
  const { outputs } = resolved;
  switch (outputs.task) {
    case 'classification':
      return compileClasses(outputs, inspection);
    case 'regression':
      return compileRegression(outputs.prediction, inspection);
    case 'raw':
      return compileRaw(outputs.outputs, inspection);
  }
}
