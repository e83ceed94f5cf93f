/** Starts, limits, talks to and buries child processes; carries messages. Knows no domain. */
export { startChild, asProblem } from './child.ts';
export type { Child, ChildLimits } from './child.ts';
export type { Death } from './death.ts';
export { entrypointPath } from './siblings.ts';
export { boundRows } from './answer.ts';
export { servePort, serveParent, wireError } from './serve.ts';
export { connectLocally, listenLocally } from './local-socket.ts';
export type { LocalConnection, LocalServer } from './local-socket.ts';
export { portOfChild, portOfParent } from './port.ts';
export type { Port } from './port.ts';
export { noBrowserBecause, openAddress } from './open-address.ts';
