import { MessageChannelMain, type MessagePortMain, type WebContents } from 'electron';
import type { PageConnection } from '../engine/launcher.ts';
import { channels } from './channels.ts';

/** A call is below 256 KB; a page that sends more ends its connection. */
const longestMessage = 1 << 20;
/** Connections of the one page at once: a reload may overlap with what it replaces. */
const mostConnections = 8;
/** A page that does not close its end within this time is not there any more. */
const lastWordMs = 2000;

/** Carries messages between the page and the engine without reading them. */
export class PageRelay {
  readonly #openPage: () => Promise<PageConnection>;
  readonly #open = new Set<MessagePortMain>();
  #asked = 0;

  constructor(openPage: () => Promise<PageConnection>) {
    this.#openPage = openPage;
  }

  /** Connections that the engine counts as attached. */
  get size(): number {
    return this.#open.size;
  }

  /** Gives the page one end of a new channel, named as the page asked, once the engine is there; no port: it is not. */
  async connect(page: WebContents, id: string): Promise<void> {
    if (this.#open.size + this.#asked >= mostConnections) return refuse(page, id);
    this.#asked += 1;
    try {
      const engine = await this.#openPage();
      if (!isThere(page)) engine.close();
      else this.#join(engine, page, id);
    } catch {
      if (isThere(page)) refuse(page, id);
    } finally {
      this.#asked -= 1;
    }
  }

  /** Ends what the page has open: its document is gone, whether it could say so or not. */
  close(): void {
    for (const port of this.#open) port.close();
  }

  #join(engine: PageConnection, page: WebContents, id: string): void {
    const { port1: port, port2 } = new MessageChannelMain();
    this.#open.add(port);
    port.once('close', () => {
      this.#open.delete(port);
      engine.close();
    });
    port.on('message', ({ data }) => {
      const message = messageOf(data);
      if (message === null) engine.close();
      else engine.send(message);
    });
    engine.onMessage((message) => port.postMessage(message));
    void engine.closed.then(() => {
      port.postMessage({ ended: 'engine-restarted' });
      // The page closes its end when it has read that: closed from here, the port could end before its last word.
      setTimeout(() => port.close(), lastWordMs).unref();
    });
    port.start();
    page.postMessage(channels.connection, id, [port2]);
  }
}

/** A connection without a port: it may be asked for again. */
function refuse(page: WebContents, id: string): void {
  page.postMessage(channels.connection, id, []);
}

/** Whether a page is there that can be told something: its window may be closed, its process dead. */
export function isThere(page: WebContents): boolean {
  return !page.isDestroyed() && !page.isCrashed();
}

/** Text or bytes of a bearable length; anything else is nothing that the page's own code sends. */
function messageOf(data: unknown): string | Uint8Array | null {
  if (typeof data === 'string') return data.length <= longestMessage ? data : null;
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
  return bytes instanceof Uint8Array && bytes.length <= longestMessage ? bytes : null;
}
