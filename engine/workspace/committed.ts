import type { Catalog } from './catalog.ts';

/** A shard that belongs to a run. */
export interface CommittedShard {
  shard: number;
  file: string;
  sha256: string;
  bytes: number;
  rows: number;
  failed: number;
  input_sha256: string | null;
}

/** Rows of a page: few enough that neither the statement nor what is done with them holds the engine's loop up. */
const pageRows = 500;

/** The committed shards of a run in their order, page by page, with the loop free in between. */
export async function* committedShards(catalog: Catalog, run: string): AsyncGenerator<CommittedShard[]> {
  for (let after = -1; ;) {
    const page = catalog.all<CommittedShard>(
      `SELECT shard, file, sha256, bytes, rows, failed, input_sha256
       FROM run_shards WHERE run = ? AND shard > ? ORDER BY shard LIMIT ${pageRows}`,
      run,
      after,
    );
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.shard;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
