import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attach, type Attachment, type EngineClient } from '../../engine/launcher.ts';
import { samples } from './command-line.ts';
import { ask, connect, enter, openOne, type Answer, type OpenWindow, type Page } from './window.ts';

const shared = realpathSync(mkdtempSync(join(tmpdir(), 'drydock-shared-')));
const secretFolder = realpathSync(mkdtempSync(join(tmpdir(), 'drydock-secret-')));
let window: OpenWindow;
let secret: string;
let page: Page;
let client: EngineClient;
let host: Attachment;

beforeAll(async () => {
  writeFileSync(join(secretFolder, 'secret.csv'), 'secret\n1\n');
  mkdirSync(join(shared, 'data', 'deep'), { recursive: true });
  writeFileSync(join(shared, 'data', 'rows2.csv'), 'a,b\n1,2\n');
  writeFileSync(join(shared, 'data', 'rows10.csv'), 'a,b\n1,2\n');
  writeFileSync(join(shared, 'data', '.hidden.csv'), 'a\n1\n');
  writeFileSync(join(shared, 'data', '<img src=x onerror=alert(1)>.csv'), 'a\n1\n');
  symlinkSync(secretFolder, join(shared, 'out'));
  symlinkSync(join(secretFolder, 'secret.csv'), join(shared, 'secret.csv'));
  symlinkSync(join(shared, 'data'), join(shared, 'inside'));
  window = await openOne([shared]);
  secret = await enter(window);
  page = connect(window, secret);
  client = page.client;
  host = await attach(window.host.workspace);
});

afterAll(async () => {
  page.socket.terminate();
  host.detach();
  await window.close();
  for (const folder of [shared, secretFolder]) rmSync(folder, { recursive: true, force: true });
});

async function root(): Promise<string> {
  return (await client.files.roots())[0]!.root;
}

describe('a folder that is shared', () => {
  test('shows its names, and links only where they stay inside', async () => {
    const { entries } = await client.files.browse({ root: await root() });
    expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['data', 'folder'],
      ['inside', 'folder'],
      ['out', 'other'],
      ['secret.csv', 'other'],
    ]);
    const data = await client.files.browse({ root: await root(), path: 'data', from: 1, limit: 2 });
    expect([data.total, data.entries.map(({ name }) => name)]).toEqual([
      4,
      ['<img src=x onerror=alert(1)>.csv', 'rows2.csv'],
    ]);
    expect(data.entries[1]).toMatchObject({ kind: 'file', bytes: 8, changed: expect.any(String) });
  });

  const outside = [
    '..',
    '../',
    'data/../..',
    'data/../../x',
    'out',
    'out/secret.csv',
    'secret.csv',
    '/etc/passwd',
    '//etc',
    '..\\..',
    '%2e%2e',
    '%252e%252e%252f',
    'data/\0/../..',
    'data\0',
    '.',
    './data',
    'data//deep',
    'data/',
    '~',
  ];
  test.each(outside)('leads nowhere else by %j', async (path) => {
    const place = { root: await root(), path };
    for (const call of [() => client.files.browse(place), () => client.files.grantFrom(place)]) {
      const error = await call().then(
        (value: unknown) => value,
        (reason: { data: unknown }) => reason.data,
      );
      expect(error).toMatchObject({ code: 'FILE_MISSING' });
      expect(JSON.stringify(error)).not.toContain(secretFolder);
      expect(JSON.stringify(error)).not.toContain(shared);
    }
  });

  test('gives leave for what is below it, without its path', async () => {
    const grant = await client.files.grantFrom({ root: await root(), path: 'data/rows2.csv' });
    expect(grant).toEqual({ grant: expect.stringMatching(/^grant-/), name: 'rows2.csv', kind: 'input' });
    expect(await client.data.preview({ data: [grant.grant] })).toMatchObject({ format: 'csv', rows: 1 });
  });

  test('belongs to the pages of the host that shared it', async () => {
    const other = await host.openPage();
    const theirs = host.client;
    expect(await theirs.files.roots()).toEqual([]);
    await expect(theirs.files.browse({ root: await root() })).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } });
    await expect(client.files.browse({ root: 'root-000000000000' })).rejects.toMatchObject({
      data: { code: 'NOT_FOUND' },
    });
    other.close();
  });
});

