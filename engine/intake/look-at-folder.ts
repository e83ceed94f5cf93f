import { join } from 'node:path';
import { hasTextDataName, scanFolder, stampFile } from '../data/index.ts';
import { foreignModelProblem, recogniseFile } from '../models/index.ts';
import { lookAtPictures, lookAtTable } from './look-at-data.ts';
import { lookAtModel } from './look-at-model.ts';
import type { DataLook, ModelLook } from './look.ts';

/** How long a folder is walked before an answer is given with what was met. */
const walkMs = 300;
/** A folder of more files than this that are no pictures is told by the first of them. */
const mostFiles = 2000;

/** A folder is a model, or pictures, or tables of one format; in that order, as much of it as a moment shows. */
export async function lookAtFolder(path: string, knownBytes: ReadonlySet<number>): Promise<ModelLook | DataLook> {
  const folder = await recogniseFile(path);
  if (folder.role === 'model') return lookAtModel(path, knownBytes);
  if (folder.role === 'foreign') throw foreignModelProblem(folder);
  const scan = await scanFolder(path, walkMs);
  if (scan.pictures.length > 0) return lookAtPictures(path, scan, (await stampFile(path, path)).changed);
  if (scan.others.some((name) => name.toLowerCase().endsWith('.onnx'))) return lookAtModel(path, knownBytes);
  const tables = scan.others.filter((name) => hasTextDataName(name) || /\.(parquet|pq)$/i.test(name));
  if (!scan.partial && scan.others.length <= mostFiles) return lookAtTable([path], { files: 0, partial: false });
  const first = tables[0] ?? scan.others[0];
  if (first === undefined) return lookAtTable([path], { files: 0, partial: false });
  return lookAtTable([join(path, first)], { files: tables.length, partial: true });
}
