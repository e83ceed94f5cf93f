import type { ShardRange } from '../data/index.ts';
import type { ColumnType, Inspection, Recipe } from '../contract/index.ts';
import type { ResultColumnType } from '../recipes/index.ts';

/** A version as a plan freezes it: nothing of it may change under a run. */
export interface PlannedVersion {
  /** Row of `versions` in the catalog. */
  version: number;
  /** `name@3`, as people write it. */
  name: string;
  digest: string;
  inspection: Inspection;
  /** Resolved: every column concrete. */
  recipe: Recipe;
}

/**
 * A column of the results. `name` is what the output calls it, `stored` what shard files call it (they also hold the
 * address columns); both are unique without regard to case, which DuckDB folds. `source` is the column of the data that
 * a kept column comes from, `version` the index of the version that a predicted one comes from.
 */
export type PlannedColumn =
  | { role: 'id' | 'label' | 'kept'; name: string; stored: string; source: string; type: ColumnType }
  | {
      role: 'prediction';
      name: string;
      stored: string;
      version: number;
      resultName: string;
      type: ResultColumnType;
    }
  | { role: 'error'; name: string; stored: string; version: number };

/**
 * Everything that decides a run's results, frozen before the first row is read: a run that is killed and resumed goes
 * on with the same plan. Lanes are no part of it: they do not change values. docs/formats.md describes the file.
 */
export interface Plan {
  format: 'drydock-plan/1';
  run: string;
  runtime: { name: string; version: string; platform: string; arch: string };
  executionProvider: 'cpu';
  threads: number;
  /** Rows a session call takes at once; batches are counted from each shard's first row. */
  batch: number;
  versions: PlannedVersion[];
  columns: PlannedColumn[];
  shards: ShardRange[];
  rows: number;
}

/** What every shard of a plan needs to know of it. */
export type PlanHead = Omit<Plan, 'shards' | 'rows'>;

/**
 * A frozen plan as the engine holds it: what it needs itself, and where the shards stand in the file. It never reads them:
 * a plan over 100,000 files would hold its loop up.
 */
export interface FrozenPlan extends PlanFacts {
  file: string;
  sha256: string;
  /** Where each shard's line ends in the file, in bytes; it begins where the one before it ends. */
  ends: number[];
  /** Rows of each shard. */
  shardRows: number[];
}

/** What of a planned version the engine needs while it answers for its results. */
export interface VersionFacts {
  version: number;
  name: string;
  task: Recipe['outputs']['task'];
}

/** What a child tells of a plan that it has written or read. */
export interface PlanFacts extends Pick<PlanHead, 'run' | 'runtime' | 'threads' | 'batch' | 'columns'> {
  /** Bytes of the file before the first shard's line. */
  headBytes: number;
  rows: number;
  /** Rows of the largest shard. */
  largestShard: number;
  versions: VersionFacts[];
}

/** A shard's task, so that another executor could take it: its line in the plan's file, and where its results go. */
export interface ShardTask {
  shard: ShardPlace;
  /** Absolute path of the file to write; the name holds epoch and attempt, so no two workers write the same file. */
  file: string;
}

/** Where a shard stands in its plan's file, in bytes. */
export interface ShardPlace {
  from: number;
  to: number;
}

/** What a worker tells the engine of a shard it has written and flushed to disk. */
export interface ShardResult {
  sha256: string;
  bytes: number;
  rows: number;
  /** Rows in which at least one version failed. */
  failed: number;
  /** SHA-256 of the input bytes as they were read. */
  inputSha256: string | null;
  errors: RowErrorSample[];
}

export interface RowErrorSample {
  file: string;
  row: number;
  error: string;
}

/** Columns that address the input of every result row, first in every shard file. */
export const addressColumns = ['file', 'row', 'address'] as const;
