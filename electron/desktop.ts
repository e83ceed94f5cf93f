import { app, Menu, type BrowserWindow } from 'electron';
import { z } from 'zod';
import { desktopInputs, type MenuCommand } from '../engine/contract/index.ts';
import { EngineLink, toldProblem } from '../hosting/index.ts';
import { openAppWindow } from './app-window.ts';
import { Bridge } from './bridge.ts';
import { channels } from './channels.ts';
import { engineProgram } from './engine-program.ts';
import { leaveCleanly } from './leaving.ts';
import { menuTemplate } from './menu.ts';
import { OpenedFiles } from './opened-files.ts';
import { isThere, PageRelay } from './page-relay.ts';
import { rendererFolder } from './program-root.ts';
import { RecentFiles } from './recent-files.ts';
import { pageAddress, serveScheme } from './scheme.ts';
import { WorkWatch } from './work-watch.ts';

/** The window over one workspace, and everything that the system shows of it. */
export class Desktop {
  readonly #window: BrowserWindow;
  readonly #opened: OpenedFiles;
  readonly #recent = new RecentFiles(() => this.#drawMenu());
  readonly #link: Promise<EngineLink>;
  #commands: readonly MenuCommand[] = [];

  /** `onFailed` hears when there is no engine to be had: the workspace is damaged, say. The app must be ready. */
  constructor(workspace: string, onFailed: (error: unknown) => void) {
    const news = { onLost: () => {}, onBack: () => {} };
    this.#link = openLink(workspace, news);
    this.#link.catch(onFailed);
    const engine = async () => (await this.#link).engine();
    serveScheme(rendererFolder, engine);
    const relay = new PageRelay(async () => (await this.#link).openPage());
    this.#window = openAppWindow(() => {
      relay.close();
      this.#opened.connect(null);
    });
    const bridge = new Bridge(this.#window, engine, this.#recent);
    this.#opened = new OpenedFiles((paths) =>
      bridge.grant(paths).then(
        (value) => ({ value }),
        (error: unknown) => ({ problem: toldProblem(error) }),
      ),
    );
    const page = this.#window.webContents;
    bridge.hear(channels.connect, desktopInputs.connect, (id) => void relay.connect(page, id));
    bridge.hear(channels.showMenu, desktopInputs.showMenu, (commands) => this.#drawMenu(commands));
    bridge.hear(channels.readyForFiles, z.unknown(), () =>
      this.#opened.connect((opened) => this.#tell(channels.opened, opened)),
    );
    const watch = new WorkWatch(this.#window, engine, (run) => this.#tell(channels.showRun, run));
    this.#drawMenu();
    leaveCleanly({ window: this.#window, link: this.#link, pages: () => relay.size, end: () => watch.end() });
    void this.#window.loadURL(pageAddress);
  }

  /** Takes files in that were opened with the program; without any, the window only comes to the front. */
  open(files: readonly string[]): void {
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.focus();
    this.#opened.add(files);
  }

  #tell(channel: string, words: unknown): void {
    const page = this.#window.webContents;
    if (isThere(page)) page.send(channel, words);
  }

  #drawMenu(commands: readonly MenuCommand[] = this.#commands): void {
    this.#commands = commands;
    const template = menuTemplate({
      commands,
      recent: this.#recent.paths,
      run: (id) => this.#tell(channels.command, id),
      open: (path) => this.open([path]),
      clearRecent: () => this.#recent.clear(),
      forDevelopers: !app.isPackaged,
      platform: process.platform,
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }
}

async function openLink(workspace: string, news: { onLost(): void; onBack(): void }): Promise<EngineLink> {
  const link = await EngineLink.open(workspace, [], news, engineProgram());
  // What the last end interrupted goes on; what is held waits for a person.
  await (await link.engine()).client.jobs.resumeInterrupted();
  return link;
}
