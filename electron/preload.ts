/** Runs before the page, sandboxed and in a world of its own: the few functions that the page gets, and nothing else. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { DesktopAnswer, DesktopBridge, Grant } from '../engine/contract/index.ts';
import { channels } from './channels.ts';

/** The page's window, of which this file needs only how a port is handed over. */
declare const window: { postMessage(message: unknown, origin: string, ports: readonly unknown[]): void };
declare const location: { origin: string };

const bridge: DesktopBridge = {
  connect: (id) => ipcRenderer.send(channels.connect, id),
  grantFiles: async (files) => {
    // Only files of the disk have a path: one that the page made itself has none.
    const paths = files.map((file) => webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]));
    return ipcRenderer.invoke(channels.grantFiles, paths) as Promise<DesktopAnswer<Grant[]>>;
  },
  chooseFiles: (what) => ipcRenderer.invoke(channels.chooseFiles, what) as Promise<DesktopAnswer<Grant[]>>,
  saveResource: (resource) => ipcRenderer.invoke(channels.saveResource, resource) as Promise<DesktopAnswer<boolean>>,
  reveal: (place) => ipcRenderer.invoke(channels.reveal, place) as Promise<DesktopAnswer<null>>,
  showMenu: (commands) => ipcRenderer.send(channels.showMenu, commands),
  onCommand: (listener) => {
    ipcRenderer.on(channels.command, (_event, id: string) => listener(id));
  },
  onOpened: (listener) => {
    ipcRenderer.on(channels.opened, (_event, opened: DesktopAnswer<Grant[]>) => listener(opened));
    ipcRenderer.send(channels.readyForFiles);
  },
  onShowRun: (listener) => {
    ipcRenderer.on(channels.showRun, (_event, run: string) => listener(run));
  },
};

ipcRenderer.on(channels.connection, (event, id: string) => {
  window.postMessage({ drydock: 'connection', id }, location.origin, event.ports);
});

contextBridge.exposeInMainWorld('drydock', bridge);
