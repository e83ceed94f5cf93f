import { MessageChannelMain, type MessagePortMain, type WebContents } from 'electron';
import type { PageConnection } from '../engine/launcher.ts';
import { channels } from './channels.ts';

/** A call is below 256 KB; a page that sends more ends its connection. */
const longestMessage = 1 << 20;
/** Connections of the one page at once: a reload may overlap with what it replaces. */
const mostConnections = 8;

/** How long a page has to hear why its connection ends. */
const hearMs = 1000;

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
    if (this.#open.size + this.#asked >= mostConnections) return page.postMessage(channels.connection, id, []);
    this.#asked += 1;
    try {
      const engine = await this.#openPage();
      if (page.isDestroyed()) engine.close();
      else this.#join(engine, page, id);
    } catch {
      if (!page.isDestroyed()) page.postMessage(channels.connection, id, []);
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
      if (message === null) port.close();
      else engine.send(message);
    });
    engine.onMessage((message) => port.postMessage(message));
    void engine.closed.then(() => {
      port.postMessage({ ended: 'engine-restarted' });
      // A port that is closed at once may lose its last message: the page closes it when it has heard.
      setTimeout(() => port.close(), hearMs);
    });
    port.start();
    page.postMessage(channels.connection, id, [port2]);
  }
}

/** Text or bytes of a bearable length; anything else is nothing that the page's own code sends. */
function messageOf(data: unknown): string | Uint8Array | null {
  if (typeof data === 'string') return data.length <= longestMessage ? data : null;
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
  return bytes instanceof Uint8Array && bytes.length <= longestMessage ? bytes : null;
}
