import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { until } from '../crash/processes.ts';
import { eventually } from '../window/acts.ts';
import { test, useWindow } from '../window/window.ts';

/** What the browser says of an attack that its policy stopped. */
const stopped = /Content Security Policy|Refused to|Failed to load resource/;
/** And what where nothing stops it: the other site has no real font, picture or stream to give. */
const unstopped = /:\d+\/x|EventSource's response|OTS parsing error|WebSocket connection/;
const window = useWindow({ expected: new RegExp(`${stopped.source}|${unstopped.source}`) });

/** Another site on the same machine, which lets everybody read it and notes who came. */
let elsewhere: Server;
let site = '';
const visits: { path: string; headers: IncomingHttpHeaders }[] = [];

beforeAll(async () => {
  elsewhere = createServer((request, response) => {
    visits.push({ path: request.url ?? '', headers: request.headers });
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    const script = request.url?.endsWith('.js');
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
    response.end(script ? 'globalThis.__pwned = "remote"' : '<!doctype html><title>Elsewhere</title>');
  });
  elsewhere.on('upgrade', (request, socket) => {
    visits.push({ path: request.url ?? '', headers: request.headers });
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    elsewhere.listen(0, '127.0.0.1', resolve);
  });
  site = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
});
beforeEach(() => {
  visits.length = 0;
});
afterAll(() => {
  elsewhere.closeAllConnections();
  elsewhere.close();
});

test.each([
  ['eval', `eval('globalThis.__pwned = 1')`],
  ['a function made from text', `new Function('globalThis.__pwned = 1')()`],
  ['a timer made from text', `setTimeout('globalThis.__pwned = 1', 0)`],
  ['a script in the page', `add('script', { textContent: 'globalThis.__pwned = 1' })`],
  ['a script of a data address', `add('script', { src: 'data:text/javascript,globalThis.__pwned=1' })`],
  ['a script of a blob', `add('script', { src: URL.createObjectURL(new Blob(['globalThis.__pwned = 1'])) })`],
  [
    'a handler in markup',
    `document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="globalThis.__pwned = 1">')`,
  ],
  ['a link that is a script', `add('a', { href: 'javascript:globalThis.__pwned = 1' }).click()`],
  ['a frame with a document of its own', `add('iframe', { srcdoc: '<script>parent.__pwned = 1</' + 'script>' })`],
  ['an inline module', `add('script', { type: 'module', textContent: 'globalThis.__pwned = 1' })`],
])('text does not become code by %s', async (_name, attack) => {
  const bare = await window.tab();
  await bare.goto(site);
  await bare.evaluate(inPage(attack));
  await eventually(bare, 'globalThis.__pwned');

  const page = await window.open();
  await page.evaluate(inPage(attack));
  await eventually(page, 'globalThis.__tried');
  await page.waitForTimeout(300);
  expect(await page.evaluate('globalThis.__pwned ?? null')).toBe(null);
});

test.each([
  ['a request', `fetch('SITE/x').catch(() => {})`],
  ['a beacon', `navigator.sendBeacon('SITE/x', 'rows')`],
  ['an old request', `(() => { const old = new XMLHttpRequest(); old.open('GET', 'SITE/x'); old.send(); })()`],
  ['a stream of events', `new EventSource('SITE/x')`],
  ['a socket', `new WebSocket('SITE/x'.replace('http', 'ws'))`],
  ['a script', `add('script', { src: 'SITE/x.js' })`],
  ['a module', `import('SITE/x.js').catch(() => {})`],
  ['a worker', `new Worker('SITE/x.js')`],
  ['a picture', `add('img', { src: 'SITE/x.png' })`],
  ['a style sheet', `add('link', { rel: 'stylesheet', href: 'SITE/x.css' })`],
  ['a style', `add('div', {}).setAttribute('style', 'background: url(SITE/x.png)')`],
  ['a font', `new FontFace('x', 'url(SITE/x.woff2)').load().catch(() => {})`],
  ['a frame', `add('iframe', { src: 'SITE/x' })`],
  ['an object', `add('object', { data: 'SITE/x' })`],
  ['a form', `Object.assign(add('form', { action: 'SITE/x', method: 'post' })).submit()`],
  ['another base', `(add('base', { href: 'SITE/' }), add('img', { src: 'x.png' }))`],
  ['something fetched ahead', `add('link', { rel: 'prefetch', href: 'SITE/x' })`],
])('nothing goes to another site by %s', async (_name, attack) => {
  const bare = await window.tab();
  await bare.goto(site);
  await bare.evaluate(inPage(attack.replaceAll('SITE', site)));
  await until('a page without a policy gets there', () => visits.some(({ path }) => path.startsWith('/x')));
  await bare.waitForLoadState();

  const page = await window.open();
  const stays = page.url();
  visits.length = 0;
  await page.evaluate(inPage(attack.replaceAll('SITE', site)));
  await eventually(page, 'globalThis.__tried');
  await page.waitForTimeout(300);
  expect(visits.filter(({ path }) => path !== '/favicon.ico')).toEqual([]);
  expect(page.url()).toBe(stays);
  expect(await page.evaluate('globalThis.__pwned ?? null')).toBe(null);
});

test('a site that is opened from the window has no hold on it and is not told where it came from', async () => {
  const page = await window.open();
  const [other] = await Promise.all([
    page.context().waitForEvent('page'),
    page.evaluate(`void window.open('${site}/x')`),
  ]);
  await other.waitForLoadState();
  expect(await other.evaluate('window.opener')).toBe(null);
  expect(await other.evaluate('document.referrer')).toBe('');
  const { headers } = visits.find(({ path }) => path === '/x')!;
  expect(headers.referer).toBeUndefined();
});

test('a site that opens the window has no hold on it, learns nothing from it, and cannot frame it', async () => {
  const page = await window.tab();
  const origin = new URL(window.host.newAddress({ exposed: false })).origin;
  await page.goto(site);
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    page.evaluate(`void (globalThis.held = window.open('${origin}/'))`),
  ]);
  await opened.getByRole('heading', { name: 'This address opens no window.' }).waitFor();
  await eventually(page, 'globalThis.held.closed');
  expect(await opened.evaluate('window.opener')).toBe(null);
  await page.evaluate(`document.body.innerHTML = '<iframe src="${origin}/"></iframe>'`);
  await page.waitForTimeout(500);
  const framed = page.frames().filter((frame) => frame !== page.mainFrame());
  expect(await Promise.all(framed.map((frame) => frame.locator('#root').count()))).toEqual(framed.map(() => 0));
});

test("the secret of a window is not in its address, and another tab's page is without it", async () => {
  const page = await window.open();
  expect(page.url()).not.toContain('token');
  const other = await page.context().newPage();
  await other.goto(new URL(page.url()).origin);
  await other.getByRole('heading', { name: 'This address opens no window.' }).waitFor();
  expect(await other.evaluate(`sessionStorage.getItem('drydock-secret')`)).toBe(null);
  expect(await other.evaluate('document.cookie')).toBe('');
});

/**
 * An attack as a script that got into the page would make it; what it throws is its failure. From a timer, because code that
 * the browser's debugger runs at once is free of the page's policy.
 */
function inPage(attack: string): string {
  return `void setTimeout(() => {
    const add = (name, values) => document.body.appendChild(Object.assign(document.createElement(name), values));
    globalThis.__tried = true;
    try { void (${attack}); } catch {}
  }, 0)`;
}
