import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomNumbers } from '../random.ts';

/** A model of four features and three classes, small enough that reading and writing take the time. */
export const model = join(import.meta.dirname, '../fixtures/models/valid/softmax.onnx');

/** Writes CSV files `part-00.csv`, ... with the given numbers of rows: an id that counts on over all files, four numbers. */
export async function writeParts(folder: string, rows: readonly number[], seed: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const random = randomNumbers(seed);
  let id = 0;
  for (const [index, count] of rows.entries()) {
    const lines = ['id,a,b,c,d'];
    for (let row = 0; row < count; row += 1) {
      const cells = [0, 0, 0, 0].map(() => ((random() - 0.5) * 6).toFixed(6));
      lines.push(`${id},${cells.join(',')}`);
      id += 1;
    }
    await writeFile(join(folder, `part-${String(index).padStart(2, '0')}.csv`), `${lines.join('\n')}\n`);
  }
}

/** What pins a run's values: everything else may differ between two runs of the same rows. */
export const pinned = ['--batch', '64', '--threads', '1'] as const;
