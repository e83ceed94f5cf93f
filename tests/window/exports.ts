import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Download } from '@playwright/test';
import { root } from './window.ts';

export type Row = Record<string, string>;

export async function contentOf(download: Download): Promise<Buffer> {
  return readFileSync(await download.path());
}

let tables = 0;

/** The command line's own answer to the same question, over a workspace of its own, as CSV. */
export function cliTable(folder: string, args: readonly string[]): string {
  tables += 1;
  const out = join(folder, `cli-${tables}.csv`);
  const where = ['--workspace', join(folder, 'cli-workspace'), '--out', out, '--quiet'];
  execFileSync(process.execPath, [join(root, 'cli/main.ts'), 'predict', ...args, ...where], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return readFileSync(out, 'utf8');
}

/** Rows of a CSV without quoted line ends, by the names in its head. */
export function rowsOf(csv: string): Row[] {
  const [head = [], ...rows] = csv
    .replace(/^\ufeff/, '')
    .trim()
    .split(/\r?\n/)
    .map(cellsOf);
  return rows.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ''])));
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );
}
