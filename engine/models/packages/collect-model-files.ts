import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { problem } from '../../contract/index.ts';
import { fileProblem } from '../file-problem.ts';
import { externalFilesOf } from '../onnx/index.ts';
import { foreignModelProblem, recogniseFile } from '../recognition/index.ts';
import { readLabels } from './label-file.ts';

export interface ModelFile {
  /** Relative to the model's folder, with forward slashes. */
  path: string;
  absolute: string;
  bytes: number;
}

/** A model with all that belongs to it. */
export interface ModelPackage {
  /** Absolute path of the ONNX file. */
  model: string;
  /** The model's own folder, absolute. */
  folder: string;
  /** The model first, then its external data in the order of its first use. */
  files: ModelFile[];
  /** Absolute path of a recipe found beside the model, or null. */
  recipe: string | null;
  /** From labels.txt or <name>.labels.txt, one a line, or null. */
  labels: string[] | null;
  /** What was chosen among several, or left out, as sentences. */
  notes: string[];
}

const mostNestedFolders = 3;
const mostForeignFiles = 50;
const mostListed = 10;

/**
 * Finds the model, its external data, recipe and labels for a dropped file or folder. A file takes along
 * `<name>.recipe.json` and `<name>.labels.txt`, and `recipe.json` when no other model is beside it; a folder must hold one
 * ONNX file (or one called model.onnx), directly or in `onnx/`.
 * Throws FILE_MISSING, FILE_UNREADABLE, FILE_EMPTY, FORMAT_NOT_SUPPORTED with the export command for foreign models,
 * FORMAT_UNKNOWN, MODEL_INVALID, MODEL_LIMIT, MODEL_EXTERNAL_DATA.
 */
export async function collectModelFiles(path: string): Promise<ModelPackage> {
  const given = resolve(path);
  const found = await stat(given).catch((error: unknown) => {
    throw fileProblem(error, given);
  });
  if (!found.isDirectory()) {
    const file = await recogniseFile(given);
    // What bears the name of a model and is cut off or damaged is refused for that, further on.
    if (file.kind !== 'onnx' && !(file.kind === 'unknown' && isOnnxName(given))) throw foreignModelProblem(file);
    return packageOf(given, [dirname(given)], false, []);
  }
  const notes: string[] = [];
  const { model, searched } = await chooseModel(given, notes);
  return packageOf(model, searched, true, notes);
}

async function packageOf(
  model: string,
  searched: string[],
  wholeFolder: boolean,
  notes: string[],
): Promise<ModelPackage> {
  const folder = dirname(model);
  const files: ModelFile[] = [];
  for (const name of [basename(model), ...externalFilesOf(model)]) {
    const absolute = join(folder, name);
    const { size } = await stat(absolute).catch((error: unknown) => {
      throw fileProblem(error, absolute);
    });
    files.push({ path: name, absolute, bytes: size });
  }
  const places = [...new Set([folder, ...searched])];
  const alone = wholeFolder || (await onnxNames(folder)).length <= 1;
  const recipe = await findRecipe(model, places, alone, wholeFolder, notes);
  const labels = await findLabelFile(model, places, wholeFolder);
  return { model, folder, files, recipe, labels: labels === null ? null : await readLabels(labels, notes), notes };
}

/** The folder's model, and the folders in which a recipe may stand beside it. */
async function chooseModel(given: string, notes: string[]): Promise<{ model: string; searched: string[] }> {
  let folder = given;
  for (let depth = 0; depth < mostNestedFolders; depth += 1) {
    for (const place of [folder, join(folder, 'onnx')]) {
      const names = await onnxNames(place);
      if (names.length > 0) return { model: chooseAmong(names, place, notes), searched: [folder, place] };
    }
    const only = await onlyFolderIn(folder);
    if (only === null) break;
    folder = only;
  }
  throw await noModelProblem(given, folder);
}

function chooseAmong(names: string[], folder: string, notes: string[]): string {
  const [first = ''] = names;
  if (names.length === 1) return join(folder, first);
  const others = names.filter((name) => name !== 'model.onnx');
  if (others.length < names.length) {
    notes.push(
      `${basename(folder)} holds ${names.length} ONNX files; model.onnx was taken. Left out: ${listed(others)}.`,
    );
    return join(folder, 'model.onnx');
  }
  throw problem('FORMAT_NOT_SUPPORTED', `${basename(folder)} holds ${names.length} ONNX files: ${listed(names)}.`, {
    subject: folder,
    hint: 'Give one of these files in place of the folder.',
  });
}

async function noModelProblem(given: string, folder: string): Promise<Error> {
  const kind = await recogniseFile(folder);
  if (kind.role === 'foreign') return foreignModelProblem(kind);
  const names = (await entriesOf(folder)).filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  for (const name of names.slice(0, mostForeignFiles)) {
    const file = await recogniseFile(join(folder, name)).catch(() => null);
    if (file?.role === 'foreign') return foreignModelProblem(file);
  }
  return problem('FORMAT_UNKNOWN', `${basename(given)} holds no ONNX file, neither directly nor in a folder onnx.`, {
    subject: given,
    hint: 'Give an ONNX file or the folder that holds one.',
  });
}

async function findRecipe(
  model: string,
  places: string[],
  alone: boolean,
  wholeFolder: boolean,
  notes: string[],
): Promise<string | null> {
  const own = `${stem(model)}.recipe.json`;
  for (const place of places) {
    const names = (await entriesOf(place)).filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    if (names.includes(own)) return join(place, own);
    if (alone && names.includes('recipe.json')) return join(place, 'recipe.json');
    const others = names.filter((name) => name.endsWith('.recipe.json'));
    if (wholeFolder && others.length === 1) return join(place, others[0] as string);
    if (wholeFolder && others.length > 1)
      notes.push(`None of the recipes ${listed(others)} bears the model's name; none was taken.`);
  }
  return null;
}

async function findLabelFile(model: string, places: string[], wholeFolder: boolean): Promise<string | null> {
  for (const place of places) {
    const names = new Set((await entriesOf(place)).map(({ name }) => name));
    for (const name of [`${stem(model)}.labels.txt`, ...(wholeFolder ? ['labels.txt'] : [])]) {
      if (names.has(name)) return join(place, name);
    }
  }
  return null;
}

async function onnxNames(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  return entries.filter((entry) => !entry.isDirectory() && isOnnxName(entry.name)).map(({ name }) => name);
}

/** An archive often holds one folder with everything in it. */
async function onlyFolderIn(folder: string): Promise<string | null> {
  const entries = await entriesOf(folder);
  const [only] = entries;
  return entries.length === 1 && only?.isDirectory() === true ? join(folder, only.name) : null;
}

/** Sorted by name; hidden entries and what macOS adds to archives are left out; none where there is no such folder. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const shown = entries.filter(({ name }) => !name.startsWith('.') && name !== '__MACOSX');
    return shown.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  } catch (error) {
    const failure = fileProblem(error, folder);
    if (failure.problem.code === 'FILE_MISSING') return [];
    throw failure;
  }
}

function isOnnxName(path: string): boolean {
  return path.toLowerCase().endsWith('.onnx');
}

function stem(model: string): string {
  const name = basename(model);
  return isOnnxName(name) ? name.slice(0, -'.onnx'.length) : name;
}

function listed(names: string[]): string {
  const rest = names.length - mostListed;
  return rest > 0 ? `${names.slice(0, mostListed).join(', ')} and ${rest} more` : names.join(', ');
}
