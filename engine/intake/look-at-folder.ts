import { dirname, join } from 'node:path';
import { hasTextDataName, scanFolder, stampFile, type FolderScan } from '../data/index.ts';
import { collectModelFiles, foreignModelProblem, recogniseFile } from '../models/index.ts';
import { lookAtPictures, lookAtTable } from './look-at-data.ts';
import { lookAtModel } from './look-at-model.ts';
import type { DataLook, ModelLook } from './look.ts';

/** How long a folder is walked before an answer is given with what was met. */
const walkMs = 300;
/** A folder of more files than this that are no pictures is told by the first of them. */
const mostFiles = 2000;
/** Of a folder that holds several things, at most so many files are things of their own. */
const mostParts = 100;

/** What a folder is: one thing, or several files and folders that are looked at one by one. */
export type FolderLook = { look: ModelLook | DataLook } | { parts: string[] };

/**
 * One model with its files, pictures, or tables of one format; as much of it as a moment shows. A folder with models and
 * data beside each other, or with several models, is its parts. Throws for a folder that is a foreign model or nothing.
 */
export async function lookAtFolder(path: string, knownBytes: ReadonlySet<number>): Promise<FolderLook> {
  const folder = await recogniseFile(path);
  if (folder.role === 'foreign') throw foreignModelProblem(folder);
  const scan = await scanFolder(path, walkMs);
  const models = scan.others.filter((name) => name.toLowerCase().endsWith('.onnx'));
  const tables = scan.others.filter(isTable);
  if (models.length > 0) {
    const isAlone = tables.length === 0 && scan.pictures.length === 0;
    if (isAlone && (await isOneModel(path))) return { look: await lookAtModel(path, knownBytes) };
    return { parts: partsOf(path, models, tables, scan) };
  }
  if (scan.pictures.length > 0) {
    return { look: lookAtPictures(path, scan, stampFile(path, path).changed) };
  }
  const isSmall = !scan.partial && scan.others.length <= mostFiles;
  const first = tables[0] ?? scan.others[0];
  if (isSmall || first === undefined) return { look: await lookAtTable([path], { files: 0, partial: false }) };
  return { look: await lookAtTable([join(path, first)], { files: tables.length, partial: true }) };
}

function isTable(name: string): boolean {
  return /\.(parquet|pq)$/i.test(name) || (hasTextDataName(name) && !/\.(json|txt)$/i.test(name));
}

async function isOneModel(path: string): Promise<boolean> {
  try {
    await collectModelFiles(path);
    return true;
  } catch {
    return false;
  }
}

/** Every model, every table, and the one folder below which all pictures lie. */
function partsOf(path: string, models: readonly string[], tables: readonly string[], scan: FolderScan): string[] {
  const files = [...models, ...tables].slice(0, mostParts).map((name) => join(path, name));
  const [first] = scan.pictures;
  if (first === undefined) return files;
  // Pictures that lie beside the model are taken one by one: their folder would be the whole folder again.
  let common = dirname(first);
  while (common !== '.' && !scan.pictures.every((name) => name.startsWith(`${common}/`))) common = dirname(common);
  const isBeside = common === '.' || files.some((file) => file.startsWith(join(path, common, '/')));
  if (!isBeside) return [...files, join(path, common)];
  const folders = [...new Set(scan.pictures.map((name) => name.split('/')[0]!))];
  const own = folders.filter((name) => !files.some((file) => file.startsWith(join(path, name, '/'))));
  return [...files, ...own.slice(0, mostParts).map((name) => join(path, name))];
}
