import type { ClientContext, ClientLink } from '@orpc/client';
import type { Grant } from '../../engine/contract/index.ts';

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
  /** Turns files into grants: by path in the desktop window, by a streamed copy in a browser. One grant for each top-level name. */
  grantFiles: (
    files: readonly ChosenFile[],
    options: { onProgress?: (progress: GrantProgress) => void; signal?: AbortSignal },
  ) => Promise<Grant[]>;
  /** The address of a picture or a file of the resource plane. */
  resourceUrl: (resource: string) => string;
  /** Hands a finished file to the person: a download in a browser. */
  saveResource: (resource: string) => void;
}

/** The host does not know this window any more: its program was started anew. */
export class SessionEnded extends Error {}
