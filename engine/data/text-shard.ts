import type { ColumnWant, RowBatch } from './batch.ts';
import { BatchBuilder } from './batch-builder.ts';
import { ByteWindow } from './byte-window.ts';
import { CsvRowReader } from './csv-row-reader.ts';
import { JsonRowReader } from './json-row-reader.ts';
import type { ShardRange } from './shard.ts';
import { throwIfCancelled } from './source-files.ts';
import type { TextRows } from './text-rows.ts';

/** The part of a shard that says how its bytes are read. */
export type TextRange = Pick<ShardRange, 'format' | 'dialect' | 'header' | 'from' | 'to' | 'firstRow'>;

export function textRows(range: TextRange, wants: ColumnWant[]): TextRows {
  if (range.format === 'jsonl') return new JsonRowReader(wants, range.firstRow);
  return new CsvRowReader(range.header, range.dialect?.delimiter ?? ',', wants, range.firstRow);
}

/** Batches of exactly `batchRows` rows, the last one shorter. `onDigest` is told the SHA-256 of the range at the end. */
export async function* readText(
  path: string,
  range: TextRange,
  wants: ColumnWant[],
  batchRows: number,
  options: {
    signal?: AbortSignal | undefined;
    onDigest?: (digest: string) => void;
    chunk?: number;
    content?: Buffer | null;
  } = {},
): AsyncGenerator<RowBatch> {
  const { chunk } = options;
  const window = await ByteWindow.open(path, range.from, range.to, {
    digest: options.onDigest !== undefined,
    content: options.content,
    ...(chunk === undefined ? {} : { chunk }),
  });
  try {
    const rows = textRows(range, wants);
    let batch = new BatchBuilder(wants, batchRows);
    for (;;) {
      throwIfCancelled(options.signal);
      rows.read(window, batch);
      if (batch.full) {
        yield batch.finish();
        batch = new BatchBuilder(wants, batchRows);
      } else if (window.atEnd) break;
      else await window.fill();
    }
    options.onDigest?.(window.digest());
    if (batch.rows > 0) yield batch.finish();
  } finally {
    await window.close();
  }
}
