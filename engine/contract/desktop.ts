import { z } from 'zod';
import type { Grant } from './files.ts';
import type { Problem } from './problem.ts';
import { ResourceId } from './resources.ts';

/** Menus of the window, in their order. */
export const commandGroups = ['File', 'View', 'Go', 'Model', 'Data', 'Run', 'Table', 'Help'] as const;
export const CommandGroup = z.enum(commandGroups);
export type CommandGroup = z.infer<typeof CommandGroup>;

/** A command of the page as the native menu shows it. Titles may hold names of files: hostile text. */
export const MenuCommand = z.object({
  id: z.string().min(1).max(200),
  title: z.string().max(500),
  group: CommandGroup,
  /** `mod+k`, `g h`, `?`, as the page's registry writes them; null without any. */
  keys: z.string().max(40).nullable(),
  enabled: z.boolean(),
});
export type MenuCommand = z.infer<typeof MenuCommand>;

/** What can be shown in the system's own program for files. The page names a thing, never a path. */
export const RevealPlace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('workspace') }),
  z.object({ kind: z.literal('dataset'), dataset: z.string().max(200) }),
  z.object({ kind: z.literal('output'), run: z.string().max(200) }),
  /** What was saved last by `saveResource`. */
  z.object({ kind: z.literal('saved') }),
]);
export type RevealPlace = z.infer<typeof RevealPlace>;

/** What the page may ask of the desktop window: the inputs, as the window checks them. */
export const desktopInputs = {
  /** Absolute paths, told by the preload of files that a person dropped. */
  grantFiles: z.array(z.string().min(1).max(8192)).min(1).max(1000),
  chooseFiles: z.enum(['files', 'folder']),
  saveResource: ResourceId,
  reveal: RevealPlace,
  showMenu: z.array(MenuCommand).max(500),
  connect: z.string().regex(/^[\w-]{1,64}$/),
};

/** Problems cross as values: an error that is thrown across processes keeps nothing but its words. */
export type DesktopAnswer<T> = { value: T } | { problem: Problem };

/** A chosen file's own kind in the browser: this file is read where there is no DOM, too. */
type DroppedFile = unknown;

/**
 * What the preload of the desktop window puts on the page's `window.drydock`. Nothing else of the program around it can
 * be reached from the page.
 */
export interface DesktopBridge {
  /**
   * Asks for a connection to the engine. Its port comes as a message of the window, `{ drydock: 'connection', id }`. The
   * port carries the engine's messages, text or bytes; a last one, `{ ended: 'engine-restarted' }`, says why it ends.
   */
  connect(id: string): void;
  /** Grants for files and folders that a person dropped, each a `File` of the drop; one that is none on this disk is refused. */
  grantFiles(files: readonly DroppedFile[]): Promise<DesktopAnswer<Grant[]>>;
  /** The system's dialog; an empty list when a person chose nothing. */
  chooseFiles(what: 'files' | 'folder'): Promise<DesktopAnswer<Grant[]>>;
  /** The system's dialog for where a finished file goes; false when a person chose no place. */
  saveResource(resource: string): Promise<DesktopAnswer<boolean>>;
  /** Opens the system's program for files where a thing lies. */
  reveal(place: RevealPlace): Promise<DesktopAnswer<null>>;
  showMenu(commands: readonly MenuCommand[]): void;
  /** Commands that were chosen in the native menu. */
  onCommand(listener: (id: string) => void): void;
  /** Files that were opened with the program: dropped on its icon, named in a terminal, handed over by a second start. */
  onOpened(listener: (opened: DesktopAnswer<Grant[]>) => void): void;
  /** A run that the person wants to see: its notification was clicked. */
  onShowRun(listener: (run: string) => void): void;
}
