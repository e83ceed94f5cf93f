import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDuckDb } from '../../../engine/data/index.ts';
import { writeWorkbook } from '../../../engine/runs/workbook.ts';
import { unzipped } from './unzipped.ts';

test('a workbook holds texts that every object of JavaScript inherits', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-workbook-'));
  const db = await openDuckDb();
  try {
    const path = join(folder, 'book.xlsx');
    const names = Object.getOwnPropertyNames(Object.prototype);
    const values = names.map((name) => `('${name}')`).join(', ');
    await writeWorkbook(db.connection, `SELECT name AS "constructor" FROM (VALUES ${values}) AS given(name)`, path);
    const sheet = [...(await unzipped(path))].find(([name]) => name.includes('worksheets/'))![1];
    const cells = [...sheet.matchAll(/<c r="A\d+"[^>]* t="inlineStr"><is><t>([^<]*)<\/t><\/is><\/c>/g)];
    expect(cells.map((cell) => cell[1])).toEqual(['constructor', ...names]);
    expect(sheet).not.toMatch(/native code|object Object/);
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
