import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  problem,
  type ColumnRoles,
  type DataReading,
  type OutputFormat,
  type Page,
  type RowCounts,
} from '../contract/index.ts';
import {
  committedShards,
  syncFolder,
  writePiecesDurably,
  type CommittedShard,
  type Workspace,
} from '../workspace/index.ts';
import type { FrozenPlan, RowErrorSample, ShardResult } from './plan.ts';

/** What a run was asked for, with grants resolved to paths and references to versions. */
export interface RunPayload {
  versions: number[];
  paths: string[];
  roles: ColumnRoles;
  /** Absent in runs of before there was one. */
  reading?: DataReading;
  batch: number | null;
  threads: number | null;
  lanes: number | null;
  output: { path: string; format: OutputFormat; overwrite: boolean } | null;
}

export interface StoredRun extends Counted {
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

/** What is committed of a run; kept by triggers as shards come and go. */
interface Counted {
  shards_committed: number;
  rows_read: number;
  rows_failed: number;
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

  /** Newest first, without what was asked for, which may name very many files. */
  list({ limit, after }: Page): StoredRun[] {
    if (after !== undefined) this.get(after);
    return this.#workspace.catalog.all<StoredRun & Record<string, unknown>>(
      `SELECT id, job, '{}' AS request, dataset, plan_sha256, rows_total, shards_total, seconds, peak_memory, output,
         output_sha256, manifest_sha256, notes, created_at, shards_committed, rows_read, rows_failed
       FROM runs WHERE ?1 IS NULL OR rowid < (SELECT rowid FROM runs WHERE id = ?1) ORDER BY rowid DESC LIMIT ?2`,
      after ?? null,
      limit,
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
    const row = this.#workspace.catalog.get<Counted & Record<string, unknown>>(
      'SELECT shards_committed, rows_read, rows_failed FROM runs WHERE id = ?',
      run,
    );
    return countsOf(row ?? { shards_committed: 0, rows_read: 0, rows_failed: 0 });
  }

  /** Changes whenever a shard is committed or taken back. */
  stamp(run: string): string {
    const row = this.#workspace.catalog.get<{ shard_changes: number }>(
      'SELECT shard_changes FROM runs WHERE id = ?',
      run,
    );
    return String(row?.shard_changes ?? 0);
  }

  errors(run: string, most: number): RowErrorSample[] {
    const rows = this.#workspace.catalog.all<{ errors: string }>(
      'SELECT errors FROM run_shards WHERE run = ? AND failed > 0 ORDER BY shard LIMIT ?',
      run,
      most,
    );
    return rows.flatMap((row) => JSON.parse(row.errors) as RowErrorSample[]).slice(0, most);
  }

  /** The committed shards in the order of the input, page by page. */
  pages(run: string): AsyncGenerator<CommittedShard[]> {
    return committedShards(this.#workspace.catalog, run);
  }

  /** The names of all committed shard files, in the order of the input. */
  async files(run: string): Promise<string[]> {
    const files: string[] = [];
    for await (const page of this.pages(run)) for (const { file } of page) files.push(file);
    return files;
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

  /**
   * The shards that are committed and there. Takes back the commits whose files are gone or of another size; their shards
   * are done again.
   */
  async presentShards(run: string): Promise<{ present: Set<number>; lost: number }> {
    const { catalog } = this.#workspace;
    const present = new Set<number>();
    let lost = 0;
    for await (const page of this.pages(run)) {
      for (const { shard, file, bytes } of page) {
        const status = await stat(join(this.shardFolder(run), file)).catch(() => null);
        if (status?.size === bytes) {
          present.add(shard);
          continue;
        }
        catalog.write(() => {
          catalog.run('DELETE FROM run_shards WHERE run = ? AND shard = ?', run, shard);
          // A manifest that names a lost file is no longer true; the run is sealed anew when it is whole again.
          catalog.run('UPDATE runs SET manifest_sha256 = NULL WHERE id = ?', run);
        });
        lost += 1;
      }
    }
    return { present, lost };
  }

  /** The name under which a plan is written: the engine gives it its own name, and only while it holds the workspace. */
  draftOfPlan(run: string): string {
    return join(this.folder(run), 'temporary', `plan-${this.epoch}-${(drafts += 1)}.json`);
  }

  planFile(run: string): string {
    return join(this.folder(run), 'plan.json');
  }

  /** Gives the plan's file its name, then names it in the catalog: from here on the run's results are decided. */
  async freeze(draft: FrozenPlan, dataset: string, notes: readonly string[]): Promise<FrozenPlan> {
    const file = this.planFile(draft.run);
    this.requireEpoch();
    await rename(draft.file, file);
    await syncFolder(this.folder(draft.run));
    this.#update(
      draft.run,
      'dataset = ?, plan_sha256 = ?, rows_total = ?, shards_total = ?, notes = ?',
      dataset,
      draft.sha256,
      draft.rows,
      draft.ends.length,
      JSON.stringify(notes),
    );
    return { ...draft, file };
  }

  /** Seals a finished run: one file that says what belongs to it, written once. */
  async seal(plan: FrozenPlan): Promise<void> {
    const stored = this.get(plan.run);
    if (stored.manifest_sha256 !== null) return;
    const digest = await writePiecesDurably(join(this.folder(plan.run), 'manifest.json'), this.#manifest(plan, stored));
    this.#update(plan.run, 'manifest_sha256 = ?', digest);
  }

  /** One JSON document in pieces: a line for what the shards share, and a line for each shard. */
  async *#manifest(plan: FrozenPlan, stored: StoredRun): AsyncGenerator<string> {
    const { shards: count, ...rows } = countsOf(stored);
    const head = {
      format: 'drydock-manifest/1',
      run: plan.run,
      planSha256: stored.plan_sha256,
      columns: plan.columns,
      rows,
      count,
    };
    yield `${JSON.stringify(head).slice(0, -1)},"shards":[`;
    let separator = '\n';
    for await (const page of this.pages(plan.run)) {
      for (const { input_sha256: inputSha256, ...shard } of page) {
        yield separator + JSON.stringify({ ...shard, inputSha256 });
        separator = ',\n';
      }
    }
    yield '\n]}\n';
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
    const named = new Set(await this.files(run));
    for (const file of files) if (!named.has(file)) await rm(join(this.shardFolder(run), file), { force: true });
  }

  #update(run: string, assignments: string, ...values: (string | number | null)[]): void {
    const { catalog } = this.#workspace;
    catalog.write(() => catalog.run(`UPDATE runs SET ${assignments} WHERE id = ?`, ...values, run));
  }
}

/** Makes the names of two drafts differ, so that one believed dead cannot write into the next one's file. */
let drafts = 0;

export function countsOf({ shards_committed, rows_read, rows_failed }: Counted): RowCounts & { shards: number } {
  return { shards: shards_committed, read: rows_read, failed: rows_failed, predicted: rows_read - rows_failed };
}
