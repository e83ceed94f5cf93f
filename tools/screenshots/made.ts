import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { writeNetwork } from '../../tests/bench/network.ts';

/** A small network and a table for it: names that are long, one row that cannot be read. */
export async function makeTable(folder: string, rows: number): Promise<{ model: string; data: string }> {
  const model = join(
    folder,
    'a network whose file has a name that goes on for longer than a heading has room for.onnx',
  );
  const data = join(folder, 'measurements-of-the-second-half-of-the-year-without-the-days-that-were-excluded.csv');
  await writeNetwork(model, [4, 16, 3]);
  const out = createWriteStream(data);
  out.write('north,east,height,a_column_whose_name_says_everything_there_is_to_say_about_it,remark\n');
  for (let from = 0; from < rows; from += 10_000) {
    const lines: string[] = [];
    for (let row = from; row < Math.min(rows, from + 10_000); row += 1) {
      const height = row === 41 ? 'n/a' : ((row * 7919) % 1000) / 10;
      lines.push(`${(row % 97) / 9},${(row % 89) / 7},${height},${(row % 13) - 6},remark ${row % 1000}\n`);
    }
    if (!out.write(lines.join(''))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return { model, data };
}
