import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { root, test, useDesktop } from './desktop.ts';

/** What Chromium says of an attack that was stopped. */
const desktop = useDesktop({
  expected:
    /Content Security Policy|Refused to|Failed to load resource|Not allowed to load|Not allowed to navigate|ERR_|permission|Permission|is not allowed/,
});

let elsewhere: Server;
let site = '';
let visits = 0;

beforeAll(async () => {
  elsewhere = createServer((_request, response) => {
    visits += 1;
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.end('<!doctype html><title>Elsewhere</title>');
  });
  await new Promise<void>((resolve) => {
    elsewhere.listen(0, '127.0.0.1', resolve);
  });
  site = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  if (desktop.folder !== '') await desktop.start();
});
beforeEach(() => {
  visits = 0;
});
afterAll(() => {
  elsewhere.closeAllConnections();
  elsewhere.close();
});

test('nothing of Node or Electron can be reached from the page, only the few functions of the bridge', async () => {
  const found = await desktop.page.evaluate<Record<string, unknown>>(`({
    names: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer', '__dirname', 'setImmediate'].filter((name) => name in globalThis),
    bridge: Object.keys(globalThis.drydock).sort(),
    path: 'path' in File.prototype,
    frozen: (() => { try { globalThis.drydock.connect = 1; } catch {} return typeof globalThis.drydock.connect; })(),
    reach: (() => { try { return globalThis.drydock.connect.constructor('return typeof process')(); } catch { return 'no function'; } })(),
  })`);
  expect(found).toEqual({
    names: [],
    bridge: [
      'chooseFiles',
      'connect',
      'grantFiles',
      'onCommand',
      'onOpened',
      'onShowRun',
      'reveal',
      'saveResource',
      'showMenu',
    ],
    path: false,
    frozen: 'function',
    reach: 'undefined',
  });
});

test.each([
  ['another site', () => `location.href = '${site}/taken'`],
  ['a file', () => `location.href = 'file:///etc/passwd'`],
  ['a script', () => `location.href = 'javascript:document.title="taken"'`],
  ['a document made of text', () => `location.href = 'data:text/html,taken'`],
  ['another host of the scheme', () => `location.href = 'drydock://elsewhere/'`],
  ['a link to another site', () => `click({ href: '${site}/taken' })`],
  ['a link to a file', () => `click({ href: 'file:///etc/passwd' })`],
  ['a link that is a script', () => `click({ href: 'javascript:document.title="taken"' })`],
  ['a link that opens a window', () => `click({ href: '${site}/taken', target: '_blank' })`],
  ['a window', () => `globalThis.opened = window.open('${site}/taken')`],
  ['a window over the page itself', () => `globalThis.opened = window.open(location.href)`],
  ['a form', () => `submit('${site}/taken')`],
])('the window does not go elsewhere by %s', async (_name, attack) => {
  const { page, app } = desktop;
  await page.evaluate(`(() => {
    const click = (given) => { const link = Object.assign(document.createElement('a'), given); document.body.append(link); link.click(); link.remove(); };
    const submit = (action) => { const form = Object.assign(document.createElement('form'), { action, method: 'post' }); document.body.append(form); form.submit(); form.remove(); };
    try { ${attack()} } catch {}
  })()`);
  // Playwright would wait for a navigation that was denied: from here on only the main process is asked.
  const words = await app.evaluate(async ({ BrowserWindow }) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    return (await webContents.executeJavaScript(
      `JSON.stringify([document.body.innerText.includes('Engine on this machine'), globalThis.opened ?? null])`,
    )) as string;
  });
  const windows = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => ({ url: window.webContents.getURL(), title: window.getTitle() })),
  );
  expect(windows).toHaveLength(1);
  expect(windows[0]!.url).toMatch(/^drydock:\/\/app\//);
  expect(windows[0]!.title).not.toContain('taken');
  expect(words).toBe('[true,null]');
  expect(visits).toBe(0);
});

