import { problem, Recipe } from '../contract/index.ts';
import type { Inspection } from '../contract/index.ts';
import { requireInputsFit } from './fit-inputs.ts';
import { requireOutputsFit } from './fit-outputs.ts';
import { shown } from './words.ts';

/**
 * Reads a recipe that came from outside and holds it against the model.
 *
 * Throws RECIPE_INVALID when it is no recipe (the subject is the path of the wrong field), RECIPE_MISFIT when it is one
 * for another model.
 */
export function validateRecipe(unknown: unknown, inspection: Inspection): Recipe {
  const recipe = readRecipe(unknown);
  requireInputsFit(recipe, inspection);
  requireOutputsFit(recipe, inspection);
  return recipe;
}

function readRecipe(unknown: unknown): Recipe {
  const hidden = findPrototypeKey(unknown, []);
  if (hidden !== null) throw invalid(hidden, 'the name __proto__ is not allowed');
  const read = Recipe.safeParse(unknown);
  if (read.success) return read.data;
  const { path, words } = deepest(read.error.issues);
  throw invalid(path, words);
}

function invalid(path: readonly PropertyKey[], words: string): Error {
  const place = pathInWords(path);
  const where = place === '' ? '' : ` at ${place}`;
  return problem('RECIPE_INVALID', `The recipe is not valid${where}: ${words}.`, {
    subject: place === '' ? null : place,
    hint: 'Export the recipe of a version of this model and change that: drydock recipe export REF FILE',
  });
}

/** `inputs[0].columns[2].column`. */
function pathInWords(path: readonly PropertyKey[]): string {
  let words = '';
  for (const part of path) {
    if (typeof part === 'number') words += `[${part}]`;
    else words += `${words === '' ? '' : '.'}${shown(String(part))}`;
  }
  return words;
}

/** A zod issue, as far as it is put into words here. */
interface Issue {
  code: string;
  path: PropertyKey[];
  message: string;
  expected?: unknown;
  input?: unknown;
  values?: unknown[];
  keys?: string[];
  errors?: Issue[][];
  minimum?: unknown;
  maximum?: unknown;
  discriminator?: unknown;
  options?: unknown;
}

interface Finding {
  path: PropertyKey[];
  words: string;
}

/** Of a union's branches the one that got furthest is the one that was meant. */
function deepest(issues: readonly unknown[]): Finding {
  const issue = issues[0] as Issue | undefined;
  if (issue === undefined) return { path: [], words: 'it could not be read' };
  const branches = (issue.errors ?? []).filter((branch) => branch.length > 0).map(deepest);
  const reached = branches.reduce<Finding | null>(
    (best, branch) => (best === null || branch.path.length > best.path.length ? branch : best),
    null,
  );
  if (reached !== null && reached.path.length > 0)
    return { path: [...issue.path, ...reached.path], words: reached.words };
  return { path: issue.path, words: issueInWords(issue) };
}

function issueInWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${String(issue.expected)}, ${issue.message.replace(/^.*received /, 'found ')}`;
    case 'invalid_value':
      return `expected ${(issue.values ?? []).map(String).join(' or ')}`;
    case 'unrecognized_keys':
      return `${(issue.keys ?? []).map(shown).join(', ')} is not a field of it`;
    case 'too_small':
      return `expected at least ${String(issue.minimum)}`;
    case 'too_big':
      return `expected at most ${String(issue.maximum)}`;
    case 'invalid_union':
      return Array.isArray(issue.options)
        ? `expected ${String(issue.discriminator)} to be ${issue.options.map(String).join(' or ')}`
        : 'no form of this field matches';
    default:
      return 'the value is not allowed';
  }
}

/** Where a field is called `__proto__`: schemas drop it silently, and a category must not vanish. */
function findPrototypeKey(value: unknown, path: PropertyKey[]): PropertyKey[] | null {
  if (typeof value !== 'object' || value === null || path.length > 12) return null;
  for (const [key, member] of Object.entries(value)) {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === '__proto__') return here;
    const found = findPrototypeKey(member, here);
    if (found !== null) return found;
  }
  return null;
}
