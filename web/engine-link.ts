import { problem, type Job } from '../engine/contract/index.ts';
import { attach, type Attachment } from '../engine/launcher.ts';

/** What the person is told of the engine's life. */
export interface EngineNews {
  onLost(): void;
  onBack(resumed: readonly Job[]): void;
}

/** After an engine's death the next one is started at once; when that fails, no sooner than this after the last try. */
const patienceMs = 2000;

/** The engine of the workspace as long as the host lives: lost, it is started again and its interrupted work resumed. */
export class EngineLink {
  readonly #workspace: string;
  readonly #news: EngineNews;
  readonly #onAttached: (attachment: Attachment) => Promise<void>;
  #current: Promise<Attachment>;
  #ended = false;

  private constructor(
    workspace: string,
    first: Attachment,
    news: EngineNews,
    onAttached: (attachment: Attachment) => Promise<void>,
  ) {
    this.#workspace = workspace;
    this.#news = news;
    this.#onAttached = onAttached;
    this.#current = Promise.resolve(first);
    this.#follow(first);
  }

  /** Errors: as `attach`. `onAttached` prepares each engine before anybody uses it. */
  static async open(
    workspace: string,
    news: EngineNews,
    onAttached: (attachment: Attachment) => Promise<void>,
  ): Promise<EngineLink> {
    const first = await attach(workspace);
    try {
      await onAttached(first);
    } catch (error) {
      first.detach();
      throw error;
    }
    return new EngineLink(workspace, first, news, onAttached);
  }

  /** The engine, or the next one when it is just being started. Errors: as `attach`. */
  engine(): Promise<Attachment> {
    return this.#current;
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#current.then(
      (attachment) => attachment.detach(),
      () => {},
    );
  }

  #follow(attachment: Attachment): void {
    void attachment.lost.then(() => {
      if (this.#ended) return;
      this.#news.onLost();
      this.#current = this.#restart();
      this.#current.catch(() => {});
    });
  }

  async #restart(): Promise<Attachment> {
    for (;;) {
      try {
        const attachment = await attach(this.#workspace);
        if (this.#ended) {
          attachment.detach();
          throw problem('ENGINE_LOST', 'The window is closed.');
        }
        await this.#onAttached(attachment);
        const resumed = await attachment.client.jobs.resumeInterrupted();
        this.#follow(attachment);
        this.#news.onBack(resumed);
        return attachment;
      } catch (error) {
        if (this.#ended) throw error;
        console.error(error instanceof Error ? error.message : error);
        await new Promise((resolve) => setTimeout(resolve, patienceMs));
        if (this.#ended) throw error;
      }
    }
  }
}