test.each([
  ['a fetch', (to: string) => `fetch('${to}')`],
  [
    'a socket',
    (to: string) =>
      `new Promise((resolve, reject) => { const s = new WebSocket('${to.replace('http', 'ws')}'); s.onopen = resolve; s.onerror = reject; })`,
  ],
  [
    'a picture',
    (to: string) =>
      `new Promise((resolve, reject) => { const i = new Image(); i.onload = resolve; i.onerror = reject; i.src = '${to}'; })`,
  ],
  [
    'a script',
    (to: string) =>
      `new Promise((resolve, reject) => { const s = document.createElement('script'); s.onload = resolve; s.onerror = reject; s.src = '${to}'; document.head.append(s); })`,
  ],
  [
    'a frame',
    (to: string) =>
      `new Promise((resolve, reject) => { const f = document.createElement('iframe'); f.onload = () => { try { f.contentDocument === null ? reject() : reject(); } catch { reject(); } }; f.src = '${to}'; document.body.append(f); setTimeout(() => { f.remove(); reject(); }, 500); })`,
  ],
  ['a beacon', (to: string) => `navigator.sendBeacon('${to}') && new Promise((resolve) => setTimeout(resolve, 500))`],
])('nothing is loaded from a network or the disk by %s', async (name, attack) => {
  for (const to of [`${site}/x`, 'file:///etc/passwd']) {
    const outcome = await desktop.page.evaluate<string>(
      `(async () => { try { await ${attack(to)}; return 'loaded'; } catch { return 'refused'; } })()`,
    );
    // A beacon is taken in any case, and told nothing of.
    if (name !== 'a beacon') expect(outcome, to).toBe('refused');
  }
  expect(visits).toBe(0);
});

test('also the main process fetches nothing from a network through the session of the window', async () => {
  const outcome = await desktop.app.evaluate(async ({ session }, to) => {
    try {
      await session.defaultSession.fetch(to);
      return 'fetched';
    } catch {
      return 'refused';
    }
  }, `${site}/x`);
  expect(outcome).toBe('refused');
  expect(visits).toBe(0);
});

test('a page asks for a device, a place, a notification or the clipboard, and is refused', async () => {
  const answers = await desktop.page.evaluate<Record<string, string>>(`(async () => {
    const tried = async (ask) => { try { return String(await ask()); } catch { return 'refused'; } };
    return {
      camera: await tried(() => navigator.mediaDevices.getUserMedia({ video: true })),
      screen: await tried(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
      place: await tried(() => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject))),
      notification: await tried(() => Notification.requestPermission()),
      clipboard: await tried(() => navigator.clipboard.readText()),
      midi: await tried(() => navigator.requestMIDIAccess({ sysex: true })),
      usb: await tried(async () => (await navigator.usb.requestDevice({ filters: [] }))),
      serial: await tried(async () => (await navigator.serial.requestPort())),
      persist: await tried(async () => (await navigator.permissions.query({ name: 'notifications' })).state),
    };
  })()`);
  for (const [what, answer] of Object.entries(answers)) expect(['refused', 'denied'], what).toContain(answer);
});

test.each([
  ['dots', 'drydock://app/../package.json'],
  ['encoded dots', 'drydock://app/%2e%2e/%2e%2e/package.json'],
  ['encoded slashes', 'drydock://app/..%2f..%2fpackage.json'],
  ['backslashes', 'drydock://app/..\\..\\package.json'],
  ['encoded backslashes', 'drydock://app/assets%5c..%5c..%5cpackage.json'],
  ['an absolute path', 'drydock://app//etc/passwd.json'],
  ['an encoded absolute path', 'drydock://app/%2fetc%2fpasswd.json'],
  ['a drive', 'drydock://app/C:/Windows/win.json'],
  ['a null byte', 'drydock://app/index.html%00.json'],
  ['a hidden file', 'drydock://app/.git/config.json'],
  ['no valid encoding', 'drydock://app/%zz.json'],
  ['another host', 'drydock://other/index.html'],
  ['a source map', 'drydock://app/assets/index.js.map'],
  ['a resource that is a path', 'drydock://app/resource/..%2f..%2fworkspace.db'],
  ['a resource that nobody gave', `drydock://app/resource/${'A'.repeat(43)}`],
])('the scheme serves nothing else by %s', async (_name, address) => {
  // Asked by the main process, where no page has put the address in order first.
  const { status, text } = await desktop.app.evaluate(async ({ net }, url) => {
    try {
      const response = await net.fetch(url);
      return { status: response.status, text: await response.text() };
    } catch {
      return { status: 0, text: '' };
    }
  }, address);
  expect([0, 404]).toContain(status);
  expect(text).toBe('');
});

