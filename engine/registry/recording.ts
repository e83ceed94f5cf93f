import { problem, type Inspection, type Recipe } from '../contract/index.ts';
import { exportRecipe, recipeDigest } from '../recipes/index.ts';
import type { ArtifactFile, Workspace } from '../workspace/index.ts';

/** A version before it has a number. */
export interface NewVersion {
  digest: string;
  recipe: Recipe;
  notes: readonly string[];
}

/**
 * Makes a version of the model of that name, which is made too where there is none. The same artifact with the same
 * recipe gives back the version that exists. Throws ALREADY_EXISTS when the name is in the bin.
 */
export function recordVersion(
  workspace: Workspace,
  name: string,
  { digest, recipe, notes }: NewVersion,
): { number: number; known: boolean } {
  const { catalog } = workspace;
  const now = new Date().toISOString();
  return catalog.write(() => {
    refuseNameInBin(workspace, name);
    const existing = catalog.get<{ id: number }>('SELECT id FROM models WHERE name = ?', name);
    if (!existing) catalog.run('INSERT INTO models (name, created_at) VALUES (?, ?)', name, now);
    const model = existing ?? catalog.get<{ id: number }>('SELECT id FROM models WHERE name = ?', name)!;
    const recipeHash = recipeDigest(recipe);
    const same = catalog.get<{ number: number }>(
      'SELECT number FROM versions WHERE model = ? AND artifact = ? AND recipe_digest = ?',
      model.id,
      digest,
      recipeHash,
    );
    if (same) return { number: same.number, known: true };
    const newest = catalog.get<{ number: number | null }>(
      'SELECT max(number) AS number FROM versions WHERE model = ?',
      model.id,
    );
    const number = (newest?.number ?? 0) + 1;
    catalog.run(
      'INSERT INTO versions (model, number, artifact, recipe, recipe_digest, notes, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      model.id,
      number,
      digest,
      exportRecipe(recipe),
      recipeHash,
      JSON.stringify(notes),
      now,
    );
    return { number, known: false };
  });
}

export function refuseNameInBin({ catalog }: Workspace, name: string): void {
  if (!catalog.get('SELECT 1 FROM models WHERE name = ? AND deleted_at IS NOT NULL', name)) return;
  throw problem('ALREADY_EXISTS', `A model named ${name} is in the bin.`, {
    subject: name,
    hint: `drydock models restore ${name} brings it back; or choose another --name.`,
  });
}

/** The artifact of imported files, once. Only inside `catalog.write`. */
export function recordArtifact(
  workspace: Workspace,
  digest: string,
  files: readonly ArtifactFile[],
  mainFile: string,
  inspection: Inspection,
): void {
  const { catalog } = workspace;
  if (catalog.get('SELECT 1 FROM artifacts WHERE digest = ?', digest)) return;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  catalog.run(
    'INSERT INTO artifacts (digest, bytes, main_file, inspection, created_at) VALUES (?, ?, ?, ?, ?)',
    digest,
    bytes,
    mainFile,
    JSON.stringify(inspection),
    new Date().toISOString(),
  );
  for (const file of files) {
    catalog.run(
      'INSERT INTO artifact_files (artifact, path, sha256, bytes) VALUES (?, ?, ?, ?)',
      digest,
      file.path,
      file.sha256,
      file.bytes,
    );
  }
}
