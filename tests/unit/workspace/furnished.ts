import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { adoptObject, artifactDigest, type Workspace } from '../../../engine/workspace/index.ts';
import { objectPath } from '../../../engine/workspace/objects.ts';

export function newFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'drydock-workspace-')));
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Writes a file and the folders above it. */
export function put(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A model of one version with one file of this content; returns the artifact's digest and the object's path. */
export async function addModel(workspace: Workspace, name: string, content: string, deletedAt: string | null = null) {
  const { folder, catalog } = workspace;
  const digest = sha256(content);
  const file = { path: 'model.onnx', bytes: content.length, sha256: digest };
  await adoptObject(folder, put(join(folder, 'incoming', `${name}.part`), content), digest);
  const artifact = artifactDigest([file]);
  const now = new Date().toISOString();
  catalog.write(() => {
    catalog.run("INSERT OR IGNORE INTO artifacts VALUES (?, ?, 'model.onnx', '{}', ?)", artifact, file.bytes, now);
    catalog.run('INSERT OR IGNORE INTO artifact_files VALUES (?, ?, ?, ?)', artifact, file.path, digest, file.bytes);
    catalog.run('INSERT INTO models (name, created_at, deleted_at) VALUES (?, ?, ?)', name, now, deletedAt);
    catalog.run(
      `INSERT INTO versions (model, number, artifact, recipe, recipe_digest, notes, created_at)
       SELECT id, 1, ?, '{}', 'none', '[]', ? FROM models WHERE name = ?`,
      artifact,
      now,
      name,
    );
  });
  return { artifact, file, object: objectPath(folder, digest) };
}

/** A run of one committed shard and a plan; returns the paths of both. */
export function addRun({ folder, catalog }: Workspace, run: string) {
  const shard = put(join(folder, 'runs', run, 'shards', '0.parquet'), `rows of ${run}`);
  const plan = put(join(folder, 'runs', run, 'plan.json'), '{"shards":1}');
  const now = new Date().toISOString();
  catalog.write(() => {
    catalog.run(
      "INSERT INTO jobs (id, kind, title, state, payload, epoch, created_at) VALUES (?, 'run', 'A run', 'done', '{}', 1, ?)",
      `job-${run}`,
      now,
    );
    catalog.run(
      "INSERT INTO runs (id, job, request, plan_sha256, created_at) VALUES (?, ?, '{}', ?, ?)",
      run,
      `job-${run}`,
      sha256('{"shards":1}'),
      now,
    );
    catalog.run(
      "INSERT INTO run_shards VALUES (?, 0, 1, '0.parquet', ?, 10, 3, 0, NULL, '[]', ?)",
      run,
      sha256(`rows of ${run}`),
      now,
    );
  });
  return { shard, plan };
}
