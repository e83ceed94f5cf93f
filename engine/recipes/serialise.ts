import { createHash } from 'node:crypto';
import { Recipe } from '../contract/index.ts';

/** The recipe as a file: indented JSON with every default written out, ending in a newline. */
export function exportRecipe(recipe: Recipe): string {
  return `${JSON.stringify(Recipe.parse(recipe), null, 2)}\n`;
}

/** SHA-256 (64 hexadecimal digits) of the recipe's canonical JSON: defaults written out, keys sorted, no white space. */
export function recipeDigest(recipe: Recipe): string {
  return createHash('sha256')
    .update(canonicalJson(Recipe.parse(recipe)))
    .digest('hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
