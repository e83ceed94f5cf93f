import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { until } from '../crash/processes.ts';
import { scored } from '../window/made.ts';
import { root, samples, test, useDesktop } from './desktop.ts';

/** What the browser says of an attack that was stopped. */
const stopped = /Content Security Policy|Refused to|Failed to load resource|Not allowed to|ERR_|blocked|permission/i;
const desktop = useDesktop({ expected: stopped });

/** A site on the same machine, which notes who came. */
let elsewhere: Server;
let site = '';
const visits: string[] = [];

beforeAll(async () => {
  elsewhere = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>Elsewhere</title>');
  });
  await new Promise<void>((resolve) => {
    elsewhere.listen(0, '127.0.0.1', resolve);
  });
  site = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  if (inject('electron') !== '') await desktop.start();
});
afterAll(() => {
  elsewhere.closeAllConnections();
  elsewhere.close();
});

test('Node cannot be reached from the page, by any name', async () => {
  const found = await desktop.page.evaluate(`(() => {
    const names = ['require', 'process', 'module', 'exports', 'Buffer', 'global', 'electron', 'ipcRenderer', '__dirname'];
    const reached = names.filter((name) => { try { return typeof globalThis[name] !== 'undefined'; } catch { return true; } });
    for (const value of [drydock, ...Object.values(drydock)]) {
      const made = value.constructor.constructor;
      try { if (made('return typeof require !== "undefined" || typeof process !== "undefined"')()) reached.push('constructor'); } catch {}
    }
    return reached;
  })()`);
  expect(found).toEqual([]);
});

test('the page is given a handful of named functions, frozen, and nothing else of the program', async () => {
  const names = (await desktop.page.evaluate(
    'Object.entries(drydock).map(([name, value]) => `${name}: ${typeof value}`)',
  )) as string[];
  expect(names.toSorted()).toEqual(
    [
      'chooseFiles',
      'connect',
      'grantFiles',
      'onCommand',
      'onOpened',
      'onShowRun',
      'reveal',
      'saveResource',
      'showMenu',
    ].map((name) => `${name}: function`),
  );
  expect(
    await desktop.page.evaluate('(() => { try { drydock.connect = 1; } catch {} return typeof drydock.connect; })()'),
  ).toBe('function');
});

test('the window has the settings that this rests on', async () => {
  const settings = await desktop.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents;
    return (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences();
  });
  expect(settings).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });
  expect(settings.nodeIntegrationInWorker ?? false).toBe(false);
  expect(settings.allowRunningInsecureContent ?? false).toBe(false);
  expect(settings.experimentalFeatures ?? false).toBe(false);
});

test.each([
  ['an address', (to: string) => `location.href = '${to}'`],
  ['a link', (to: string) => `add('a', { href: '${to}' }).click()`],
  ['a form', (to: string) => `add('form', { action: '${to}' }).submit()`],
  ['a refresh', (to: string) => `add('meta', { httpEquiv: 'refresh', content: '0; url=${to}' })`],
  ['a new window', (to: string) => `window.open('${to}')`],
  ['a link to a new window', (to: string) => `add('a', { href: '${to}', target: '_blank' }).click()`],
  ['a frame', (to: string) => `add('iframe', { src: '${to}' })`],
  ['a webview', (to: string) => `add('webview', { src: '${to}' })`],
])('nothing leads elsewhere by %s', async (_name, attack) => {
  const { page, app } = desktop;
  const stays = page.url();
  const secret = join(desktop.folder, 'secret.html');
  writeFileSync(secret, '<title>secret</title>');
  visits.length = 0;
  for (const to of [
    `${site}/x`,
    `file://${secret}`,
    'javascript:globalThis.__pwned = 1',
    'data:text/html,x',
    'drydock://other/',
  ])
    await page.evaluate(inPage(attack(to)));
  await page.waitForTimeout(400);
  expect(page.url()).toBe(stays);
  expect(visits).toEqual([]);
  expect(await page.evaluate('globalThis.__pwned ?? null')).toBe(null);
  expect(app.windows()).toHaveLength(1);
  const frames = page.frames().slice(1);
  expect(frames.filter((frame) => frame.url().startsWith('file:') || frame.url().startsWith(site))).toEqual([]);
  expect(await page.getByText('Engine on this machine').isVisible()).toBe(true);
});

