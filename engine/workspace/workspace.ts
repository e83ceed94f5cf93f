import { problem } from '../contract/index.ts';
import { openPlace, placeWarning } from '../place/index.ts';
import { Catalog } from './catalog.ts';
import { WorkspaceLock } from './lock.ts';

/** A folder that this process alone may change: lock and catalog together. */
export class Workspace {
  readonly folder: string;
  readonly catalog: Catalog;
  readonly notes: readonly string[];
  readonly #lock: WorkspaceLock;

  private constructor(folder: string, catalog: Catalog, lock: WorkspaceLock) {
    this.folder = folder;
    this.catalog = catalog;
    this.#lock = lock;
    const warning = placeWarning(folder);
    this.notes = warning ? [warning] : [];
  }

  /** Errors: WORKSPACE_HELD when another engine holds it, WORKSPACE_NEWER, WORKSPACE_DAMAGED, WORKSPACE_UNUSABLE. */
  static async open(path: string): Promise<Workspace> {
    const folder = openPlace(path);
    const lock = WorkspaceLock.take(folder);
    if (!lock) {
      throw problem('WORKSPACE_HELD', 'Another engine holds this workspace.', {
        subject: folder,
        hint: 'Leave out --detached to attach to it, or choose another folder with --workspace DIR.',
      });
    }
    try {
      return new Workspace(folder, await Catalog.open(folder), lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  close(): void {
    try {
      this.catalog.close();
    } finally {
      this.#lock.release();
    }
  }
}
