import { join } from 'node:path';
import type { FrozenPlan } from '../plan.ts';
import { openPlan } from '../planning.ts';
import type { RunStore } from '../store.ts';
import { tableColumns, tableVersions, type ResultTable, type TableFile } from './table.ts';

/** A run whose plan is frozen, as far as it has come. */
export interface KnownRun {
  plan: FrozenPlan;
  table: ResultTable;
  complete: boolean;
}

interface Remembered extends KnownRun {
  stamp: string;
}

/** Plans that are kept: reading one of ten thousand shards takes longer than any question. */
const mostPlans = 8;

/** Runs that were looked at lately; what was committed since is seen at every look. */
export class KnownRuns {
  readonly #store: RunStore;
  readonly #runs = new Map<string, Remembered>();

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** Null when the run is there and has no plan yet. Throws NOT_FOUND for an unknown one. */
  async find(run: string): Promise<KnownRun | null> {
    this.#store.get(run);
    const before = this.#runs.get(run);
    const stamp = this.#store.stamp(run);
    if (before?.stamp === stamp) return before;
    const plan = before?.plan ?? (await this.#open(run));
    if (plan === null) return null;
    const known = await this.#look(run, plan, stamp, before?.table.revision ?? 0);
    this.#runs.delete(run);
    this.#runs.set(run, known);
    for (const oldest of this.#runs.keys()) {
      if (this.#runs.size <= mostPlans) break;
      this.#runs.delete(oldest);
    }
    return known;
  }

  async #open(run: string): Promise<FrozenPlan | null> {
    const sha256 = this.#store.get(run).plan_sha256;
    return sha256 === null ? null : openPlan(this.#store.planFile(run), sha256);
  }

  async #look(run: string, plan: FrozenPlan, stamp: string, revisionBefore: number): Promise<Remembered> {
    const starts: number[] = [];
    let start = 0;
    for (const rows of plan.shardRows) {
      starts.push(start);
      start += rows;
    }
    const folder = this.#store.shardFolder(run);
    const files: TableFile[] = [];
    for await (const page of this.#store.pages(run)) {
      for (const { shard, file, rows } of page) files.push({ path: join(folder, file), rows, start: starts[shard]! });
    }
    // Shards that were lost and done again leave their number as it was: the revision grows all the same.
    const revision = Math.max(files.length, revisionBefore + (revisionBefore > 0 ? 1 : 0));
    const table = { files, columns: tableColumns(plan), versions: tableVersions(plan), revision };
    return { plan, table, complete: files.length === plan.ends.length, stamp };
  }
}
