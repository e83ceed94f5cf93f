/** Where a workspace lies and who runs it: folders, socket address, engine.json. Light enough for every host to load. */
export {
  defaultWorkspace,
  isOwnPath,
  openPlace,
  placeWarning,
  readEngineAddress,
  removeStaleSocket,
  socketAddress,
} from './place.ts';
export type { EngineAddress } from './place.ts';
