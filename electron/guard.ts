/** What no page may do, whatever it holds: go elsewhere, open windows, ask for devices, reach a network, load a plug-in. */
import { app, session, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { pageAddress } from './scheme.ts';

/** Chromium's own errands. Nothing here looks a name up, so what is forgotten in this list does not get far either. */
const switches: readonly (readonly [name: string, value?: string])[] = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  ['no-pings'],
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
];

/** Addresses of networks and of the disk. What the page needs has the scheme of its own. */
const foreign = ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*', 'file://*/*'];

/** What the page's own copy buttons need; the person's click is the leave for it. */
const grantedPermission = 'clipboard-sanitized-write';

/** Must be called before the app is ready. */
export function closeNetwork(): void {
  for (const [name, value] of switches) {
    if (value === undefined) app.commandLine.appendSwitch(name);
    else app.commandLine.appendSwitch(name, value);
  }
}

/** Must be called once the app is ready, before there is a window. */
export function guardSession(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((page, permission, answer) =>
    answer(permission === grantedPermission && isPage(page.getURL())),
  );
  defaultSession.setPermissionCheckHandler(
    (page, permission) => permission === grantedPermission && page !== null && isPage(page.getURL()),
  );
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.webRequest.onBeforeRequest({ urls: foreign }, (_request, answer) => answer({ cancel: true }));
  // Files leave the window by the save dialog alone (bridge.ts).
  defaultSession.on('will-download', (event) => event.preventDefault());
  defaultSession.setSpellCheckerEnabled(false);
}

/** For every page there will ever be, also one that nobody meant to open. */
export function guardPages(): void {
  app.on('web-contents-created', (_event, page) => guardPage(page));
}

function guardPage(page: WebContents): void {
  // The page moves by its address's fragment alone, which is no navigation of these kinds.
  page.on('will-navigate', (event) => event.preventDefault());
  page.on('will-frame-navigate', (event) => event.preventDefault());
  page.on('will-redirect', (event) => event.preventDefault());
  page.on('will-attach-webview', (event) => event.preventDefault());
  page.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Whether a message comes from the document of our window itself: not from a frame in it, not from another window. */
export function isFromPage(event: IpcMainEvent | IpcMainInvokeEvent, page: WebContents): boolean {
  const { sender, senderFrame } = event;
  return sender === page && senderFrame !== null && senderFrame.parent === null && isPage(senderFrame.url);
}

function isPage(address: string): boolean {
  return address.startsWith(pageAddress);
}
