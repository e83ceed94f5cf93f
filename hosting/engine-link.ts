import { setTimeout as sleep } from 'node:timers/promises';
import { problem, type Job } from '../engine/contract/index.ts';
import { attach, type Attachment, type EngineProgram, type PageConnection } from '../engine/launcher.ts';

/** What the person is told of the engine's life. */
export interface EngineNews {
  onLost(): void;
  onBack(resumed: readonly Job[]): void;
}

/** After an engine's death the next one is started at once; when that fails, no sooner than this after the last try. */
const patienceMs = 2000;
/** How long an engine that does not answer may take to show that it is gone. */
const deathTellsMs = 1000;

/** The engine of the workspace as long as the host lives: lost, it is started again and its interrupted work resumed. */
export class EngineLink {
  readonly #workspace: string;
  readonly #news: EngineNews;
  readonly #program: EngineProgram | undefined;
  readonly #roots: readonly string[];
  #share: string;
  #current: Promise<Attachment>;
  #ended = false;

  private constructor(
    workspace: string,
    roots: readonly string[],
    news: EngineNews,
    first: { attachment: Attachment; share: string },
    program: EngineProgram | undefined,
  ) {
    this.#program = program;
    this.#workspace = workspace;
    this.#roots = roots;
    this.#news = news;
    this.#share = first.share;
    this.#current = Promise.resolve(first.attachment);
    this.#follow(first.attachment);
  }

  /** `roots` are absolute paths of folders that pages may browse. Errors: as `attach`, and as `files.shareRoots`. */
  static async open(
    workspace: string,
    roots: readonly string[],
    news: EngineNews,
    program?: EngineProgram,
  ): Promise<EngineLink> {
    const attachment = await attach(workspace, program);
    try {
      const share = await shareRoots(attachment, roots);
      return new EngineLink(workspace, roots, news, { attachment, share }, program);
    } catch (error) {
      attachment.detach();
      throw error;
    }
  }

  /** The engine, or the next one when it is just being started. Errors: as `attach`. */
  engine(): Promise<Attachment> {
    return this.#current;
  }

  /** A connection for one more page, which may browse the roots. */
  async openPage(): Promise<PageConnection> {
    const attachment = await this.#current;
    try {
      return await attachment.openPage(this.#share);
    } catch {
      // An engine that has just died may not be known to be dead yet.
      await Promise.race([attachment.lost, sleep(deathTellsMs)]);
      return (await this.#current).openPage(this.#share);
    }
  }

  /** Ends the engine itself, whatever runs: that shows as interrupted, and goes on at the next start. */
  async stop(): Promise<void> {
    this.#ended = true;
    await (await this.#current).stop();
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
        const attachment = await attach(this.#workspace, this.#program);
        if (this.#ended) {
          attachment.detach();
          throw problem('ENGINE_LOST', 'The window is closed.');
        }
        this.#share = await shareRoots(attachment, this.#roots);
        const resumed = await attachment.client.jobs.resumeInterrupted();
        this.#follow(attachment);
        this.#news.onBack(resumed);
        return attachment;
      } catch (error) {
        if (this.#ended) throw error;
        console.error(error instanceof Error ? error.message : error);
        await sleep(patienceMs);
        if (this.#ended) throw error;
      }
    }
  }
}

async function shareRoots({ client }: Attachment, roots: readonly string[]): Promise<string> {
  return (await client.files.shareRoots({ paths: [...roots] })).share;
}
