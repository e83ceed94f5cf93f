import type { DesktopAnswer, Grant } from '../engine/contract/index.ts';

/** Files that were opened with the program wait here until the page can take them in. */
export class OpenedFiles {
  readonly #waiting: string[] = [];
  readonly #grant: (paths: readonly string[]) => Promise<DesktopAnswer<Grant[]>>;
  #deliver: ((opened: DesktopAnswer<Grant[]>) => void) | null = null;

  constructor(grant: (paths: readonly string[]) => Promise<DesktopAnswer<Grant[]>>) {
    this.#grant = grant;
  }

  add(paths: readonly string[]): void {
    this.#waiting.push(...paths);
    void this.#flush();
  }

  /** The page is there and takes files in by `deliver`; null: it has gone. */
  connect(deliver: ((opened: DesktopAnswer<Grant[]>) => void) | null): void {
    this.#deliver = deliver;
    void this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#deliver === null || this.#waiting.length === 0) return;
    const paths = this.#waiting.splice(0);
    const opened = await this.#grant(paths);
    // Gone while the engine was asked: the next page gets them.
    if (this.#deliver === null) this.#waiting.unshift(...paths);
    else this.#deliver(opened);
  }
}
