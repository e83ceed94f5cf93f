import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, type OutputFormat, type RowCounts, type ColumnRoles } from '../contract/index.ts';
import { writeFileDurably, type Workspace } from '../workspace/index.ts';
import type { Plan, RowErrorSample, ShardResult } from './plan.ts';

/** What a run was asked for, with grants resolved to paths and references to versions. */
export interface RunPayload {
  versions: number[];
  paths: string[];
  roles: ColumnRoles;
  batch: number | null;
  threads: number | null;
  lanes: number | null;
  output: { path: string; format: OutputFormat; overwrite: boolean } | null;
}

export interface StoredRun {
  id: string;
  job: string;
  request: string;
  dataset: string | null;
  plan_sha256: string | null;
  rows_total: number | null;
  shards_total: number | null;
  seconds: number;
  peak_memory: number | null;
  output: string | null;
  output_sha256: string | null;
  manifest_sha256: string | null;
  notes: string;
  created_at: string;
}

export interface CommittedShard {
  shard: number;
  file: string;
  sha256: string;
  bytes: number;
  rows: number;
  failed: number;
  input_sha256: string | null;
  errors: string;
}

/** Rows of the catalog and files of the folder that belong to runs. */
export class RunStore {
  readonly #workspace: Workspace;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  get epoch(): number {
    return this.#workspace.catalog.epoch;
  }

  /** Refuses, as every write does, when a newer engine has opened the workspace since. */
  requireEpoch(): void {
    this.#workspace.catalog.write(() => {});
  }

  folder(run: string): string {
    return join(this.#workspace.folder, 'runs', run);
  }

  shardFolder(run: string): string {
    return join(this.folder(run), 'shards');
  }

  insert(run: string, job: string, payload: RunPayload, notes: readonly string[]): void {
    const { catalog } = this.#workspace;
    catalog.run(
      'INSERT INTO runs (id, job, request, notes, created_at) VALUES (?, ?, ?, ?, ?)',
      run,
      job,
      JSON.stringify(payload),
      JSON.stringify(notes),
      new Date().toISOString(),
    );
    payload.versions.forEach((version, position) =>
      catalog.run('INSERT INTO run_versions (run, position, version) VALUES (?, ?, ?)', run, position, version),
    );
  }

  get(run: string): StoredRun {
    const row = this.#workspace.catalog.get<StoredRun & Record<string, unknown>>(
      'SELECT * FROM runs WHERE id = ?',
      run,
    );
    if (!row) throw problem('NOT_FOUND', `There is no run ${run}.`, { subject: run, hint: 'drydock runs lists them.' });
    return row;
  }

  list(): StoredRun[] {
    return this.#workspace.catalog.all<StoredRun & Record<string, unknown>>(
      'SELECT * FROM runs ORDER BY created_at DESC, rowid DESC LIMIT 1000',
    );
  }

  versionNames(run: string): string[] {
    return this.#workspace.catalog
      .all<{ name: string; number: number }>(
        `SELECT models.name, versions.number FROM run_versions JOIN versions ON versions.id = run_versions.version
         JOIN models ON models.id = versions.model WHERE run = ? ORDER BY position`,
        run,
      )
      .map((row) => `${row.name}@${row.number}`);
  }

  /** Rows over all committed shards. */
  counts(run: string): RowCounts & { shards: number } {
    const row = this.#workspace.catalog.get<{ shards: number; rows: number | null; failed: number | null }>(
      'SELECT count(*) AS shards, sum(rows) AS rows, sum(failed) AS failed FROM run_shards WHERE run = ?',
      run,
    )!;
    const read = row.rows ?? 0;
    const failed = row.failed ?? 0;
    return { shards: row.shards, read, failed, predicted: read - failed };
  }

  /** Changes whenever a shard is committed or taken back. */
  stamp(run: string): string {
    const row = this.#workspace.catalog.get<{ stamp: string }>(
      "SELECT count(*) || ' ' || coalesce(max(committed_at), '') AS stamp FROM run_shards WHERE run = ?",
      run,
    );
    return row!.stamp;
  }

  errors(run: string, most: number): RowErrorSample[] {
    const rows = this.#workspace.catalog.all<{ errors: string }>(
      'SELECT errors FROM run_shards WHERE run = ? AND failed > 0 ORDER BY shard LIMIT ?',
      run,
      most,
    );
    return rows.flatMap((row) => JSON.parse(row.errors) as RowErrorSample[]).slice(0, most);
  }

  committed(run: string): CommittedShard[] {
    return this.#workspace.catalog.all<CommittedShard & Record<string, unknown>>(
      'SELECT * FROM run_shards WHERE run = ? ORDER BY shard',
      run,
    );
  }

  /** The only way a shard becomes part of a run. A shard that is there already stays as it is. */
  commit(run: string, shard: number, file: string, result: ShardResult): boolean {
    const { catalog } = this.#workspace;
    return catalog.write(
      () =>
        catalog.run(
          `INSERT INTO run_shards (run, shard, epoch, file, sha256, bytes, rows, failed, input_sha256, errors, committed_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
          run,
          shard,
          catalog.epoch,
          file,
          result.sha256,
          result.bytes,
          result.rows,
          result.failed,
          result.inputSha256,
          JSON.stringify(result.errors),
          new Date().toISOString(),
        ) === 1,
    );
  }

  /** Takes back the commits whose files are gone or of another size; their shards are done again. */
  async dropLostShards(run: string): Promise<number> {
    const { catalog } = this.#workspace;
    let lost = 0;
    for (const shard of this.committed(run)) {
      const status = await stat(join(this.shardFolder(run), shard.file)).catch(() => null);
      if (status?.size === shard.bytes) continue;
      catalog.write(() => {
        catalog.run('DELETE FROM run_shards WHERE run = ? AND shard = ?', run, shard.shard);
        // A manifest that names a lost file is no longer true; the run is sealed anew when it is whole again.
        catalog.run('UPDATE runs SET manifest_sha256 = NULL WHERE id = ?', run);
      });
      lost += 1;
    }
    return lost;
  }

  /** Writes the plan's file, then names it in the catalog: from here on the run's results are decided. */
  async freeze(plan: Plan, dataset: string, notes: readonly string[]): Promise<void> {
    const text = `${JSON.stringify(plan)}\n`;
    await writeFileDurably(join(this.folder(plan.run), 'plan.json'), text);
    this.#update(
      plan.run,
      'dataset = ?, plan_sha256 = ?, rows_total = ?, shards_total = ?, notes = ?',
      dataset,
      sha256(text),
      plan.rows,
      plan.shards.length,
      JSON.stringify(notes),
    );
  }

  /** The frozen plan, or null when none was frozen yet. Refused when the file is not the one that was frozen. */
  async plan(run: string): Promise<Plan | null> {
    const stored = this.get(run);
    if (stored.plan_sha256 === null) return null;
    const path = join(this.folder(run), 'plan.json');
    const text = await readFile(path, 'utf8').catch(() => '');
    if (sha256(text) !== stored.plan_sha256) {
      throw problem('WORKSPACE_DAMAGED', 'The plan of this run is missing or has been changed.', {
        subject: path,
        hint: 'Start a new run; drydock fsck lists all damage.',
      });
    }
    return JSON.parse(text) as Plan;
  }

  /** Seals a finished run: one file that says what belongs to it, written once. */
  async seal(plan: Plan): Promise<void> {
    const stored = this.get(plan.run);
    if (stored.manifest_sha256 !== null) return;
    const shards = this.committed(plan.run).map(
      ({ shard, file, sha256: digest, bytes, rows, failed, input_sha256 }) => ({
        shard,
        file,
        sha256: digest,
        bytes,
        rows,
        failed,
        inputSha256: input_sha256,
      }),
    );
    const { shards: count, ...rows } = this.counts(plan.run);
    const manifest = {
      format: 'drydock-manifest/1',
      run: plan.run,
      planSha256: stored.plan_sha256,
      columns: plan.columns,
      rows,
      count,
      shards,
    };
    const text = `${JSON.stringify(manifest, null, 1)}\n`;
    await writeFileDurably(join(this.folder(plan.run), 'manifest.json'), text);
    this.#update(plan.run, 'manifest_sha256 = ?', sha256(text));
  }

  addEffort(run: string, seconds: number, peakMemory: number): void {
    this.#update(
      run,
      'seconds = seconds + ?, peak_memory = max(coalesce(peak_memory, 0), ?)',
      seconds,
      Math.round(peakMemory),
    );
  }

  /** What is about to be published, and where. */
  setOutput(run: string, output: string, sha256: string): void {
    this.#update(run, 'output = ?, output_sha256 = ?', output, sha256);
  }

  addNotes(run: string, notes: readonly string[]): void {
    if (notes.length === 0) return;
    const old = JSON.parse(this.get(run).notes) as string[];
    this.#update(run, 'notes = ?', JSON.stringify([...new Set([...old, ...notes])]));
  }

  /** Files in the shard folder that no commit names: attempts that died. Harmless; removed when the run is done. */
  async removeGarbage(run: string, files: readonly string[]): Promise<void> {
    const named = new Set(this.committed(run).map((shard) => shard.file));
    for (const file of files) if (!named.has(file)) await rm(join(this.shardFolder(run), file), { force: true });
  }

  #update(run: string, assignments: string, ...values: (string | number | null)[]): void {
    const { catalog } = this.#workspace;
    catalog.write(() => catalog.run(`UPDATE runs SET ${assignments} WHERE id = ?`, ...values, run));
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