function api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(window, path, {
    method,
    headers: {
      Origin: window.origin,
      Authorization: `Bearer ${secret}`,
      ...(body instanceof Uint8Array || body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
  });
}

async function begin(name: string, kind: 'file' | 'folder', bytes: number): Promise<string> {
  const answer = await api('POST', '/upload', { name, kind, bytes });
  expect(answer.status).toBe(201);
  return answer.json().upload as string;
}

function put(upload: string, path: string, body: string | Uint8Array, offset = 0): Promise<Answer> {
  const query = `path=${encodeURIComponent(path.toWellFormed())}`;
  return api('PUT', `/upload/${upload}/file?${query}`, Buffer.from(body), { 'Upload-Offset': String(offset) });
}

async function uploaded(name: string, content: string | Uint8Array): Promise<string> {
  const upload = await begin(name, 'file', Buffer.from(content).length);
  expect((await put(upload, '', content)).status).toBe(200);
  return (await api('POST', `/upload/${upload}/done`)).json().grant as string;
}

describe('an upload', () => {
  test('is a grant when all of it is here, and goes on where it broke off', async () => {
    const upload = await begin('rows.csv', 'file', 12);
    expect((await put(upload, '', 'a,b\n1,')).json()).toEqual({ offset: 6 });
    expect((await api('POST', `/upload/${upload}/done`)).status).toBe(409);
    expect((await put(upload, '', '2\n3,4\n', 0)).status).toBe(409);
    expect((await put(upload, '', '2\n3,4\n', 7)).status).toBe(409);
    const { offset } = (await api('GET', `/upload/${upload}/file`)).json() as { offset: number };
    expect((await put(upload, '', '2\n3,4\n', offset)).json()).toEqual({ offset: 12 });
    const grant = (await api('POST', `/upload/${upload}/done`)).json();
    expect(grant).toMatchObject({ name: 'rows.csv', kind: 'input' });
    expect(await client.data.preview({ data: [grant.grant as string] })).toMatchObject({ rows: 2 });
  });

  test('keeps the folders of a folder', async () => {
    const upload = await begin('photos', 'folder', 4);
    for (const path of ['cats/1.png', 'cats/2.png', 'dogs/1.png', 'dogs/a/b/c.png']) await put(upload, path, 'x');
    expect((await api('POST', `/upload/${upload}/done`)).json()).toMatchObject({ name: 'photos' });
    const folder = join(window.host.workspace, 'uploads', upload, 'files', 'photos');
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
    expect(names.toSorted()).toEqual(['cats/1.png', 'cats/2.png', 'dogs/1.png', 'dogs/a/b/c.png']);
  });

  const refused = ['..', '../x', 'a/../../x', '/etc/x', 'a//b', './x', 'a/.', '', `${'a/'.repeat(40)}b`];
  test.each(refused)('of a folder takes no file %j', async (path) => {
    const upload = await begin('folder', 'folder', 1);
    expect((await put(upload, path, 'x')).status).toBe(422);
  });

  const hostile = [
    '..\\..\\evil',
    'a\0b',
    'line\nfeed',
    '\u202egnp.exe',
    '%2e%2e%2fevil',
    'x'.repeat(300),
    '..%00',
    '\ud800',
  ];
  test.each(hostile)('gives a file called %j a plain name inside its folder', async (name) => {
    for (const [kind, path] of [
      ['file', ''],
      ['folder', name],
    ] as const) {
      const upload = await begin(kind === 'file' ? name : 'folder', kind, 1);
      expect((await put(upload, path, 'x')).status).toBe(200);
      expect((await api('GET', `/upload/${upload}/file?path=${encodeURIComponent(path.toWellFormed())}`)).status).toBe(
        200,
      );
      expect((await api('POST', `/upload/${upload}/done`)).status).toBe(200);
      const home = join(window.host.workspace, 'uploads', upload);
      const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      expect(files).toHaveLength(2);
      for (const file of files) expect(file.name).not.toMatch(/[\p{Cc}\\\u202e]/u);
    }
    expect(readdirSync(join(window.host.workspace, 'uploads')).every((entry) => entry.startsWith('upload-'))).toBe(
      true,
    );
  });

  test('does not follow what is in the way, and two names stay two files', async () => {
    const upload = await begin('folder', 'folder', 2);
    const home = join(window.host.workspace, 'uploads', upload, 'files', 'folder');
    symlinkSync(join(secretFolder, 'secret.csv'), join(home, 'link.csv'));
    expect((await put(upload, 'link.csv', 'x')).status).toBeGreaterThanOrEqual(400);
    expect(readFileSync(join(secretFolder, 'secret.csv'), 'utf8')).toBe('secret\n1\n');
    expect((await put(upload, 'a\\b', '1')).status).toBe(200);
    expect((await put(upload, 'a\nb', '2')).status).toBe(200);
    expect(readdirSync(home)).toHaveLength(3);
  });

  test('takes no more than was announced, and nothing that does not fit on the disk', async () => {
    const upload = await begin('small.csv', 'file', 3);
    expect((await put(upload, '', 'four')).status).toBe(422);
    const huge = await api('POST', '/upload', { name: 'huge.csv', kind: 'file', bytes: Number.MAX_SAFE_INTEGER });
    expect([huge.status, (huge.json().error as { code: string }).code]).toEqual([507, 'DISK_FULL']);
    for (const bytes of [-1, 1.5, '7', null, Number.NaN]) {
      expect((await api('POST', '/upload', { name: 'x', kind: 'file', bytes })).status).toBe(400);
    }
    const long = await api('POST', '/upload', { name: 'x'.repeat(100_000), kind: 'file', bytes: 1 });
    expect(long.status).toBe(422);
  });

  test.each(['upload-1', '..', `upload-${'0'.repeat(32)}`, '%2e%2e', `upload-${'0'.repeat(31)}%2f`])(
    'is not %s',
    async (id) => {
      for (const [method, path] of [
        ['GET', ''],
        ['PUT', '/file'],
        ['POST', '/done'],
        ['DELETE', ''],
      ] as const) {
        const answer = await api(method, `/upload/${id}${path}`, undefined, { 'Upload-Offset': '0' });
        expect([400, 404]).toContain(answer.status);
        expect(answer.body.toString()).not.toContain(window.folder);
      }
    },
  );

  test('needs the secret, whatever else is known', async () => {
    const upload = await begin('mine.csv', 'file', 1);
    for (const Authorization of ['', 'Bearer x', `Bearer ${'x'.repeat(43)}`, `Basic ${secret}`]) {
      for (const [method, path] of [
        ['GET', ''],
        ['GET', '/file'],
        ['PUT', '/file'],
        ['POST', '/done'],
        ['DELETE', ''],
      ] as const) {
        expect(
          (await api(method, `/upload/${upload}${path}`, undefined, { Authorization, 'Upload-Offset': '0' })).status,
        ).toBe(401);
      }
    }
  });
});

const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
const html = '<!doctype html><script>alert(1)</script>';

describe('a resource', () => {
  test('is a picture by its bytes, in a shape that can only be a picture', async () => {
    const grant = (await host.client.files.grantInput({ path: join(samples, 'digits/data/test') })).grant;
    const { total, pictures } = await client.resources.pictures({ of: { grant }, from: 0, limit: 3, size: 96 });
    expect([total, pictures.length]).toEqual([500, 3]);
    expect(JSON.stringify(pictures)).not.toContain(samples);
    const small = await ask(window, `/resource/${pictures[0]!.resource}`);
    expect(small.headers).toMatchObject({
      'content-type': 'image/webp',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*sandbox/),
      'cross-origin-resource-policy': 'same-origin',
    });
    const { resource } = await client.resources.picture({ of: { grant }, index: 1, size: 'original' });
    const whole = await ask(window, `/resource/${resource}`);
    expect(whole.headers['content-type']).toBe('image/png');
    const part = await ask(window, `/resource/${resource}`, { headers: { Range: 'bytes=1-3' } });
    expect([part.status, part.body.toString()]).toEqual([206, 'PNG']);
    expect((await client.resources.picture({ of: { grant }, index: 1, size: 'original' })).resource).toBe(resource);
    await expect(client.resources.picture({ of: { grant }, index: 500, size: 96 })).rejects.toMatchObject({
      data: { code: 'NOT_FOUND' },
    });
  });

  test.each([
    ['a picture of SVG', 'drawing.svg', svg],
    ['SVG called PNG', 'drawing.png', svg],
    ['a page called JPEG', 'page.jpg', html],
    ['a page with a picture in front of it', 'both.png', `\u0089PNG${html}`],
  ])('is never %s', async (_, name, content) => {
    const grant = await uploaded(name, content);
    for (const size of ['original', 96] as const) {
      const found = await client.resources.picture({ of: { grant }, index: 0, size }).catch(() => null);
      if (found === null) continue;
      const answer = await ask(window, `/resource/${found.resource}`);
      expect(answer.status).toBe(422);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      expect(answer.body.toString()).not.toContain('alert');
      expect(answer.body.toString()).not.toContain(window.folder);
      const shown = await ask(window, `/resource/${found.resource}`, { headers: { accept: 'image/avif,image/*,*/*' } });
      expect([shown.status, shown.body.length]).toEqual([204, 0]);
    }
  });

  test('that begins as a picture and goes on as a page is served as the picture', async () => {
    const photos = join(samples, 'digits/data/test');
    const [name] = readdirSync(photos, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.png'));
    const png = readFileSync(join(photos, name!));
    const grant = await uploaded('polyglot.png', Buffer.concat([png, Buffer.from(html)]));
    const { resource } = await client.resources.picture({ of: { grant }, index: 0, size: 'original' });
    const answer = await ask(window, `/resource/${resource}`, { headers: { Accept: 'text/html' } });
    expect(answer.headers['content-type']).toBe('image/png');
    expect(answer.headers['content-security-policy']).toMatch(/sandbox/);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  const strangers = [
    'x',
    'a'.repeat(43),
    '..',
    '../workspace.db',
    '..%2fworkspace.db',
    '%252e%252e',
    'C:%5c',
    '%00',
    `${'a'.repeat(42)}%2f`,
  ];
  test.each(strangers)('is not %s', async (id) => {
    const answer = await ask(window, `/resource/${id}`);
    expect([400, 404]).toContain(answer.status);
    expect(answer.body.toString()).not.toContain(window.folder);
  });

  test('to be kept comes under a name that ends no header', async () => {
    const { grant } = await host.client.files.grantInput({ path: join(samples, 'bikes/v1/model.onnx') });
    await client.models.import({ grant, name: 'bikes' });
    const data = await host.client.files.grantInput({ path: join(samples, 'bikes/data/test.csv') });
    const run = await client.runs.start({ models: [{ ref: 'bikes@1' }], data: [data.grant] });
    for await (const _ of await client.jobs.watch({ job: run.job }));
    const download = await client.resources.download({ run: run.run, format: 'csv' });
    const answer = await ask(window, `/resource/${download.resource}`);
    expect(answer.headers['content-disposition']).toBe(
      `attachment; filename="${run.run}.csv"; filename*=UTF-8''${run.run}.csv`,
    );
    expect([answer.headers['content-type'], answer.body.length]).toEqual(['text/csv; charset=utf-8', download.bytes]);
    const told = JSON.stringify([run, await client.runs.get({ run: run.run }), await client.jobs.list(), download]);
    for (const place of [samples, window.folder, shared]) expect(told).not.toContain(place);
  });
});

test('a page is told no path of a file that is gone, broken or of another kind', async () => {
  const broken = join(secretFolder, 'broken.onnx');
  writeFileSync(broken, 'no model');
  const gone = await host.client.files.grantInput({ path: join(secretFolder, 'gone', 'rows.csv') });
  const model = await host.client.files.grantInput({ path: broken });
  const json = join(secretFolder, 'list.json');
  writeFileSync(json, '[{"a": 1}]');
  const list = await host.client.files.grantInput({ path: json });
  const calls = [
    client.data.preview({ data: [gone.grant] }),
    client.data.preview({ data: [model.grant] }),
    client.data.preview({ data: [list.grant] }),
    client.models.import({ grant: model.grant }),
    client.models.import({ grant: gone.grant }),
    client.resources.picture({ of: { grant: gone.grant }, index: 0, size: 96 }),
  ];
  for (const call of await Promise.allSettled(calls)) {
    const told = call.status === 'fulfilled' ? call.value : (call.reason as Error);
    expect(`${JSON.stringify(told)} ${String(told)}`).not.toContain(secretFolder);
  }
  expect(JSON.stringify([await client.jobs.list(), await client.data.datasets()])).not.toContain(secretFolder);
});

test('an engine that is killed comes back, and pages are told to connect again', async () => {
  const { pid, epoch } = await client.engine.status();
  process.kill(pid, 'SIGKILL');
  expect(await page.closed).toBe(4001);
  const again = connect(window, secret);
  expect(await again.client.engine.status()).toMatchObject({ epoch: epoch + 1 });
  expect(await again.client.files.roots()).toHaveLength(1);
  expect(window.news).toMatchObject({ lost: 1, back: 1 });
  again.socket.terminate();
});
