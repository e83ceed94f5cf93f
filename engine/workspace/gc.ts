import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GcReport } from '../contract/index.ts';
import { committedShards } from './committed.ts';
import { objectPath } from './objects.ts';
import type { Workspace } from './workspace.ts';

/** What is deleted stays in the bin for this long. */
const binDays = 30;

/** An upload that nothing names may be one that a page is still sending, or is about to use: it is kept for this long. */
const uploadDays = 1;

/**
 * Frees what nothing needs: models deleted more than 30 days ago (their rows stay, as history), objects and views that
 * no version needs, files that no committed shard names, uploads that no dataset or run names, downloads, thumbnails, what
 * died imports left. Call only while no job is active.
 */
export async function collectGarbage(workspace: Workspace, now = Date.now()): Promise<GcReport> {
  const report: GcReport = { freedBytes: 0, objects: 0, shards: 0, views: 0, models: 0, uploads: 0, temporary: 0 };
  report.models = purgeModels(workspace, new Date(now - binDays * 86_400_000).toISOString());
  await freeObjects(workspace, report);
  await freeViews(workspace, report);
  await freeShards(workspace, report);
  const incoming = await freeAll(join(workspace.folder, 'incoming'), new Set(), report);
  report.temporary += incoming;
  await freeUploads(workspace, new Date(now - uploadDays * 86_400_000), report);
  for (const made of ['downloads', 'thumbnails']) {
    report.temporary += await freeAll(join(workspace.folder, made), new Set(), report);
  }
  return report;
}

/** The name becomes free again; `~` cannot be part of a name that people give. */
function purgeModels({ catalog }: Workspace, before: string): number {
  return catalog.write(() =>
    catalog.run(
      `UPDATE models SET purged_at = ?, name = name || '~' || id WHERE deleted_at < ? AND purged_at IS NULL`,
      new Date().toISOString(),
      before,
    ),
  );
}

const needed = `FROM versions JOIN models ON models.id = versions.model WHERE models.purged_at IS NULL`;

async function freeObjects({ folder, catalog }: Workspace, report: GcReport): Promise<void> {
  const rows = catalog.all<{ sha256: string }>(
    `SELECT sha256 FROM artifact_files WHERE artifact IN (SELECT versions.artifact ${needed})`,
  );
  const keep = new Set(rows.map((row) => objectPath(folder, row.sha256)));
  const root = join(folder, 'objects', 'sha256');
  for (const prefix of await readdir(root).catch(() => [])) {
    for (const name of await readdir(join(root, prefix))) {
      const path = join(root, prefix, name);
      if (keep.has(path)) continue;
      await free(path, report);
      report.objects += 1;
    }
  }
}

async function freeViews({ folder, catalog }: Workspace, report: GcReport): Promise<void> {
  const keep = new Set(
    catalog.all<{ artifact: string }>(`SELECT versions.artifact ${needed}`).map((row) => row.artifact),
  );
  report.views = await freeAll(join(folder, 'views'), keep, report);
}

async function freeShards({ folder, catalog }: Workspace, report: GcReport): Promise<void> {
  const runs = new Set(catalog.all<{ id: string }>('SELECT id FROM runs').map((row) => row.id));
  const root = join(folder, 'runs');
  report.temporary += await freeAll(root, runs, report);
  for (const run of runs) {
    const keep = new Set<string>();
    for await (const page of committedShards(catalog, run)) for (const { file } of page) keep.add(file);
    report.shards += await freeAll(join(root, run, 'shards'), keep, report);
    report.temporary += await freeAll(join(root, run, 'temporary'), new Set(), report);
  }
}

async function freeUploads({ folder, catalog }: Workspace, before: Date, report: GcReport): Promise<void> {
  const root = join(folder, 'uploads');
  for (const id of await readdir(root).catch(() => [])) {
    const path = join(root, id);
    const { mtime } = await lstat(join(path, 'upload.json')).catch(() => lstat(path));
    // An upload's id is long and random: where it is written, its files are meant.
    const named = catalog.get(
      'SELECT 1 FROM datasets WHERE instr(description, ?1) UNION ALL SELECT 1 FROM runs WHERE instr(request, ?1)',
      id,
    );
    if (named !== undefined || mtime > before) continue;
    await free(path, report);
    report.uploads += 1;
  }
}

/** Removes every entry of a folder that is not kept; returns how many. */
async function freeAll(folder: string, keep: ReadonlySet<string>, report: GcReport): Promise<number> {
  let count = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    if (keep.has(name)) continue;
    await free(join(folder, name), report);
    count += 1;
  }
  return count;
}

async function free(path: string, report: GcReport): Promise<void> {
  report.freedBytes += await bytesOf(path);
  await rm(path, { recursive: true, force: true });
}

/** Hard links of kept objects count nothing: removing them frees nothing. */
async function bytesOf(path: string): Promise<number> {
  const status = await lstat(path).catch(() => null);
  if (!status) return 0;
  if (!status.isDirectory()) return status.nlink > 1 ? 0 : status.size;
  let bytes = 0;
  for (const name of await readdir(path)) bytes += await bytesOf(join(path, name));
  return bytes;
}
