import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectFromArchive, collectModelFiles, unpackModelArchive } from '../../../engine/models/index.ts';
import { model, node, refusalOf, temporaryFolder, write } from './model-builder.ts';
import { zip, type ZipEntry } from './zip-builder.ts';

const root = temporaryFolder();
const onnx = model({ node: [node('Relu', ['x'], ['y'])] });

/** A folder with the given files; a name with a slash stands in a folder of its own. */
function folderWith(files: Record<string, Uint8Array | string>): string {
  const folder = mkdtempSync(join(root, 'f'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    write(folder, content, name);
  }
  return folder;
}

describe('what belongs to a dropped file', () => {
  test('recipe and labels that bear its name go along, those of others do not', async () => {
    const folder = folderWith({
      'a.onnx': onnx,
      'b.onnx': onnx,
      'a.recipe.json': '{}',
      'recipe.json': '{}',
      'a.labels.txt': 'no\nyes\n',
      'labels.txt': 'other',
    });
    const found = await collectModelFiles(join(folder, 'a.onnx'));
    expect(found).toEqual({
      model: join(folder, 'a.onnx'),
      folder,
      files: [{ path: 'a.onnx', absolute: join(folder, 'a.onnx'), bytes: onnx.length }],
      recipe: join(folder, 'a.recipe.json'),
      labels: ['no', 'yes'],
      notes: [],
    });
    const other = await collectModelFiles(join(folder, 'b.onnx'));
    expect([other.recipe, other.labels]).toEqual([null, null]);
  });

  test('recipe.json goes along when no other model is beside it', async () => {
    const folder = folderWith({ 'a.onnx': onnx, 'recipe.json': '{}' });
    expect((await collectModelFiles(join(folder, 'a.onnx'))).recipe).toBe(join(folder, 'recipe.json'));
  });

  test('a model is a model under any name, and a name makes nothing a model', async () => {
    const folder = folderWith({ 'weights.bin': onnx, 'table.onnx': 'a,b\n1,2\n' });
    expect((await collectModelFiles(join(folder, 'weights.bin'))).files).toHaveLength(1);
    expect((await refusalOf(collectModelFiles(join(folder, 'table.onnx')))).message).toContain(
      'a text file with columns',
    );
  });
});

describe('the model in a dropped folder', () => {
  test('the only ONNX file is taken, with recipe and labels of the folder', async () => {
    const folder = folderWith({ 'net.onnx': onnx, 'recipe.json': '{}', 'labels.txt': '\uFEFFcat\r\ndog\r\n\r\n' });
    const found = await collectModelFiles(folder);
    expect(found.model).toBe(join(folder, 'net.onnx'));
    expect(found.labels).toEqual(['cat', 'dog']);
    expect(found.recipe).toBe(join(folder, 'recipe.json'));
  });

  test('the one in onnx/ is taken, with the recipe above it', async () => {
    const folder = folderWith({
      'onnx/model.onnx': onnx,
      'onnx/model_int8.onnx': onnx,
      'config.json': '{}',
      'my.recipe.json': '{}',
    });
    const found = await collectModelFiles(folder);
    expect(found.model).toBe(join(folder, 'onnx', 'model.onnx'));
    expect(found.files[0]?.path).toBe('model.onnx');
    expect(found.recipe).toBe(join(folder, 'my.recipe.json'));
    expect(found.notes[0]).toContain('model_int8.onnx');
  });

  test('several without a model.onnx are refused and listed', async () => {
    const found = await refusalOf(collectModelFiles(folderWith({ 'a.onnx': onnx, 'b.onnx': onnx })));
    expect(found.message).toContain('2 ONNX files: a.onnx, b.onnx');
  });

  test('a folder in a folder, as archives hold them, is entered', async () => {
    const folder = folderWith({ 'release/net.onnx': onnx, '__MACOSX/._net.onnx': 'x', '.DS_Store': 'x' });
    expect((await collectModelFiles(folder)).model).toBe(join(folder, 'release', 'net.onnx'));
  });

  test('a folder with a foreign model is answered with its export command', async () => {
    const found = await refusalOf(
      collectModelFiles(
        folderWith({ 'notes.txt': 'hello', 'model.pkl': Buffer.from('\x80\x04\x95\x00sklearn.x', 'latin1') }),
      ),
    );
    expect(found.code).toBe('FORMAT_NOT_SUPPORTED');
    expect(found.hint).toContain('model.pkl');
    expect((await refusalOf(collectModelFiles(folderWith({ 'notes.txt': 'hello' })))).code).toBe('FORMAT_UNKNOWN');
  });

  test('labels with blank lines between them, or no text at all, are left out and noted', async () => {
    for (const labels of ['a\n\nb\n', Buffer.from([0xff, 0xfe, 0x41])]) {
      const found = await collectModelFiles(folderWith({ 'a.onnx': onnx, 'labels.txt': labels }));
      expect(found.labels).toBeNull();
      expect(found.notes).toHaveLength(1);
    }
  });
});

describe('archives', () => {
  const bounds = { files: 20, bytes: 100_000 };
  const unpack = (entries: ZipEntry[], limits = bounds) => {
    const folder = mkdtempSync(join(root, 'z'));
    const into = join(folder, 'into');
    return { into, done: unpackModelArchive(write(folder, zip(entries), 'a.zip'), into, limits) };
  };

  test('files, folders and archives inside are unpacked as they are', async () => {
    const inner = zip([{ name: 'x', content: 'x' }]);
    const { into, done } = unpack([
      { name: 'm/' },
      { name: 'm/net.onnx', content: onnx, mode: 0o100644 },
      { name: './m/in.zip', content: inner, method: 0 },
    ]);
    expect(await done).toEqual({ files: 2, bytes: onnx.length + inner.length });
    expect(readFileSync(join(into, 'm', 'net.onnx'))).toEqual(Buffer.from(onnx));
    expect(readFileSync(join(into, 'm', 'in.zip'))).toEqual(inner);
    expect((await collectModelFiles(into)).model).toBe(join(into, 'm', 'net.onnx'));
  });

  test('refusals name the archive, and an export command unpacks it first, wherever it lies', async () => {
    const folder = mkdtempSync(join(root, "it's here "));
    const refused = async (name: string, entries: ZipEntry[]) => {
      const path = write(folder, zip(entries), `${name}.zip`);
      return { path, ...(await refusalOf(collectFromArchive(path, join(folder, name, 'unpacked'), bounds))) };
    };
    const two = await refused('two', [
      { name: 'a.onnx', content: onnx },
      { name: 'b.onnx', content: onnx },
    ]);
    expect(two).toMatchObject({
      message: 'two.zip holds 2 ONNX files: a.onnx, b.onnx.',
      subject: two.path,
      hint: 'Unpack the archive and give one of these files.',
    });
    const pickled = await refused('sk', [{ name: 'm/m.pkl', content: Buffer.from('gAR9lC4=', 'base64') }]);
    const shell = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;
    expect(pickled.subject).toBe(pickled.path);
    expect(pickled.hint).not.toContain('unpacked');
    const command = pickled.hint?.split('\n')[1];
    expect(command).toMatch(/^python -m zipfile -e .* && python -c /);
    expect(command).toContain(`-e ${shell(pickled.path)} ${shell(join(folder, 'sk'))} && `);
    expect(
      command?.endsWith(` ${shell(join(folder, 'sk', 'm', 'm.pkl'))} ${shell(join(folder, 'sk', 'm', 'm.onnx'))}`),
    ).toBe(true);
  });

  test.each<[string, ZipEntry[], string]>([
    ['a way out', [{ name: '../evil' }], 'MODEL_INVALID'],
    ['a way out in the middle', [{ name: 'a/../../evil' }], 'MODEL_INVALID'],
    ['a way out with backslashes', [{ name: 'a\\..\\..\\evil' }], 'MODEL_INVALID'],
    ['an absolute path', [{ name: '/etc/evil' }], 'MODEL_INVALID'],
    ['a drive letter', [{ name: 'C:evil' }], 'MODEL_INVALID'],
    ['a NUL in a name', [{ name: 'a\0b' }], 'MODEL_INVALID'],
    ['a link', [{ name: 'link', content: '/etc/passwd', mode: 0o120777 }], 'MODEL_INVALID'],
    ['a device', [{ name: 'dev', mode: 0o020666 }], 'MODEL_INVALID'],
    ['an encrypted entry', [{ name: 'secret', content: 'abc', flags: 1 }], 'MODEL_INVALID'],
    ['an unknown packing', [{ name: 'odd', content: 'abc', method: 93 }], 'MODEL_INVALID'],
    ['names that differ by case', [{ name: 'Model.onnx' }, { name: 'model.ONNX' }], 'MODEL_INVALID'],
    ['names that differ by Unicode form', [{ name: '\u00e9' }, { name: 'e\u0301' }], 'MODEL_INVALID'],
    ['a file that is a folder too', [{ name: 'a' }, { name: 'A/b' }], 'MODEL_INVALID'],
    ['too many entries', Array.from({ length: 21 }, (_, index) => ({ name: `f${index}` })), 'MODEL_LIMIT'],
    ['too many bytes', [{ name: 'bomb', content: Buffer.alloc(100_001) }], 'MODEL_LIMIT'],
    [
      'too many bytes together',
      [
        { name: 'one', content: Buffer.alloc(60_000) },
        { name: 'two', content: Buffer.alloc(60_000) },
      ],
      'MODEL_LIMIT',
    ],
    ['a size that is a lie', [{ name: 'bomb', content: Buffer.alloc(90_000), claimed: 10 }], 'FILE_UNREADABLE'],
  ])('%s is refused and nothing remains', async (_, entries, code) => {
    const { into, done } = unpack([{ name: 'good', content: 'good' }, ...entries]);
    expect((await refusalOf(done)).code).toBe(code);
    expect(existsSync(into)).toBe(false);
    expect(existsSync(join(into, '..', 'evil'))).toBe(false);
  });

  test('a damaged archive is refused, cut off anywhere or changed anywhere', async () => {
    const whole = zip([
      { name: 'a', content: 'a'.repeat(500) },
      { name: 'b/c', content: 'c'.repeat(500) },
    ]);
    const folder = mkdtempSync(join(root, 'd'));
    let refused = 0;
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      for (const bytes of [whole.subarray(0, at), changed]) {
        const into = join(folder, 'into');
        const done = unpackModelArchive(write(folder, bytes, 'cut.zip'), into, bounds);
        const refusal = await done.then(
          () => null,
          (error: unknown) => refusalOf(Promise.reject(error as Error)),
        );
        refused += refusal === null ? 0 : 1;
        expect(refusal?.message ?? '.').toMatch(/\.$/);
        expect(existsSync(into)).toBe(refusal === null);
        rmSync(into, { recursive: true, force: true });
      }
    }
    expect(refused).toBeGreaterThan(whole.length);
  });

  test('a folder that holds something is left alone', async () => {
    const folder = folderWith({ 'mine.txt': 'mine' });
    const path = write(root, zip([{ name: 'a', content: 'a' }]), 'into.zip');
    expect((await refusalOf(unpackModelArchive(path, folder, bounds))).code).toBe('ALREADY_EXISTS');
    expect(readdirSync(folder)).toEqual(['mine.txt']);
  });
});