test('the network is closed to the program itself, whatever asks', async () => {
  visits.length = 0;
  const answer = await desktop.app.evaluate(
    ({ session }, to) =>
      new Promise<string>((resolve) => {
        session.defaultSession
          .fetch(to)
          .then(() => resolve('answered'))
          .catch((error: Error) => resolve(error.message));
      }),
    `${site}/x`,
  );
  expect(answer).toMatch(/ERR_BLOCKED_BY_CLIENT/);
  expect(visits).toEqual([]);
});

test('no permission is given but the one for the copy button', async () => {
  const { page } = desktop;
  const states = await page.evaluate(`Promise.all(
    ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'persistent-storage', 'clipboard-read'].map(async (name) => {
      try { return [name, (await navigator.permissions.query({ name })).state]; } catch (error) { return [name, error.name]; }
    }))`);
  expect((states as [string, string][]).filter(([, state]) => state === 'granted')).toEqual([]);
  const asked = await page.evaluate(`Promise.all([
    navigator.mediaDevices?.getUserMedia({ audio: true, video: true }).then(() => 'camera', () => 'no'),
    new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve('place'), () => resolve('no'))),
    Notification.requestPermission().then((word) => (word === 'granted' ? 'notifications' : 'no')),
    navigator.clipboard.readText().then(() => 'clipboard', () => 'no'),
    navigator.mediaDevices?.getDisplayMedia({ video: true }).then(() => 'screen', () => 'no'),
    navigator.usb?.requestDevice({ filters: [] }).then(() => 'usb', () => 'no'),
  ])`);
  expect((asked as string[]).filter((word) => word !== 'no' && word !== null)).toEqual([]);
});

test('messages are heard from the document of the window alone', async () => {
  const heard = await desktop.app.evaluate(
    async ({ BrowserWindow, ipcMain }, preload) => {
      // Another window, as an attacker who could open one would have it: same preload, another address.
      const other = new BrowserWindow({
        show: false,
        webPreferences: { preload, sandbox: true, contextIsolation: true },
      });
      await other.loadURL('data:text/html,<title>forged</title>').catch(() => undefined);
      const answers = await other.webContents.executeJavaScript(`Promise.all([
      drydock.chooseFiles('files'), drydock.saveResource('${'x'.repeat(43)}'), drydock.reveal({ kind: 'workspace' }), drydock.grantFiles([]),
    ].map((asked) => asked.catch((error) => error.message)))`);
      const before = ipcMain.listenerCount('drydock:connect');
      other.destroy();
      return { answers: answers as unknown[], before };
    },
    join(root, 'dist/electron/preload.cjs'),
  );
  expect(heard.before).toBe(1);
  for (const answer of heard.answers)
    expect(answer).toEqual({
      problem: expect.objectContaining({ message: 'This is not asked by the window itself.' }),
    });
});

test('inputs of another shape are refused, and a file that the page made itself is none', async () => {
  const answers = (await desktop.page.evaluate(`Promise.all([
    drydock.chooseFiles('everything'),
    drydock.saveResource('../../etc/passwd'),
    drydock.reveal({ kind: 'path', path: '/etc/passwd' }),
    drydock.grantFiles([new File(['x'], '/etc/passwd')]),
    drydock.grantFiles(['/etc/passwd']),
    drydock.grantFiles([{ path: '/etc/passwd' }]),
  ].map((asked) => asked.then((answer) => (answer.problem ? 'refused' : answer), () => 'refused')))`)) as unknown[];
  expect(answers).toEqual(answers.map(() => 'refused'));
});

