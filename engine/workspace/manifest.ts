import { readFile } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { CommittedShard } from './committed.ts';

interface SealedRun {
  plan_sha256: string | null;
  rows_total: number | null;
  shards_total: number | null;
}

type ManifestShard = Omit<CommittedShard, 'input_sha256'> & { inputSha256: string | null };

/** What a manifest says, as far as it says it: it is compared because it may be damaged. */
interface Manifest {
  format?: unknown;
  run?: unknown;
  planSha256?: unknown;
  rows?: { read?: unknown; predicted?: unknown; failed?: unknown };
  count?: unknown;
  shards?: unknown;
}

/** What is said of one run one by one: where a list is cut off, hundreds of sentences would say the same. */
const mostDifferences = 20;

/**
 * Compares what a sealed run's manifest says with what the catalog says of the run, so that damage to either is found:
 * the file may be the one that was sealed while the catalog's rows are not. A sentence without its full stop for each
 * difference. A manifest that is not there gives none: that is told already.
 */
export async function compareManifest(path: string, database: DatabaseSync, run: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return [];
  const manifest = parsed(text);
  if (manifest === null) return ['the manifest is no JSON object'];
  const differences = [...differencesOf(manifest, database, run)];
  if (differences.length <= mostDifferences) return differences;
  const more = differences.length - mostDifferences;
  return [...differences.slice(0, mostDifferences), `there are ${more} more differences like these`];
}

function parsed(text: string): Manifest | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function* differencesOf(manifest: Manifest, database: DatabaseSync, run: string): Generator<string> {
  const stored = database
    .prepare('SELECT plan_sha256, rows_total, shards_total FROM runs WHERE id = ?')
    .get(run) as unknown as SealedRun;
  const shards = database
    .prepare('SELECT * FROM run_shards WHERE run = ? ORDER BY shard')
    .all(run) as unknown as CommittedShard[];
  if (manifest.format !== 'drydock-manifest/1') yield 'the manifest is of another format';
  if (manifest.run !== run) yield `the manifest is that of the run ${shown(manifest.run)}`;
  if (manifest.planSha256 !== stored.plan_sha256) yield 'the manifest names another plan';
  yield* totals(manifest, stored, shards);
  if (!Array.isArray(manifest.shards)) {
    yield 'the manifest names no shards';
    return;
  }
  yield* shardDifferences(manifest.shards as unknown[], shards);
}

function* totals(manifest: Manifest, stored: SealedRun, shards: readonly CommittedShard[]): Generator<string> {
  const read = shards.reduce((sum, shard) => sum + shard.rows, 0);
  const failed = shards.reduce((sum, shard) => sum + shard.failed, 0);
  const { rows } = manifest;
  if (rows?.read !== read) yield `the manifest has ${shown(rows?.read)} rows, the catalog ${read}`;
  if (rows?.failed !== failed) yield `the manifest has ${shown(rows?.failed)} failed rows, the catalog ${failed}`;
  if (rows?.predicted !== read - failed)
    yield `the manifest has ${shown(rows?.predicted)} predicted rows, the catalog ${read - failed}`;
  if (manifest.count !== shards.length)
    yield `the manifest counts ${shown(manifest.count)} shards, the catalog holds ${shards.length}`;
  if (stored.rows_total !== read) yield `the plan has ${shown(stored.rows_total)} rows, the committed shards ${read}`;
  if (stored.shards_total !== shards.length)
    yield `the plan has ${shown(stored.shards_total)} shards, ${shards.length} are committed`;
}

function* shardDifferences(named: readonly unknown[], shards: readonly CommittedShard[]): Generator<string> {
  const left = new Map<unknown, Partial<ManifestShard>>();
  for (const entry of named) {
    const shard = (typeof entry === 'object' && entry !== null ? entry : {}) as Partial<ManifestShard>;
    if (left.has(shard.shard)) yield `the manifest names shard ${shown(shard.shard)} twice`;
    left.set(shard.shard, shard);
  }
  for (const shard of shards) {
    const entry = left.get(shard.shard);
    left.delete(shard.shard);
    if (entry === undefined) yield `shard ${shard.shard} is committed and the manifest does not name it`;
    else yield* entryDifferences(entry, shard);
  }
  for (const shard of left.keys()) yield `the manifest names shard ${shown(shard)}, which is not committed`;
}

function* entryDifferences(entry: Partial<ManifestShard>, shard: CommittedShard): Generator<string> {
  const of = `of shard ${shard.shard}`;
  if (entry.file !== shard.file) yield `the file ${of} is ${shown(entry.file)} there and ${shard.file} here`;
  if (entry.sha256 !== shard.sha256) yield `the digest ${of} is another`;
  if (entry.bytes !== shard.bytes) yield `the size ${of} is ${shown(entry.bytes)} there and ${shard.bytes} here`;
  if (entry.rows !== shard.rows) yield `the rows ${of} are ${shown(entry.rows)} there and ${shard.rows} here`;
  if (entry.failed !== shard.failed)
    yield `the failed rows ${of} are ${shown(entry.failed)} there and ${shard.failed} here`;
  if (entry.inputSha256 !== shard.input_sha256) yield `the digest of the input ${of} is another`;
}

/** Whatever stands in a damaged file, short enough for a sentence. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
