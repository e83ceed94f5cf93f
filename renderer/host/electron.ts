import { RPCLink } from '@orpc/client/message-port';
import type { DesktopAnswer, DesktopBridge, MenuCommand, RevealPlace } from '../../engine/contract/index.ts';
import { HostRefused, type Host, type HostConnection } from './host.ts';

declare global {
  interface Window {
    /** Put there by the preload of the desktop window; a browser has none. */
    readonly drydock?: DesktopBridge;
  }
}

/** Connections that were asked for and have not come. */
const awaited = new Map<string, (port: MessagePort | null) => void>();

/** The desktop window: calls over a port that its main process relays, files by their place on the disk. */
export function desktopHost(bridge: DesktopBridge): Host {
  window.addEventListener('message', takePort);
  const grantFiles: Host['grantFiles'] = async (files) =>
    valueOf(await bridge.grantFiles(files.map(({ file }) => file)));
  return {
    kind: 'desktop',
    connect: () => connect(bridge),
    // What the drop itself lists, folders too, has a place on the disk: nothing has to be walked or copied.
    filesOfDrop: async (transfer) => [...transfer.files].map((file) => ({ path: file.name, file })),
    grantFiles,
    resourceUrl,
    saveResource: async (resource) => valueOf(await bridge.saveResource(resource)),
    native: {
      chooseFiles: async (what) => valueOf(await bridge.chooseFiles(what)),
      reveal: async (place: RevealPlace) => void valueOf(await bridge.reveal(place)),
      showMenu: (commands: readonly MenuCommand[]) => bridge.showMenu(commands),
      onCommand: (listener) => bridge.onCommand(listener),
      onOpened: (listener) => bridge.onOpened((opened) => listener(() => valueOf(opened))),
      onShowRun: (listener) => bridge.onShowRun(listener),
    },
  };
}

function resourceUrl(resource: string): string {
  return `resource/${encodeURIComponent(resource)}`;
}

function valueOf<T>(answer: DesktopAnswer<T>): T {
  if ('problem' in answer) throw new HostRefused(answer.problem);
  return answer.value;
}

async function connect(bridge: DesktopBridge): Promise<HostConnection> {
  const id = crypto.randomUUID();
  const port = await new Promise<MessagePort | null>((resolve) => {
    awaited.set(id, resolve);
    bridge.connect(id);
  });
  if (port === null) throw new Error('The engine does not answer.');
  return overPort(port);
}

/** A port comes from the preload of this very document; one that nobody waits for is closed, or it would stay open. */
function takePort(event: MessageEvent): void {
  if (event.source !== window) return;
  const message = event.data as { drydock?: unknown; id?: unknown } | null;
  if (message?.drydock !== 'connection' || typeof message.id !== 'string') return;
  const [port = null] = event.ports;
  const resolve = awaited.get(message.id);
  awaited.delete(message.id);
  if (resolve === undefined) port?.close();
  else resolve(port);
}

/** The engine's messages are text or bytes; an object is the host's word that they have ended. */
function overPort(port: MessagePort): HostConnection {
  const messages: ((event: { data: unknown }) => void)[] = [];
  const ends: (() => void)[] = [];
  const lost = new Promise<Awaited<HostConnection['lost']>>((resolve) => {
    const end = (reason: Awaited<HostConnection['lost']>): void => {
      // First: closing may tell of the close, and only the first reason counts.
      resolve(reason);
      for (const listener of ends.splice(0)) listener();
      port.close();
    };
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string' || data instanceof Uint8Array) for (const listener of messages) listener({ data });
      else end('engine-restarted');
    });
    // Told by newer browsers alone; the word before the end is what counts.
    port.addEventListener('close', () => end('closed'));
  });
  const link = new RPCLink({
    port: {
      on: (event, listener) => {
        if (event === 'message') messages.push(listener);
        else ends.push(() => listener());
      },
      postMessage: (data: unknown) => port.postMessage(data),
    },
  });
  port.start();
  return { link, lost, close: () => port.close() };
}
