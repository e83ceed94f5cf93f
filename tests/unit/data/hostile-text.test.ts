import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readRow } from '../../../engine/data/index.ts';
import { readText } from '../../../engine/data/text-shard.ts';
import { splitText } from '../../../engine/data/text-split.ts';
import { asText, randomNumbers, rowsOf, temporaryFolder, writeData } from './datasets.ts';
import type { ReadRow } from './datasets.ts';

const folder = temporaryFolder();
const dialect = { delimiter: ',', header: true, skip: 0 };
const header = ['a', 'b', 'c'];
const wants = asText(...header);

/** Quotes, delimiters and line ends in no order at all. */
function noise(random: () => number): string {
  const pieces = ['"', '"', '""', ',', ',', '\n', '\n', '\r\n', '\r', 'x', 'é', ' ', '1'];
  const length = Math.floor(random() * 120);
  return Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join('');
}

async function rowsBetween(
  path: string,
  from: number,
  to: number,
  firstRow: number,
  chunk: number,
): Promise<ReadRow[]> {
  const range = { format: 'csv' as const, dialect, header, from, to, firstRow };
  const rows: ReadRow[] = [];
  for await (const batch of readText(path, range, wants, 3, { chunk })) rows.push(...rowsOf(batch));
  return rows;
}

it('text with quotes anywhere gives the same rows however it is read, split and read again', async () => {
  const random = randomNumbers(2026);
  for (let round = 0; round < 250; round++) {
    const path = writeData(folder, noise(random));
    const bytes = statSync(path).size;
    const whole = await rowsBetween(path, 0, bytes, 1, 1024);
    const chunk = 1 + Math.floor(random() * 9);
    expect(await rowsBetween(path, 0, bytes, 1, chunk)).toEqual(whole);
    const scan = { path, from: 0, to: bytes, delimiter: 44, columns: 3, maxRows: 1000, chunk };
    const pieces = await splitText({ ...scan, targetBytes: 1 + Math.floor(random() * 30) });
    const split: ReadRow[] = [];
    for (const { from, to, firstRow, rows } of pieces) {
      const read = await rowsBetween(path, from, to, firstRow, chunk);
      expect(read.length).toBe(rows);
      split.push(...read);
    }
    expect(split).toEqual(whole);
    expect(pieces.reduce((sum, piece) => sum + piece.rows, 0)).toBe(whole.length);
    const stats = statSync(path, { bigint: true });
    const file = { path, name: 'x', bytes, changed: `${stats.mtimeNs} ${stats.ctimeNs}`, dialect };
    for (const row of whole) {
      const again = await readRow({ format: 'csv', files: [file], dialect, header }, row.address, wants);
      expect(rowsOf(again)).toEqual([{ ...row, rowNumber: 0 }]);
    }
  }
});
