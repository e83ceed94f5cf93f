import { readFile } from 'node:fs/promises';
import { ProblemError, type Inspection, type Recipe } from '../contract/index.ts';
import { collectModelFiles, inspectModel, type ModelPackage } from '../models/index.ts';
import { suggestRecipe, validateRecipe } from '../recipes/index.ts';
import { fileSha256 } from '../workspace/index.ts';
import { modelFacts, nothingKnown } from './model-facts.ts';
import type { ModelFacts, ModelLook } from './look.ts';

/** Larger models are not hashed at first sight: importing one that is known finds that out. */
const mostHashedBytes = 1 << 30;
/** Larger files are not read for their labels and columns at first sight. */
const mostInspectedBytes = 2 ** 31;

/** A model with all that belongs to it. Throws the problem that importing it would give. */
export async function lookAtModel(path: string, knownBytes: ReadonlySet<number>): Promise<ModelLook> {
  const found = await collectModelFiles(path);
  const bytes = found.files.reduce((sum, file) => sum + file.bytes, 0);
  const isHashed = bytes <= mostHashedBytes && knownBytes.has(bytes);
  const files: ModelLook['files'] = [];
  for (const file of found.files) {
    const sha256 = isHashed ? await fileSha256(file.absolute) : null;
    files.push({ path: file.path, bytes: file.bytes, sha256 });
  }
  return {
    kind: 'model',
    bytes,
    files,
    ownFiles: found.files.slice(1).map((file) => file.absolute),
    facts: bytes > mostInspectedBytes ? nothingKnown : await factsOf(found),
  };
}

/** A zip file that is imported as a model; what is in it is found out then. */
export function lookAtArchive(bytes: number): ModelLook {
  return { kind: 'model', bytes, files: [], ownFiles: [], facts: nothingKnown };
}

async function factsOf(found: ModelPackage): Promise<ModelFacts> {
  const inspection = await inspectModel(found.model);
  try {
    return modelFacts(await recipeOf(found, inspection), inspection);
  } catch (error) {
    // No recipe can be guessed: that is told when it is imported. What a model is does not depend on it.
    if (error instanceof ProblemError) return nothingKnown;
    throw error;
  }
}

/** The recipe that importing would take; a damaged one is told at the import. */
async function recipeOf(found: ModelPackage, inspection: Inspection): Promise<Recipe> {
  if (found.recipe !== null) {
    try {
      return validateRecipe(JSON.parse(await readFile(found.recipe, 'utf8')), inspection);
    } catch {
      // Told by the import, with the place in the file.
    }
  }
  return suggestRecipe(inspection, { labels: found.labels }).recipe;
}
