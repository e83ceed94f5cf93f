import { join } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme } from 'electron';
import { preloadPath } from './program-root.ts';
import { pageAddress } from './scheme.ts';
import { rememberedState, rememberState, smallest } from './window-state.ts';

/** A page that ends this often in this time is not opened again without a question. */
const patience = { times: 3, withinMs: 60_000 };

/** The one window, still without its page. A page in it that ends or hangs is mended; `onPageGone` hears when a document's connections are over. */
export function openAppWindow(onPageGone: () => void): BrowserWindow {
  const { bounds, maximised } = rememberedState();
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Drydock',
    // Elsewhere the program itself has an icon; a Linux program has none.
    ...(process.platform === 'linux' && app.isPackaged ? { icon: join(process.resourcesPath, 'icon.png') } : {}),
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#14181c' : '#ffffff',
    webPreferences: {
      preload: preloadPath,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      enableWebSQL: false,
    },
  });
  if (maximised) window.maximize();
  rememberState(window);
  window.once('ready-to-show', () => window.show());
  window.webContents.on('did-start-navigation', (event) => {
    if (event.isMainFrame && !event.isSameDocument) onPageGone();
  });
  mend(window, onPageGone);
  return window;
}

function mend(window: BrowserWindow, onPageGone: () => void): void {
  const page = window.webContents;
  const ends: number[] = [];
  page.on('render-process-gone', (_event, { reason }) => {
    onPageGone();
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = performance.now();
    ends.push(now);
    if (ends.filter((end) => now - end < patience.withinMs).length > patience.times) void offerToMend(window);
    else reopen(window);
  });
  let asking: AbortController | null = null;
  page.on('unresponsive', () => {
    if (asking !== null) return;
    asking = new AbortController();
    void ask(
      window,
      'The window does not answer.',
      ['Wait', 'Open it anew'],
      'Runs go on meanwhile: they are not in the window.',
      asking.signal,
    ).then((choice) => {
      asking = null;
      if (choice === 1) page.forcefullyCrashRenderer();
    });
  });
  page.on('responsive', () => asking?.abort());
}

/** The same place again, and a word to the page of what happened. */
function reopen(window: BrowserWindow): void {
  const { hash } = new URL(window.webContents.getURL());
  // Not from within the event: the frame is still being taken apart.
  setImmediate(() => {
    if (!window.isDestroyed()) void window.loadURL(`${pageAddress}?mended${hash}`);
  });
}

async function offerToMend(window: BrowserWindow): Promise<void> {
  const choice = await ask(
    window,
    'The window ended several times in a row.',
    ['Open it anew', 'Close'],
    'Nothing that was committed is lost. Runs go on meanwhile.',
  );
  if (choice === 0) reopen(window);
  else window.close();
}

async function ask(
  window: BrowserWindow,
  message: string,
  buttons: string[],
  detail: string,
  signal?: AbortSignal,
): Promise<number> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message,
    detail,
    buttons,
    defaultId: 0,
    cancelId: 0,
    ...(signal === undefined ? {} : { signal }),
  });
  return response;
}
