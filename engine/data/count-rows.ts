import type { SourceFile } from '../contract/index.ts';
import { readSmall } from './source-files.ts';
import { breathe } from './source-tree.ts';
import { splitText } from './text-split.ts';

/** Text files up to this size together are counted when they are described; larger ones when a plan is made. */
const countedBytes = 64 * 1000 * 1000;
/** Files between two looks at whether the work was cancelled. */
const filesOfTurn = 64;

/** Rows of text files, or null when they are too large to be counted for a description. */
export async function countRows(
  sources: { file: SourceFile; from: number; columns: number }[],
  signal?: AbortSignal,
): Promise<number | null> {
  const bytes = sources.reduce((sum, { file }) => sum + file.bytes, 0);
  if (bytes > countedBytes) return null;
  let rows = 0;
  for (const [index, { file, from, columns }] of sources.entries()) {
    if (index % filesOfTurn === 0) await breathe({ signal }, index);
    const delimiter = file.dialect === null ? -1 : file.dialect.delimiter.charCodeAt(0);
    const limits = { targetBytes: Infinity, maxRows: Infinity };
    const pieces = await splitText(
      { path: file.path, from, to: file.bytes, delimiter, columns, ...limits, content: readSmall(file) },
      { signal },
    );
    rows += pieces.reduce((sum, piece) => sum + piece.rows, 0);
  }
  return rows;
}
