import type { ClientContext, ClientLink } from '@orpc/client';
import type { Grant, MenuCommand, Problem, RevealPlace } from '../../engine/contract/index.ts';

/** A file or folder that a person dropped or chose, as the browser gives it. `path` is relative to what was dropped. */
export interface ChosenFile {
  path: string;
  file: File;
}

export interface GrantProgress {
  name: string;
  done: number;
  total: number;
}

/** A connection to the engine; `lost` settles with the reason when it ends. */
export interface HostConnection {
  link: ClientLink<ClientContext>;
  lost: Promise<'closed' | 'engine-restarted' | 'session-ended'>;
  close: () => void;
}

/** What the face needs of the program around it: the one place where a browser and the desktop window differ. */
export interface Host {
  kind: 'web' | 'desktop';
  /** Opens one connection; rejects when the program is not there. */
  connect: () => Promise<HostConnection>;
  /** Everything that was dropped, in the shape that `grantFiles` wants. */
  filesOfDrop: (transfer: DataTransfer) => Promise<ChosenFile[]>;
  /** Turns files into grants: by path in the desktop window, by a streamed copy in a browser. One grant for each top-level name. */
  grantFiles: (
    files: readonly ChosenFile[],
    options: { onProgress?: (progress: GrantProgress) => void; signal?: AbortSignal },
  ) => Promise<Grant[]>;
  /** The address of a picture or a file of the resource plane. */
  resourceUrl: (resource: string) => string;
  /** Hands a finished file to the person: a download in a browser, the save dialog in the desktop window. False: not taken. */
  saveResource: (resource: string) => Promise<boolean>;
  /** What only the desktop window has. */
  native?: NativeParts;
}

/** The system's own dialogs, menu and places, as the page uses them. */
export interface NativeParts {
  /** The system's dialog; an empty list when a person chose nothing. */
  chooseFiles: (what: 'files' | 'folder') => Promise<Grant[]>;
  reveal: (place: RevealPlace) => Promise<void>;
  showMenu: (commands: readonly MenuCommand[]) => void;
  onCommand: (listener: (id: string) => void) => void;
  /** Files that were opened with the program. `grants` throws what kept them from being read. */
  onOpened: (listener: (grants: () => Grant[]) => void) => void;
  onShowRun: (listener: (run: string) => void) => void;
}

/** The program around the face could not do it, and says why in words. */
export class HostRefused extends Error {
  readonly problem: Problem;

  constructor(found: Problem) {
    super(found.message);
    this.problem = found;
  }
}

/** The host does not know this window any more: its program was started anew. */
export class SessionEnded extends Error {}
