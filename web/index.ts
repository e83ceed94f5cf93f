/** The web host: the window in a browser on this machine. Serves the page, its calls and its resources on loopback. */
export { openWindow } from './window.ts';
export type { WindowHost, WindowOptions } from './window.ts';
export { closeCodes } from './relay.ts';
