import type { RecipeOutputs } from '../contract/index.ts';
import type { NumberData } from './tensor-data.ts';

export type Activation = Extract<RecipeOutputs, { task: 'classification' }>['activation'];

/**
 * Scores to probabilities, row by row of `width` values, in double precision; null when there is nothing to do.
 * Softmax subtracts the row's largest score first, so that no exponential overflows.
 */
export function activate(scores: NumberData, width: number, activation: Activation): Float64Array | null {
  switch (activation) {
    case 'none':
      return null;
    case 'exp':
      return Float64Array.from(scores, Math.exp);
    case 'sigmoid':
      return Float64Array.from(scores, sigmoid);
    case 'softmax':
      return softmax(scores, width);
  }
}

function sigmoid(score: number): number {
  if (score >= 0) return 1 / (1 + Math.exp(-score));
  const grown = Math.exp(score);
  return grown / (1 + grown);
}

function softmax(scores: NumberData, width: number): Float64Array {
  const result = new Float64Array(scores.length);
  for (let start = 0; start < scores.length; start += width) {
    let largest = -Infinity;
    for (let index = start; index < start + width; index += 1) {
      const score = scores[index]!;
      // A NaN has to stay: it makes the whole row NaN, which is told as the row's error.
      if (score > largest || Number.isNaN(score)) largest = score;
    }
    let sum = 0;
    for (let index = start; index < start + width; index += 1) {
      const grown = Math.exp(scores[index]! - largest);
      result[index] = grown;
      sum += grown;
    }
    for (let index = start; index < start + width; index += 1) result[index] = result[index]! / sum;
  }
  return result;
}
