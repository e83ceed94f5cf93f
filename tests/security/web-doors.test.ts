import { createConnection } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ask,
  callsSocket,
  connect,
  enter,
  exchange,
  openOne,
  tokenOf,
  upgradeStatus,
  type OpenWindow,
} from './window.ts';

let window: OpenWindow;
beforeAll(async () => {
  window = await openOne();
});
afterAll(() => window.close());

describe('a name that somebody points at this machine', () => {
  const names = [
    'attacker.example',
    '127.0.0.1',
    'localhost.attacker.example:PORT',
    '127.0.0.1:1',
    '0.0.0.0:PORT',
    '[::1]:PORT',
  ];
  test.each(names)('opens nothing as Host %j', async (name) => {
    const Host = name.replace('PORT', String(window.host.port));
    for (const path of ['/', '/assets/start.js', '/session', '/resource/x', '/upload']) {
      const answer = await ask(window, path, { headers: { Host } });
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.body.toString()).not.toContain('<title>');
    }
    const secret = await enter(window);
    const socket = callsSocket(window, {
      protocols: ['drydock.calls', `secret.${secret}`],
      origin: window.origin,
      host: Host,
    });
    expect(await upgradeStatus(socket)).toBe(403);
  });
});

describe('another site', () => {
  const origins = [
    'https://attacker.example',
    'null',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'file://',
    'http://localhost:1',
  ];
  test.each(origins)('with origin %s is refused, with a secret too', async (Origin) => {
    const secret = await enter(window);
    const headers = { Origin, Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' };
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/session'],
      ['POST', '/session'],
      ['POST', '/upload'],
      ['PUT', `/upload/upload-${'0'.repeat(32)}/file`],
      ['DELETE', `/upload/upload-${'0'.repeat(32)}`],
      ['OPTIONS', '/upload'],
    ] as const) {
      const answer = await ask(window, path, { method, headers, body: method === 'GET' ? '' : '{}' });
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    const socket = callsSocket(window, { protocols: ['drydock.calls', `secret.${secret}`], origin: Origin });
    expect(await upgradeStatus(socket)).toBe(403);
  });

  test('cannot post a form or text to it: what changes something says whence, is JSON, and shows the secret', async () => {
    const token = tokenOf(window.host.newAddress({ exposed: false }));
    const body = JSON.stringify({ token });
    const own = { Origin: window.origin };
    const simple = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
    for (const type of simple) {
      const posted = await ask(window, '/session', { method: 'POST', headers: { ...own, 'Content-Type': type }, body });
      expect([type, posted.status]).toEqual([type, 422]);
    }
    const silent = await ask(window, '/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    expect(silent.status).toBe(403);
    const upload = await ask(window, '/upload', {
      method: 'POST',
      headers: { ...own, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'a.csv', kind: 'file', bytes: 1 }),
    });
    expect(upload.status).toBe(401);
    // The token is still good: none of these has used it.
    expect((await exchange(window, token)).status).toBe(200);
  });

  test('cannot load the files of the window into its own page', async () => {
    for (const mode of ['no-cors', 'cors', 'websocket']) {
      const headers = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': mode, 'Sec-Fetch-Dest': 'script' };
      expect((await ask(window, '/assets/start.js', { headers })).status).toBe(403);
    }
    const framed = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' };
    expect((await ask(window, '/', { headers: framed })).status).toBe(403);
    const same = { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' };
    expect((await ask(window, `/resource/${'a'.repeat(43)}`, { headers: same })).status).toBe(403);
  });
});

describe('a token', () => {
  test('opens one window, once', async () => {
    const token = tokenOf(window.host.newAddress({ exposed: false }));
    const first = await exchange(window, token);
    const secret = first.json().secret as string;
    expect([first.status, secret.length]).toEqual([200, 43]);
    expect(first.headers['set-cookie']).toBeUndefined();
    const stale = window.news.stale;
    expect((await exchange(window, token)).status).toBe(401);
    expect(window.news.stale).toBe(stale + 1);
    // The window that was opened goes on, and a reload of it is let in.
    const reload = await ask(window, '/session', { headers: { Authorization: `Bearer ${secret}` } });
    expect(reload.status).toBe(204);
  });

  test('that other programs may have seen ends the window it opened when it is used again', async () => {
    const token = tokenOf(window.host.newAddress({ exposed: true }));
    const thief = (await exchange(window, token)).json().secret as string;
    const { client, closed } = connect(window, thief);
    await client.engine.status();
    expect((await exchange(window, token)).status).toBe(401);
    expect(await closed).toBe(4002);
    expect((await ask(window, '/session', { headers: { Authorization: `Bearer ${thief}` } })).status).toBe(401);
  });

  test.each([undefined, null, '', 7, {}, ['x'], 'x'.repeat(43), '__proto__', 'constructor'])(
    'is not %j',
    async (token) => {
      expect((await exchange(window, token)).status).toBe(401);
    },
  );

  test('is nothing that a secret is, nor the other way round', async () => {
    const secret = await enter(window);
    expect((await exchange(window, secret)).status).toBe(401);
    const token = tokenOf(window.host.newAddress({ exposed: false }));
    expect((await ask(window, '/session', { headers: { Authorization: `Bearer ${token}` } })).status).toBe(401);
  });
});

describe('the calls of a page', () => {
  test('need a secret before they are a connection', async () => {
    const secret = await enter(window);
    const wrong = `${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`;
    const offers = [
      [],
      ['drydock.calls'],
      [`secret.${secret}`],
      ['drydock.calls', 'secret.x'],
      ['drydock.calls', `secret.${wrong}`],
    ];
    for (const protocols of offers) {
      expect(await upgradeStatus(callsSocket(window, { protocols, origin: window.origin }))).toBe(401);
    }
    const good = ['drydock.calls', `secret.${secret}`];
    expect(await upgradeStatus(callsSocket(window, { protocols: good }))).toBe(403);
    for (const path of ['/', '/session', `/calls/../x`, `/calls?secret=${secret}`.replace('?', '/')]) {
      expect(await upgradeStatus(callsSocket(window, { protocols: good, origin: window.origin, path }))).toBe(403);
    }
    const open = callsSocket(window, { protocols: good, origin: window.origin });
    await once(open, 'open');
    // The secret that was offered does not come back.
    expect(open.protocol).toBe('drydock.calls');
    open.terminate();
  });

  test('are refused what only hosts may do', async () => {
    const { client, socket } = connect(window, await enter(window));
    const calls = [
      client.files.grantInput({ path: '/etc/passwd' }),
      client.files.grantOutput({ path: '/tmp/stolen.csv', overwrite: true }),
      client.files.shareRoots({ paths: ['/'] }),
      client.resources.open({ resource: 'x'.repeat(43) }),
    ];
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({
        status: 'rejected',
        reason: { data: { code: 'NOT_FOUND', message: 'This call is not open to pages.' } },
      });
    }
    expect((await client.engine.status()).workspace).toBe('');
    socket.terminate();
  });

  test("end a connection that says too much or nonsense, and nobody else's", async () => {
    const bystander = connect(window, await enter(window));
    const { pid } = await bystander.client.engine.status();
    const large = connect(window, await enter(window));
    await large.client.engine.status();
    large.socket.send(Buffer.alloc((1 << 20) + 1));
    expect(await large.closed).toBe(1009);
    const noise = connect(window, await enter(window));
    await noise.client.engine.status();
    for (const message of [
      '',
      'no message',
      '{}',
      'null',
      '[]',
      '{"i":"1","t":1,"p":7}',
      Buffer.from([0, 1, 2, 255]),
    ]) {
      noise.socket.send(message);
    }
    expect((await bystander.client.engine.status()).pid).toBe(pid);
    noise.socket.terminate();
    bystander.socket.terminate();
  });
});

