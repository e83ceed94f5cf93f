/** The program around the face: a browser tab on loopback, or the desktop window. */
import type { Host } from './host.ts';
import { desktopHost } from './electron.ts';
import { webHost } from './web.ts';

export { HostRefused, SessionEnded, type GrantProgress, type Host, type HostConnection } from './host.ts';
export { filesOfInput } from './chosen-files.ts';

/** The host that this page runs in. Errors: SessionEnded in a browser whose address has been used. */
export async function findHost(): Promise<Host> {
  return window.drydock === undefined ? webHost() : desktopHost(window.drydock);
}
