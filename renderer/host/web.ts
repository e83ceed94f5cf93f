import { RPCLink } from '@orpc/client/websocket';
import { SessionEnded, type Host, type HostConnection } from './host.ts';
import { filesOfDrop } from './chosen-files.ts';
import { uploadFiles } from './upload.ts';

const secretKey = 'drydock-secret';
/** What the host says when it closes a page's WebSocket (web/relay.ts). */
const closedByEngine = 4001;
const closedBySession = 4002;

/** A browser's tab on loopback. The address brings a token once; the secret it is exchanged for stays in this tab. */
export async function webHost(): Promise<Host> {
  const secret = await openSession();
  return {
    kind: 'web',
    connect: () => connect(secret),
    filesOfDrop,
    grantFiles: (files, options) => uploadFiles(files, secret, options),
    resourceUrl: (resource) => `resource/${encodeURIComponent(resource)}`,
    async saveResource(resource) {
      const link = document.createElement('a');
      link.href = `resource/${encodeURIComponent(resource)}`;
      link.download = '';
      link.click();
      return true;
    },
  };
}

/** A reload finds its secret again; a new address with a token replaces it. */
async function openSession(): Promise<string> {
  const token = /^#token=([\w-]+)$/.exec(window.location.hash)?.[1];
  if (token !== undefined) {
    window.history.replaceState(null, '', '#/home');
    const response = await fetch('session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (response.ok) {
      const { secret } = (await response.json()) as { secret: string };
      sessionStorage.setItem(secretKey, secret);
      return secret;
    }
  }
  const kept = sessionStorage.getItem(secretKey);
  if (kept === null) throw new SessionEnded();
  return kept;
}

async function connect(secret: string): Promise<HostConnection> {
  const address = new URL('calls', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  const socket = new WebSocket(address, ['drydock.calls', `secret.${secret}`]);
  socket.binaryType = 'arraybuffer';
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('close', () => reject(new Error('The host does not answer.')), { once: true });
  });
  const lost = new Promise<Awaited<HostConnection['lost']>>((resolve) => {
    socket.addEventListener(
      'close',
      ({ code }) =>
        resolve(code === closedBySession ? 'session-ended' : code === closedByEngine ? 'engine-restarted' : 'closed'),
      { once: true },
    );
  });
  try {
    await opened;
  } catch (error) {
    if (await isForgotten(secret)) throw new SessionEnded();
    throw error;
  }
  return { link: new RPCLink({ websocket: socket }), lost, close: () => socket.close() };
}

/** Whether the host is there and does not know this tab any more: it was started anew. */
async function isForgotten(secret: string): Promise<boolean> {
  const answer = await fetch('session', { headers: { authorization: `Bearer ${secret}` } }).catch(() => null);
  return answer?.status === 401;
}
