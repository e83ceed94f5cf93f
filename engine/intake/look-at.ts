import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { problem, ProblemError } from '../contract/index.ts';
import { expandPaths, hasTextDataName, recogniseDataFile } from '../data/index.ts';
import { archiveHoldsModel, foreignModelProblem, recogniseFile, type FileKind } from '../models/index.ts';
import { lookAtPicture, lookAtPictureArchive, lookAtTable } from './look-at-data.ts';
import { lookAtFolder } from './look-at-folder.ts';
import { lookAtArchive, lookAtModel } from './look-at-model.ts';
import type { DataLook, DroppedPath, Look, ModelLook } from './look.ts';

/** A recipe file is small; a larger one is something else. */
const recipeBytes = 4 << 20;

/** What a path (or every path that a glob stands for) is. Never throws: what is no good is `refused`. */
export async function lookAt(dropped: DroppedPath, knownBytes: ReadonlySet<number>): Promise<Look[]> {
  try {
    const paths = await expandPaths([dropped.path]);
    const looks = await Promise.all(paths.map((path) => lookAtPath({ ...dropped, path }, knownBytes, true)));
    return looks.flat();
  } catch (error) {
    return [{ ...dropped, modified: 0, kind: 'refused', problem: inWords(error, dropped.path) }];
  }
}

/** Parts of a folder are not taken apart again. */
async function lookAtPath(dropped: DroppedPath, known: ReadonlySet<number>, isWhole: boolean): Promise<Look[]> {
  const { path } = dropped;
  let modified = 0;
  try {
    const status = await stat(path);
    modified = status.mtimeMs;
    if (!status.isDirectory()) return [{ ...dropped, modified, ...(await lookAtFile(path, status.size, known)) }];
    const found = await lookAtFolder(path, known);
    if ('look' in found) return [{ ...dropped, modified, ...found.look }];
    if (!isWhole) return [{ ...dropped, modified, ...(await lookAtModel(path, known)) }];
    const looks: Look[] = [];
    for (const part of found.parts) looks.push(...(await lookAtPath({ ...dropped, path: part }, known, false)));
    return looks;
  } catch (error) {
    return [{ ...dropped, modified, kind: 'refused', problem: inWords(error, path) }];
  }
}

async function lookAtFile(
  path: string,
  bytes: number,
  knownBytes: ReadonlySet<number>,
): Promise<ModelLook | DataLook | { kind: 'recipe' }> {
  if (bytes <= recipeBytes && (await isRecipe(path))) return { kind: 'recipe' };
  const file = await recogniseFile(path);
  // What bears the name of a model is taken or refused as one, whatever is in it.
  if (file.role === 'model' || path.toLowerCase().endsWith('.onnx')) return lookAtModel(path, knownBytes);
  if (file.role === 'foreign') throw foreignModelProblem(file);
  if (file.kind === 'zip' && (await archiveHoldsModel(path))) return lookAtArchive(bytes);
  const kind = await recogniseDataFile(path);
  if (kind instanceof ProblemError) throw file.kind === 'git-lfs-pointer' ? foreignModelProblem(file) : kind;
  if (kind === 'picture') return file.kind === 'zip' ? lookAtPictureArchive(path) : lookAtPicture(path);
  if (kind === 'text') refuseProse(path, file);
  return lookAtTable([path], { files: 1, partial: false });
}

async function isRecipe(path: string): Promise<boolean> {
  if (extname(path).toLowerCase() !== '.json') return false;
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : null;
    return typeof format === 'string' && format.startsWith('drydock-recipe/');
  } catch {
    return false;
  }
}

/** A readme or a licence is text too; only what has columns or the name of a table is one. */
function refuseProse(path: string, file: FileKind): void {
  if (file.kind === 'git-lfs-pointer') throw foreignModelProblem(file);
  if (file.kind === 'csv' || hasTextDataName(path)) {
    if (!/\.(md|rst|html?|log|py|ipynb|ya?ml|toml)$/i.test(path)) return;
  }
  throw problem('FORMAT_UNKNOWN', `${basename(path)} is text and not a table.`, {
    subject: path,
    hint: 'Tables are read from CSV, Parquet and JSON Lines; models from ONNX.',
  });
}

function inWords(error: unknown, path: string): ProblemError['problem'] {
  if (error instanceof ProblemError) return error.problem;
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const name = basename(path);
  const what = code === 'ENOENT' ? `There is no ${name} at this place.` : `${name} cannot be read (${code}).`;
  return problem(code === 'ENOENT' ? 'FILE_MISSING' : 'FILE_UNREADABLE', what, { subject: path }).problem;
}