describe('a peer that takes its time', () => {
  test('loses the connection when its head does not come to an end', async () => {
    const socket = createConnection(window.host.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${window.host.port}\r\n`);
    const drip = setInterval(() => socket.write('X-Drip: 1\r\n'), 500);
    socket.resume();
    await once(socket, 'close');
    clearInterval(drip);
    expect((await ask(window, '/')).status).toBe(200);
  });

  test('loses it when the body of a small request does not', async () => {
    const socket = createConnection(window.host.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `POST /session HTTP/1.1\r\nHost: 127.0.0.1:${window.host.port}\r\nOrigin: ${window.origin}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
    );
    const drip = setInterval(() => socket.write(' '), 500);
    socket.resume();
    await once(socket, 'close');
    clearInterval(drip);
    expect((await ask(window, '/')).status).toBe(200);
  });

  test('and one that sends a head beyond all measure is refused', async () => {
    const answer = await ask(window, '/', { headers: { 'X-Long': 'x'.repeat(64_000) } }).catch((error: Error) => error);
    expect(answer instanceof Error || answer.status >= 400).toBe(true);
  });
});

describe('the page', () => {
  test('may run its own code alone, and each answer has a nonce of its own', async () => {
    const first = await ask(window, '/');
    const second = await ask(window, '/');
    const nonces = [first, second].map(({ body }) => /nonce="([^"]+)"/.exec(body.toString())?.[1] ?? '');
    expect(nonces[0]).not.toBe(nonces[1]);
    expect(nonces[0]).not.toContain('__');
    const policy = String(first.headers['content-security-policy']);
    expect(policy).toContain(`'nonce-${nonces[0]}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/'unsafe-|https?:|\*/);
    expect(first.headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  const outside = [
    '/../outside.txt',
    '/assets/../../outside.txt',
    '/%2e%2e/outside.txt',
    '/%2e%2e%2foutside.txt',
    '/%252e%252e%252foutside.txt',
    '/..%5coutside.txt',
    '/assets/..\\..\\outside.txt',
    '/assets/%00',
    '/assets/start.js%00.html',
    '/.hidden',
    '/%2ehidden',
    '//etc/passwd',
    'http://attacker.example/',
    '/assets/%',
    '/assets/%ff%fe',
  ];
  test.each(outside)('and its folder are all there is below %s', async (path) => {
    const answer = await ask(window, path, { headers: { Accept: '*/*' } });
    expect([400, 404]).toContain(answer.status);
    expect(answer.body.toString()).not.toMatch(/outside$|hidden$|root:/);
    expect(answer.body.toString()).not.toContain(window.folder);
  });

  test.each(['POST', 'PUT', 'DELETE', 'TRACE', 'PATCH', 'PROPFIND'])('does not take %s', async (method) => {
    expect((await ask(window, '/', { method, headers: { Origin: window.origin } })).status).toBe(405);
  });
});
