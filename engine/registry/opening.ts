import { createHash } from 'node:crypto';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { os } from '@orpc/server';
import type { Inspection } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import { checkLoads, runtimeFile } from '../inference/index.ts';
import {
  collectFromArchive,
  collectModelFiles,
  inspectModel,
  recogniseFile,
  type ModelPackage,
} from '../models/index.ts';
import { syncFolder, type ArtifactFile } from '../workspace/index.ts';
import { tryModel } from './trial.ts';

/** What a model opener found out and copied: files lie under `folder`, each at its path, flushed to disk. */
export interface OpenedModel {
  files: ArtifactFile[];
  mainFile: string;
  inspection: Inspection;
  /** Text of a recipe that came with the model, or null. */
  recipe: string | null;
  labels: string[] | null;
  notes: string[];
}

/** Most bytes an archive may unpack to, and most files in it. */
const archiveBounds = { files: 10_000, bytes: 64 * 2 ** 30 };
/** A recipe file is small; a larger one is something else. */
const recipeBytes = 4 << 20;

/** The calls of a model opener: the first, limited look at a model that nobody has vouched for. */
export const modelOpenerRouter = {
  /** Recognises, checks and copies the model at `path` into `folder` (empty, inside the workspace). Runs nothing of it. */
  open: os.handler(async ({ input }: { input: unknown }): Promise<OpenedModel> => {
    const { path, folder } = input as { path: string; folder: string };
    return openModel(path, folder);
  }),
  /** Opens a session on the copy and, where inputs can be made up, runs it once. */
  tryOut: os.handler(async ({ input }: { input: unknown }): Promise<void> => {
    const { path, inspection } = input as { path: string; inspection: Inspection };
    const file = await runtimeFile(path, inspection);
    await checkLoads(file, inspection);
    await tryModel(file, inspection);
  }),
  readRecipe: os.handler(async ({ input }: { input: unknown }): Promise<string> =>
    readRecipe((input as { path: string }).path),
  ),
};
export type ModelOpenerRouter = typeof modelOpenerRouter;

async function openModel(path: string, folder: string): Promise<OpenedModel> {
  const found = await collect(path, folder);
  const inspection = await inspectModel(found.model);
  const target = join(folder, 'files');
  const files: ArtifactFile[] = [];
  for (const file of found.files) files.push(await copyFile(file.absolute, file.path, target));
  const mainFile = found.files.find((file) => file.absolute === found.model)?.path ?? basename(found.model);
  return {
    files,
    mainFile,
    inspection,
    recipe: found.recipe === null ? null : await readRecipe(found.recipe),
    labels: found.labels,
    notes: [...found.notes, ...inspection.notes],
  };
}

/** A zip is unpacked first and then taken as a folder; everything else is recognised and refused by `collectModelFiles`. */
async function collect(path: string, folder: string): Promise<ModelPackage> {
  const { kind } = await recogniseFile(path);
  if (kind !== 'zip') return collectModelFiles(path);
  return collectFromArchive(path, join(folder, 'unpacked'), archiveBounds);
}

/** Copies and hashes in one pass; a file that changes meanwhile is refused. */
async function copyFile(from: string, path: string, folder: string): Promise<ArtifactFile> {
  const to = join(folder, ...path.split('/'));
  await mkdir(dirname(to), { recursive: true });
  const hash = createHash('sha256');
  const source = await open(from, 'r');
  const target = await open(to, 'wx');
  try {
    const before = await source.stat({ bigint: true });
    const buffer = Buffer.allocUnsafe(1 << 20);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await source.read(buffer, 0, buffer.length, bytes);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      await target.writeFile(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
    const after = await source.stat({ bigint: true });
    if (after.mtimeNs !== before.mtimeNs || BigInt(bytes) !== before.size) {
      throw problem('FILE_CHANGED', `${basename(from)} changed while it was being imported.`, {
        subject: from,
        hint: 'Import it again when nothing writes to it.',
      });
    }
    await target.sync();
    await syncFolder(dirname(to));
    return { path, bytes, sha256: hash.digest('hex') };
  } finally {
    await source.close();
    await target.close();
  }
}

async function readRecipe(path: string): Promise<string> {
  const status = await stat(path).catch(() => null);
  if (!status?.isFile()) {
    throw problem('FILE_MISSING', 'There is no recipe file here.', {
      subject: path,
      hint: 'Check the path after --recipe.',
    });
  }
  if (status.size > recipeBytes) {
    throw problem('RECIPE_INVALID', 'This file is too large to be a recipe.', {
      subject: path,
      hint: 'drydock recipe export REF FILE writes one to start from.',
    });
  }
  return readFile(path, 'utf8');
}