test('the scheme serves the files of the page and resources by their id, and nothing beside them', async () => {
  symlinkSync('/etc/passwd', join(desktop.folder, 'link.js'));
  const paths = [
    '../main.cjs',
    '..%2felectron%2fmain.cjs',
    '%2e%2e/electron/main.cjs',
    'assets/..%2f..%2f..%2fpackage.json',
    'assets/%5c..%5c..%5cpackage.json',
    '/etc/passwd',
    '//etc/passwd',
    'file:///etc/passwd',
    'assets/%00.js',
    '.vite/manifest.json',
    'resource/..%2f..%2fetc%2fpasswd',
    `resource/${'x'.repeat(43)}`,
    'assets',
    'package.json',
  ];
  const answers = (await desktop.page.evaluate(
    `Promise.all(${JSON.stringify(paths)}.map((path) => fetch(path).then(async (answer) => [path, answer.status, (await answer.text()).length], () => [path, 0, 0])))`,
  )) as [string, number, number][];
  expect(answers.filter(([, status, length]) => (status < 400 && status !== 0) || length > 0)).toEqual([]);
  const methods = (await desktop.page.evaluate(
    `Promise.all(['POST', 'PUT', 'DELETE'].map((method) => fetch('./', { method }).then((answer) => answer.status)))`,
  )) as number[];
  expect(methods).toEqual([405, 405, 405]);
});

test('a resource is served in ranges, as the type it has, and never as a document', async () => {
  const client = await desktop.client();
  const run = await scored(client, [join(samples, 'income/v1/model.onnx')], [join(samples, 'income/data/test.csv')]);
  const { resource, bytes } = await client.resources.download({ run, view: {}, format: 'csv' });
  desktop.detach();
  const ask = (range: string): Promise<[number, string | null, string, string | null]> =>
    desktop.page.evaluate(
      `fetch('resource/${resource}', ${range === '' ? '{}' : JSON.stringify({ headers: { range } })}).then(async (answer) =>
        [answer.status, answer.headers.get('content-range'), await answer.text(), answer.headers.get('content-security-policy')])`,
    );
  const whole = await ask('');
  expect(whole[0]).toBe(200);
  expect(Buffer.byteLength(whole[2])).toBe(bytes);
  expect(whole[3]).toContain('sandbox');
  expect((await ask('bytes=0-9')).slice(0, 3)).toEqual([206, `bytes 0-9/${bytes}`, whole[2].slice(0, 10)]);
  expect((await ask('bytes=-5'))[2]).toBe(whole[2].slice(-5));
  expect((await ask(`bytes=${bytes}-`))[0]).toBe(416);
  await desktop.page.evaluate(inPage(`location.href = 'resource/${resource}'`));
  await desktop.page.waitForTimeout(300);
  expect(desktop.page.url()).toMatch(/^drydock:\/\/app\/(#|$)/);
});

test('the page is answered with its policy, and with what isolates it', async () => {
  const headers = (await desktop.page.evaluate(
    `fetch('./').then((answer) => Object.fromEntries(answer.headers.entries()))`,
  )) as Record<string, string>;
  expect(headers['content-security-policy']).toMatch(/default-src 'none'/);
  expect(headers['content-security-policy']).not.toMatch(/'unsafe-eval'|'unsafe-inline'|https?:/);
  expect(headers).toMatchObject({
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'x-content-type-options': 'nosniff',
  });
  expect(await desktop.page.evaluate('crossOriginIsolated')).toBe(true);
});

test('a message that no page of ours sends ends its connection, and the window gets another', async () => {
  const { page } = desktop;
  const ended = await page.evaluate(`new Promise((resolve) => {
    // The page's own code closes a port that it did not ask for.
    const { close } = MessagePort.prototype;
    MessagePort.prototype.close = () => {};
    addEventListener('message', (event) => {
      const { data, ports } = event;
      if (data.id !== 'forged') return;
      ports[0].addEventListener('message', ({ data }) => { if (data.ended) { MessagePort.prototype.close = close; resolve('ended'); } });
      ports[0].start();
      ports[0].postMessage('x'.repeat(2 << 20));
      setTimeout(() => resolve('open'), 10000);
    });
    drydock.connect('forged');
  })`);
  expect(ended).toBe('ended');
  await until('the window works', () => page.getByText('Engine on this machine').isVisible());
});

/** An attack as a script that got into the page would make it; from a timer, because the debugger's own code is above the policy. */
function inPage(attack: string): string {
  return `void setTimeout(() => {
    const add = (name, values) => document.body.appendChild(Object.assign(document.createElement(name), values));
    try { void (${attack}); } catch {}
  }, 0)`;
}
