import { copyFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ZodType } from 'zod';
import { app, dialog, ipcMain, shell, type BrowserWindow, type OpenDialogOptions } from 'electron';
import { desktopInputs, problem, type DesktopAnswer, type Grant, type RevealPlace } from '../engine/contract/index.ts';
import type { Attachment } from '../engine/launcher.ts';
import { toldProblem } from '../hosting/index.ts';
import { channels } from './channels.ts';
import { isFromPage } from './guard.ts';
import type { RecentFiles } from './recent-files.ts';

/** What a page's call is answered with: only its own document is heard, only inputs of the contract's shape. */
export class Bridge {
  readonly #window: BrowserWindow;
  readonly #engine: () => Promise<Attachment>;
  readonly #recent: RecentFiles;
  #saved: string | null = null;

  constructor(window: BrowserWindow, engine: () => Promise<Attachment>, recent: RecentFiles) {
    this.#window = window;
    this.#engine = engine;
    this.#recent = recent;
    this.answer(channels.grantFiles, desktopInputs.grantFiles, (paths) => this.grant(paths));
    this.answer(channels.chooseFiles, desktopInputs.chooseFiles, (what) => this.#choose(what));
    this.answer(channels.saveResource, desktopInputs.saveResource, (resource) => this.#save(resource));
    this.answer(channels.reveal, desktopInputs.reveal, (place) => this.#reveal(place));
  }

  /** A message without an answer. One that is not the page's, or of another shape, is not heard. */
  hear<T>(channel: string, shape: ZodType<T>, act: (input: T) => void): void {
    ipcMain.on(channel, (event, input: unknown) => {
      if (!isFromPage(event, this.#window.webContents)) return;
      const { data, success } = shape.safeParse(input);
      if (success) act(data);
    });
  }

  answer<T, R>(channel: string, shape: ZodType<T>, act: (input: T) => Promise<R>): void {
    ipcMain.handle(channel, async (event, input: unknown): Promise<DesktopAnswer<R>> => {
      if (!isFromPage(event, this.#window.webContents)) return { problem: refused.problem };
      const { data, success } = shape.safeParse(input);
      if (!success) return { problem: misshapen.problem };
      try {
        return { value: await act(data) };
      } catch (error) {
        return { problem: toldProblem(error) };
      }
    });
  }

  /** Leave to read files that a person named. Errors: as `files.grantInput`. */
  async grant(paths: readonly string[]): Promise<Grant[]> {
    const { client } = await this.#engine();
    const grants: Grant[] = [];
    for (const path of paths) grants.push(await client.files.grantInput({ path }));
    this.#recent.add(paths);
    return grants;
  }

  async #choose(what: 'files' | 'folder'): Promise<Grant[]> {
    const properties: OpenDialogOptions['properties'] =
      what === 'folder' ? ['openDirectory', 'multiSelections'] : ['openFile', 'multiSelections'];
    const { canceled, filePaths } = await dialog.showOpenDialog(this.#window, { properties });
    return canceled ? [] : this.grant(filePaths);
  }

  async #save(resource: string): Promise<boolean> {
    const { path, name } = await (await this.#engine()).client.resources.open({ resource });
    const folder = this.#saved === null ? app.getPath('downloads') : dirname(this.#saved);
    const { canceled, filePath } = await dialog.showSaveDialog(this.#window, { defaultPath: join(folder, name) });
    if (canceled || filePath === '') return false;
    await copyWhole(path, filePath);
    this.#saved = filePath;
    return true;
  }

  async #reveal(place: RevealPlace): Promise<null> {
    const path = await this.#pathOf(place);
    if (path === null) throw problem('NOT_FOUND', 'There is no file of this to show.');
    shell.showItemInFolder(path);
    return null;
  }

  async #pathOf(place: RevealPlace): Promise<string | null> {
    if (place.kind === 'saved') return this.#saved;
    const { client, workspace } = await this.#engine();
    if (place.kind === 'workspace') return join(workspace, 'workspace.db');
    if (place.kind === 'output') return (await client.runs.get({ run: place.run })).output;
    return (await client.datasets.place({ dataset: place.dataset })).path;
  }
}

const misshapen = problem('USAGE', 'The request has the wrong shape.');
const refused = problem('USAGE', 'This is not asked by the window itself.');

/** All of it or nothing: a file that is half there looks like a result. */
async function copyWhole(from: string, to: string): Promise<void> {
  const half = join(dirname(to), `.${basename(to)}.part`);
  try {
    await copyFile(from, half);
    await rename(half, to);
  } catch (error) {
    await rm(half, { force: true });
    throw copyProblem(error, to);
  }
}

function copyProblem(error: unknown, to: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return error;
  return problem('FILE_UNREADABLE', `The file could not be written: ${code ?? String(error)}.`, {
    subject: basename(to),
    hint: 'Choose another folder.',
    cause: error,
  });
}
