import { join } from 'node:path';
import { beforeAll, expect, inject } from 'vitest';
import { until } from '../crash/processes.ts';
import { scored } from '../window/made.ts';
import { samples, test, useDesktop } from './desktop.ts';

/** What the browser says of what was not to be had. */
const desktop = useDesktop({ expected: /Failed to load resource/ });

beforeAll(async () => {
  if (inject('electron') !== '') await desktop.start();
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
  await desktop.page.evaluate(`void setTimeout(() => { location.href = 'resource/${resource}'; }, 0)`);
  await desktop.page.waitForTimeout(300);
  expect(desktop.page.url()).toMatch(/^drydock:\/\/app\/(#|$)/);
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
