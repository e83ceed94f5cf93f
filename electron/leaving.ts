import { setTimeout as sleep } from 'node:timers/promises';
import { app, dialog, Notification, powerMonitor, type BrowserWindow } from 'electron';
import type { EngineLink } from '../hosting/index.ts';

/** An engine that does not answer in this time is not waited for. */
const answerMs = 3000;

/** What the program has open at the engine, besides the connection of its own. */
export interface Leaver {
  window: BrowserWindow;
  link: Promise<EngineLink>;
  /** Connections of the page. */
  pages: () => number;
  /** Ends what the program does for the window, once it is sure that it ends. */
  end: () => void;
}

/**
 * Makes the program's end a clean one: it asks where a run would be interrupted, ends the engine where nobody else needs
 * it, and says so where somebody does.
 */
export function leaveCleanly(leaver: Leaver): void {
  const { window } = leaver;
  let state: 'open' | 'asking' | 'ended' = 'open';
  let mayAsk = true;
  const leave = async (): Promise<void> => {
    if (state !== 'open') return;
    state = 'asking';
    if (!(await endEngine(leaver, () => mayAsk))) {
      state = 'open';
      return;
    }
    state = 'ended';
    app.quit();
  };
  app.on('before-quit', (event) => {
    if (state === 'ended') return;
    event.preventDefault();
    void leave();
  });
  window.on('close', (event) => {
    if (state === 'ended') return;
    event.preventDefault();
    void leave();
  });
  // The machine is going down: there is nobody to answer, and what is interrupted resumes.
  powerMonitor.on('shutdown', () => {
    mayAsk = false;
    void leave();
  });
  window.on('session-end', () => {
    mayAsk = false;
    void leave();
  });
  app.on('window-all-closed', () => app.quit());
}

/** False: the person stays. */
async function endEngine({ window, link, pages, end }: Leaver, mayAsk: () => boolean): Promise<boolean> {
  const engine = await within(link);
  const attachment = engine === null ? null : await within(engine.engine());
  const status = attachment === null ? null : await within(attachment.client.engine.status());
  if (engine === null || status === null) {
    end();
    await within(engine?.close() ?? Promise.resolve());
    return true;
  }
  const others = status.attached - pages() - 1;
  if (others <= 0 && status.activeJobs > 0 && mayAsk() && !(await mayInterrupt(window))) return false;
  end();
  if (others > 0) sayThatItStays(status.activeJobs);
  await within(others <= 0 && status.activeJobs > 0 ? engine.stop() : engine.close());
  return true;
}

async function mayInterrupt(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'A run is going on.',
    detail: 'It stops where it is and goes on at the next start. No row is lost.',
    buttons: ['Quit', 'Stay'],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}

function sayThatItStays(jobs: number): void {
  const words = `The engine stays: another program uses this workspace${jobs > 0 ? ', and work is going on' : ''}. It ends by itself.`;
  console.log(words);
  if (Notification.isSupported()) new Notification({ title: 'Drydock', body: words }).show();
}

/** Null when it failed or took too long: the program must be able to end whatever its engine does. */
async function within<T>(work: Promise<T>): Promise<T | null> {
  return Promise.race([work.catch(() => null), sleep(answerMs, null)]);
}
