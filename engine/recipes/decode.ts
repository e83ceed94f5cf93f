import type { Inspection, Recipe } from '../contract/index.ts';
import { compileClasses } from './decode-classes.ts';
import { compileRaw } from './decode-raw.ts';
import { compileRegression } from './decode-regression.ts';
import type { Decoder, OutputsDecoder } from './decoder.ts';
import { findOutput, isOfWholeCall } from './shape.ts';

/** Compiles a recipe's outputs. */
export function compileDecoder(resolved: Recipe, inspection: Inspection): Decoder {
  const decoder = compileOutputs(resolved, inspection);
  const isRowACall = decoder.fetches.some((name) => isOfWholeCall(findOutput(inspection, name)));
  return { ...decoder, fixedBatch: isRowACall ? 1 : null };
}

function compileOutputs({ outputs }: Recipe, inspection: Inspection): OutputsDecoder {
  switch (outputs.task) {
    case 'classification':
      return compileClasses(outputs, inspection);
    case 'regression':
      return compileRegression(outputs.prediction, inspection);
    case 'raw':
      return compileRaw(outputs.outputs, inspection);
  }
}
