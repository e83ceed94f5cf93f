import { appendFileSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeData, openShard, readRow, splitData } from '../../../engine/data/index.ts';
import { asNumber, problemOf, readShardRows, temporaryFolder, writeData } from './datasets.ts';

const folder = temporaryFolder();
const content = `a,b\n${Array.from({ length: 200 }, (_, row) => `${row},${row}`).join('\n')}\n`;

async function planned(): Promise<{ path: string; shard: Awaited<ReturnType<typeof splitData>>[number] }> {
  const path = writeData(folder, content);
  const [shard] = await splitData(await describeData([path]));
  return { path, shard: shard! };
}

describe('a file that is not the one that was planned with', () => {
  it('fails its shard when it grew', async () => {
    const { path, shard } = await planned();
    appendFileSync(path, '1,2\n');
    const refused = await problemOf(readShardRows(shard, asNumber('a'), 10));
    expect(refused).toMatchObject({ code: 'FILE_CHANGED', subject: path });
    expect(refused.message).toMatch(/it had \d+ bytes and has \d+ now\.$/);
    expect(await problemOf(readRow(shard, shard.from, asNumber('a')))).toMatchObject({ code: 'FILE_CHANGED' });
  });

  it('fails its shard when it was rewritten with the same size and time', async () => {
    const { path, shard } = await planned();
    const { atime, mtime } = statSync(path);
    writeFileSync(path, readFileSync(path, 'utf8').replace('7,7', '7,8'));
    utimesSync(path, atime, mtime);
    expect(await problemOf(readShardRows(shard, asNumber('a'), 10))).toMatchObject({ code: 'FILE_CHANGED' });
  });

  it('fails its shard when it is gone', async () => {
    const { path, shard } = await planned();
    rmSync(path);
    expect(await problemOf(readShardRows(shard, asNumber('a'), 10))).toMatchObject({
      code: 'FILE_MISSING',
      subject: path,
    });
  });

  it('fails its shard when it changes while it is read, before the last batch is handed out', async () => {
    const { path, shard } = await planned();
    let rows = 0;
    const read = async (): Promise<void> => {
      for await (const batch of openShard(shard, asNumber('a'), 50)) {
        rows += batch.rows;
        appendFileSync(path, '1,2\n');
      }
    };
    expect(await problemOf(read())).toMatchObject({ code: 'FILE_CHANGED' });
    expect(rows).toBeLessThan(200);
  });

  it('fails the plan when it changed since it was described', async () => {
    const path = writeData(folder, content);
    const description = await describeData([path]);
    appendFileSync(path, '1,2\n');
    expect(await problemOf(splitData(description))).toMatchObject({ code: 'FILE_CHANGED' });
  });
});

describe('reading that is cancelled', () => {
  it('ends with that between batches, and a plan likewise', async () => {
    const { path, shard } = await planned();
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      for await (const _ of openShard(shard, asNumber('a'), 10, { signal: controller.signal })) controller.abort();
    };
    expect(await problemOf(read())).toMatchObject({ code: 'CANCELLED' });
    expect(await problemOf(splitData(await describeData([path]), { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'CANCELLED',
    });
    expect(await problemOf(describeData([path], { signal: AbortSignal.abort() }))).toMatchObject({ code: 'CANCELLED' });
  });

  it('gives no digest before the last row', async () => {
    const { shard } = await planned();
    const reader = openShard(shard, asNumber('a'), 10);
    expect(() => reader.digest()).toThrow('before its last row');
  });
});
