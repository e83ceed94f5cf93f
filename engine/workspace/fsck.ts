import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { boundItems, type FsckReport } from '../contract/index.ts';
import { compareManifest } from './manifest.ts';
import { fileSha256, objectPath, viewFolder } from './objects.ts';

interface Check {
  folder: string;
  database: DatabaseSync;
  report: FsckReport;
}

/**
 * Reads everything the catalog names and compares it with its digest. Runs in a process of its own, with a read-only
 * catalog, and never opens `lock.db`. Changes nothing.
 */
export async function checkWorkspace(folder: string): Promise<FsckReport> {
  const database = new DatabaseSync(join(folder, 'workspace.db'), { readOnly: true, timeout: 5000 });
  const report: FsckReport = { checked: { objects: 0, shards: 0, manifests: 0 }, damage: [], notes: [] };
  const check = { folder, database, report };
  try {
    checkCatalog(check);
    await checkObjects(check);
    await checkViews(check);
    await checkRuns(check);
    await noteGarbage(check);
    return bounded(report);
  } finally {
    database.close();
  }
}

function checkCatalog({ database, report }: Check): void {
  const rows = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
  for (const row of rows) {
    if (row.integrity_check !== 'ok')
      damage(
        report,
        `The catalog is damaged: ${row.integrity_check}`,
        'workspace.db',
        'Put back a workspace.backup-N.db.',
      );
  }
  for (const row of database.prepare('PRAGMA foreign_key_check').all() as { table: string }[]) {
    damage(report, `A row of ${row.table} points to nothing.`, 'workspace.db', 'Put back a workspace.backup-N.db.');
  }
}

const usedFiles = `
  SELECT DISTINCT artifact_files.artifact, artifact_files.path, artifact_files.sha256, artifact_files.bytes
  FROM artifact_files JOIN versions ON versions.artifact = artifact_files.artifact JOIN models ON models.id = versions.model
  WHERE models.purged_at IS NULL`;

interface UsedFile {
  artifact: string;
  path: string;
  sha256: string;
  bytes: number;
}

async function checkObjects({ folder, database, report }: Check): Promise<void> {
  const seen = new Set<string>();
  for (const file of database.prepare(usedFiles).iterate() as Iterable<UsedFile>) {
    if (seen.has(file.sha256)) continue;
    seen.add(file.sha256);
    report.checked.objects += 1;
    const path = objectPath(folder, file.sha256);
    const found = await digestOrNull(path);
    if (found === null)
      damage(
        report,
        `A model file is missing: ${file.path} of artifact ${file.artifact.slice(0, 8)}.`,
        path,
        'Import the model again.',
      );
    else if (found !== file.sha256)
      damage(
        report,
        `A model file has been changed: ${file.path} of artifact ${file.artifact.slice(0, 8)}.`,
        path,
        'Remove this file and import the model again.',
      );
  }
}

/** Views are made from objects when needed; one that is a copy (no hard link) may have been changed by itself. */
async function checkViews({ folder, database, report }: Check): Promise<void> {
  for (const file of database.prepare(usedFiles).iterate() as Iterable<UsedFile>) {
    const path = join(viewFolder(folder, file.artifact), ...file.path.split('/'));
    const [view, object] = await Promise.all([
      stat(path).catch(() => null),
      stat(objectPath(folder, file.sha256)).catch(() => null),
    ]);
    if (!view || (object && view.ino === object.ino)) continue;
    if ((await digestOrNull(path)) !== file.sha256)
      damage(
        report,
        `A view of a model file has been changed: ${file.path}.`,
        path,
        'Remove it: it is made again from the object.',
      );
  }
}

const startAgain = 'Start the run again.';

async function checkRuns({ folder, database, report }: Check): Promise<void> {
  const shards = database.prepare('SELECT run, file, sha256 FROM run_shards ORDER BY run, shard');
  for (const shard of shards.iterate() as Iterable<{ run: string; file: string; sha256: string }>) {
    report.checked.shards += 1;
    const path = join(folder, 'runs', shard.run, 'shards', shard.file);
    const found = await digestOrNull(path);
    if (found === shard.sha256) continue;
    const words = found === null ? 'is missing' : 'has been changed';
    damage(report, `A result file of ${shard.run} ${words}.`, path, startAgain);
  }
  const runs = database.prepare('SELECT id, plan_sha256, manifest_sha256 FROM runs');
  for (const run of runs.iterate() as Iterable<{
    id: string;
    plan_sha256: string | null;
    manifest_sha256: string | null;
  }>) {
    const folderOfRun = join(folder, 'runs', run.id);
    await checkSealed(report, join(folderOfRun, 'plan.json'), run.plan_sha256, `The plan of ${run.id}`);
    const manifest = join(folderOfRun, 'manifest.json');
    await checkSealed(report, manifest, run.manifest_sha256, `The manifest of ${run.id}`);
    if (run.manifest_sha256 === null) continue;
    for (const difference of await compareManifest(manifest, database, run.id))
      damage(report, `The manifest of ${run.id} and the catalog differ: ${difference}.`, manifest, startAgain);
  }
}

async function checkSealed(report: FsckReport, path: string, sha256: string | null, name: string): Promise<void> {
  if (sha256 === null) return;
  report.checked.manifests += 1;
  const found = await digestOrNull(path);
  if (found !== sha256)
    damage(report, `${name} ${found === null ? 'is missing' : 'has been changed'}.`, path, startAgain);
}

async function noteGarbage({ folder, report }: Check): Promise<void> {
  const left = await readdir(join(folder, 'incoming')).catch(() => []);
  if (left.length > 0) report.notes.push(`${left.length} unfinished imports lie in incoming; drydock gc removes them.`);
}

async function digestOrNull(path: string): Promise<string | null> {
  return fileSha256(path).catch(() => null);
}

/** Keeps what is told within what a call carries, and says how much more there is. */
function bounded(report: FsckReport): FsckReport {
  const damaged = boundItems(report.damage);
  const left = report.damage.length - damaged.length;
  const more = left === 0 ? [] : [`${left} more damages are not listed here.`];
  return { ...report, damage: damaged, notes: [...report.notes, ...more] };
}

function damage(report: FsckReport, what: string, subject: string, hint: string): void {
  report.damage.push({ what, subject, hint });
}