test('the scheme answers reading alone, with the policy on every answer', async () => {
  const answers = await desktop.app.evaluate(async ({ net }) => {
    const ask = async (url: string, method: string): Promise<[number, string | null]> => {
      const response = await net.fetch(url, { method });
      return [response.status, response.headers.get('x-content-type-options')];
    };
    return [
      await ask('drydock://app/', 'GET'),
      await ask('drydock://app/', 'POST'),
      await ask('drydock://app/', 'DELETE'),
    ];
  });
  expect(answers).toEqual([
    [200, 'nosniff'],
    [405, 'nosniff'],
    [405, 'nosniff'],
  ]);
  const policy = await desktop.page.evaluate<string | null>(
    `fetch('/').then((response) => response.headers.get('content-security-policy'))`,
  );
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("'unsafe-eval'");
  expect(policy).not.toContain("'unsafe-inline'");
});

test('messages of another window, and of one that has the bridge too, are not heard', async () => {
  const preload = join(root, 'dist/electron/preload.cjs');
  const answer = await desktop.app.evaluate(
    async ({ BrowserWindow }, given) => {
      const forger = new BrowserWindow({
        show: false,
        webPreferences: { preload: given.preload, sandbox: true, contextIsolation: true },
      });
      await forger.loadURL('drydock://app/');
      const words = (await forger.webContents.executeJavaScript(
        `globalThis.drydock.chooseFiles('files').then((answer) => JSON.stringify(answer))`,
      )) as string;
      const connected = (await forger.webContents.executeJavaScript(`new Promise((resolve) => {
      addEventListener('message', ({ ports }) => resolve(ports.length > 0));
      globalThis.drydock.connect('forged');
      setTimeout(() => resolve(false), 1000);
    })`)) as boolean;
      forger.destroy();
      return { words, connected };
    },
    { preload },
  );
  expect(JSON.parse(answer.words)).toMatchObject({ problem: { code: 'USAGE' } });
  expect(answer.connected).toBe(false);
});

test('what the page sends in a wrong shape is refused in words, and does no harm', async () => {
  const answers = await desktop.page.evaluate<unknown[]>(`Promise.all([
    globalThis.drydock.chooseFiles('everything'),
    globalThis.drydock.saveResource('../../etc/passwd'),
    globalThis.drydock.reveal({ kind: 'path', path: '/etc/passwd' }),
    globalThis.drydock.grantFiles([]),
  ].map((answer) => answer.then((value) => value, (error) => ({ problem: String(error) }))))`);
  for (const answer of answers) expect(answer).toHaveProperty('problem');
  // A file that the page made itself has no place on the disk, so there is nothing to grant.
  const made = await desktop.page.evaluate<unknown>(
    `globalThis.drydock.grantFiles([new File(['x'], '/etc/passwd')]).then((value) => value, (error) => ({ problem: String(error) }))`,
  );
  expect(made).toHaveProperty('problem');
  const alive = await desktop.app.evaluate(
    ({ BrowserWindow }) => !BrowserWindow.getAllWindows()[0]!.webContents.isCrashed(),
  );
  expect(alive).toBe(true);
});

test('the window itself is made as the guide asks: sandboxed, isolated, without Node', async () => {
  const preferences = await desktop.app.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    const given = (
      webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    ).getLastWebPreferences();
    const names = [
      'sandbox',
      'contextIsolation',
      'nodeIntegration',
      'nodeIntegrationInWorker',
      'webSecurity',
      'webviewTag',
    ];
    return Object.fromEntries(names.map((name) => [name, given[name] ?? false]));
  });
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    webSecurity: true,
    webviewTag: false,
  });
});
