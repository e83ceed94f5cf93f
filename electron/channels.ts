/** Names of the messages between main and preload. The preload gives the page functions, never these. */
export const channels = {
  connect: 'drydock:connect',
  connection: 'drydock:connection',
  grantFiles: 'drydock:grant-files',
  chooseFiles: 'drydock:choose-files',
  saveResource: 'drydock:save-resource',
  reveal: 'drydock:reveal',
  showMenu: 'drydock:show-menu',
  command: 'drydock:command',
  readyForFiles: 'drydock:ready-for-files',
  opened: 'drydock:opened',
  showRun: 'drydock:show-run',
} as const;
