import { spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finished, fixtures, onlyDocument, program, refusalOf, startProgram, Terminal } from './terminal.ts';
import { column, readCsv } from './tables.ts';

let terminal: Terminal;

beforeAll(async () => {
  terminal = await Terminal.open();
  await terminal.json('import', join(fixtures, 'valid/logistic_plain.onnx'), '--name', 'iris');
});
afterAll(() => terminal.close());

describe('exit codes beyond refusals', () => {
  describe.skipIf(!existsSync('/dev/full'))('streams that take nothing more (needs /dev/full)', () => {
    const withFull = async (stream: 1 | 2, ...words: string[]): Promise<{ exit: number | null; said: string }> => {
      const full = await open('/dev/full', 'w');
      const stdio: StdioOptions = stream === 1 ? ['ignore', full.fd, 'pipe'] : ['ignore', 'pipe', full.fd];
      const child = spawn(process.execPath, [program, ...words, '--workspace', terminal.workspace], { stdio });
      let said = '';
      for (const readable of [child.stdout, child.stderr])
        readable?.setEncoding('utf8').on('data', (text: string) => (said += text));
      const [exit] = (await once(child, 'close')) as [number | null];
      await full.close();
      return { exit, said };
    };

    test('3 when the answer is lost because the disk behind stdout is full', async () => {
      for (const json of [['--json'], []]) {
        const { exit, said } = await withFull(1, 'models', ...json);
        expect([exit, said]).toEqual([3, expect.stringMatching(/answer could not be written.*disk is full/)]);
      }
    });

    test('0 when only notes are lost', async () => {
      await writeFile(terminal.file('notes.csv'), 'a,b,c,d,more\n5.1,3.5,1.4,0.2,1\n');
      const { exit, said } = await withFull(2, 'preview', '--data', terminal.file('notes.csv'), '--model', 'iris');
      expect([exit, said]).toEqual([0, expect.stringContaining('more')]);
    });
  });

  test('1 when fsck finds damage, after its document', async () => {
    const folder = terminal.file('damaged');
    const words = ['--json', '--detached', '--workspace', folder];
    expect((await terminal.bare('import', join(fixtures, 'valid/softmax.onnx'), ...words)).exit).toBe(0);
    expect((await terminal.bare('fsck', ...words)).exit).toBe(0);
    const digest = await someObject(join(folder, 'objects'));
    const bytes = await readFile(digest);
    bytes[bytes.length - 1]! ^= 1;
    await chmod(digest, 0o644);
    await writeFile(digest, bytes);
    const outcome = await terminal.bare('fsck', ...words);
    expect(outcome.exit).toBe(1);
    const { damage } = onlyDocument<{ damage: { what: string; subject: string; hint: string }[] }>(outcome);
    expect(damage.length).toBeGreaterThan(0);
    expect(damage[0]!.what).toMatch(/\.$/);
  });

  test('4 when the program itself fails, in words and without a stack trace', async () => {
    // As soon as the program has its handlers; in NODE_OPTIONS double quotes only group.
    const throwWhenHandled =
      "if (process.listenerCount('uncaughtException') > 0) { clearInterval(timer); throw new Error('planted'); }";
    const planted = `data:text/javascript,const timer = setInterval(() => { ${throwWhenHandled} }, 5)`;
    await writeFile(terminal.file('four.csv'), 'a,b,c,d\n5.1,3.5,1.4,0.2\n');
    for (const json of [['--json'], []]) {
      const outcome = await terminal.runWith(
        { NODE_OPTIONS: `--import "${planted}"` },
        'preview',
        '--data',
        terminal.file('four.csv'),
        '--workspace',
        terminal.workspace,
        ...json,
      );
      expect(outcome.exit).toBe(4);
      expect(outcome.stdout + outcome.stderr).toContain('planted');
      expect(outcome.stdout + outcome.stderr).not.toContain('    at ');
      if (json.length > 0) expect(refusalOf(outcome).code).toBe('INTERNAL');
    }
  });

  test('130 when cancelled: no output, the way to resume is said, and resuming ends it', async () => {
    await writeFile(terminal.file('long.csv'), `a,b,c,d\n${'5.1,3.5,1.4,0.2\n'.repeat(60_000)}`);
    const out = terminal.file('long.out.csv');
    const words = [
      'predict',
      '--model',
      'iris',
      '--data',
      terminal.file('long.csv'),
      '--out',
      out,
      '--batch',
      '8',
      '--lanes',
      '1',
      '--json',
      '--workspace',
      terminal.workspace,
    ];
    const child = startProgram(words, terminal.folder);
    const ended = finished(child, words);
    await untilScoring();
    child.kill('SIGINT');
    const outcome = await ended;
    expect(outcome.exit).toBe(130);
    const refused = refusalOf(outcome);
    expect(refused.code).toBe('CANCELLED');
    const run = /--resume (run-\w+)/.exec(refused.said)![1]!;
    await expect(stat(out)).rejects.toThrow('ENOENT');
    expect(await terminal.json('runs', 'show', run)).toMatchObject({ status: 'cancelled', output: null });
    const resumed = await terminal.predict('--resume', run);
    expect(resumed).toMatchObject({ run, status: 'done', rows: { read: 60_000, failed: 0 }, output: out });
    expect(column(await readCsv(out), 'row')).toEqual(Array.from({ length: 60_000 }, (_, row) => String(row + 1)));
    expect(await terminal.refused('predict', '--resume', run)).toMatchObject({ exit: 3, code: 'NOT_ALLOWED_NOW' });
  });

  test('3 for a run or a job that is not there', async () => {
    for (const words of [
      ['runs', 'show', 'run-0'],
      ['predict', '--resume', 'run-0'],
      ['jobs', 'cancel', 'job-0'],
      ['jobs', 'resume', 'job-0'],
    ]) {
      expect(await terminal.refused(...words)).toMatchObject({ exit: 3, code: 'NOT_FOUND' });
    }
  });
});

async function untilScoring(): Promise<void> {
  for (;;) {
    const job = (await terminal.client.jobs.list()).find(
      ({ status, progress }) => status === 'running' && progress?.phase === 'scoring',
    );
    if (job && job.progress!.done > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function someObject(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const file = entries.find((entry) => entry.isFile())!;
  return join(file.parentPath, file.name);
}
