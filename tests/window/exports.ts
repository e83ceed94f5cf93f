import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Download } from '@playwright/test';
import { parseCsv } from '../e2e/tables.ts';
import { root } from './window.ts';

export type Row = Record<string, string | null>;

export async function contentOf(download: Download): Promise<Buffer> {
  return readFileSync(await download.path());
}

let tables = 0;

/** The command line's own answer to the same question, over a workspace of its own, as CSV. */
export function cliTable(folder: string, args: readonly string[]): string {
  tables += 1;
  const out = join(folder, `cli-${tables}.csv`);
  cli(folder, 'predict', ...args, '--out', out);
  return readFileSync(out, 'utf8');
}

/** The command line over a workspace that no window is open on. */
export function cli(folder: string, ...args: readonly string[]): void {
  const where = ['--workspace', join(folder, 'cli-workspace'), '--quiet'];
  execFileSync(process.execPath, [join(root, 'cli/main.ts'), ...args, ...where], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Rows of a CSV by the names in its head. */
export function rowsOf(csv: string): Row[] {
  const { columns, rows } = parseCsv(csv.replace(/^\ufeff/, ''));
  return rows.map((cells) => Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? null])));
}
