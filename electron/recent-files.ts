import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { z } from 'zod';

const most = 10;
const Recent = z.array(z.string().max(8192)).max(100);

/** What a person opened last: the system's own list, and the same for the menu. Paths stay on this side of the bridge. */
export class RecentFiles {
  #paths: string[] = read();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get paths(): readonly string[] {
    return this.#paths;
  }

  add(paths: readonly string[]): void {
    for (const path of paths) app.addRecentDocument(path);
    this.#keep([...paths, ...this.#paths.filter((path) => !paths.includes(path))].slice(0, most));
  }

  clear(): void {
    app.clearRecentDocuments();
    this.#keep([]);
  }

  #keep(paths: string[]): void {
    this.#paths = paths;
    this.#onChange();
    try {
      writeFileSync(file(), `${JSON.stringify(paths)}\n`, { mode: 0o600 });
    } catch (error) {
      // The list is a convenience: it lives as long as this window then.
      console.error(error);
    }
  }
}

function read(): string[] {
  try {
    return Recent.parse(JSON.parse(readFileSync(file(), 'utf8'))).slice(0, most);
  } catch {
    return [];
  }
}

function file(): string {
  return join(app.getPath('userData'), 'recent.json');
}
