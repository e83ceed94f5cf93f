import type { MenuItemConstructorOptions } from 'electron';
import { basename } from 'node:path';
import { commandGroups, type CommandGroup, type MenuCommand } from '../engine/contract/index.ts';

/** Longer titles are cut: a menu is no place for a whole file name. */
const mostCharacters = 80;

/** What a menu is made of besides the page's commands, and what its items do. */
export interface MenuParts {
  commands: readonly MenuCommand[];
  recent: readonly string[];
  run: (id: string) => void;
  open: (path: string) => void;
  clearRecent: () => void;
  /** Whether there are the items that only developers need. */
  forDevelopers: boolean;
  platform: NodeJS.Platform;
}

/** The menu bar made of the page's commands and what every window of the system has. */
export function menuTemplate(parts: MenuParts): MenuItemConstructorOptions[] {
  const isMac = parts.platform === 'darwin';
  const items = (group: CommandGroup): MenuItemConstructorOptions[] =>
    parts.commands.filter((command) => command.group === group).map((command) => menuItem(command, parts.run));
  const menus = commandGroups.flatMap((group): MenuItemConstructorOptions[] => {
    const own = items(group);
    if (group === 'File') return [{ label: 'File', submenu: fileMenu(own, parts, isMac) }, edit];
    if (group === 'View') return [{ label: 'View', submenu: [...own, ...viewItems(own, parts.forDevelopers)] }];
    return own.length === 0 ? [] : [{ label: group, submenu: own }];
  });
  return isMac ? [{ role: 'appMenu' }, ...menus, { role: 'windowMenu' }] : menus;
}

const edit: MenuItemConstructorOptions = {
  label: 'Edit',
  submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
};

function viewItems(own: readonly unknown[], forDevelopers: boolean): MenuItemConstructorOptions[] {
  return [
    ...(own.length === 0 ? [] : [{ type: 'separator' } as const]),
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    ...(forDevelopers ? [{ type: 'separator' } as const, { role: 'toggleDevTools' } as const] : []),
  ];
}

function fileMenu(own: MenuItemConstructorOptions[], parts: MenuParts, isMac: boolean): MenuItemConstructorOptions[] {
  return [
    ...own,
    isMac ? { role: 'recentDocuments', submenu: [{ role: 'clearRecentDocuments' }] } : recentMenu(parts),
    { type: 'separator' },
    isMac ? { role: 'close' } : { id: 'quit', role: 'quit' },
  ];
}

function recentMenu({ recent, open, clearRecent }: MenuParts): MenuItemConstructorOptions {
  return {
    id: 'recent',
    label: 'Open recent',
    enabled: recent.length > 0,
    submenu: [
      ...recent.map((path) => ({ label: labelOf(basename(path)), toolTip: labelOf(path), click: () => open(path) })),
      { type: 'separator' },
      { label: 'Forget these', click: () => clearRecent() },
    ],
  };
}

function menuItem({ id, title, keys, enabled }: MenuCommand, run: (id: string) => void): MenuItemConstructorOptions {
  const accelerator = acceleratorOf(keys);
  return {
    id,
    label: labelOf(title),
    enabled,
    click: () => run(id),
    ...(accelerator === null ? {} : { accelerator }),
  };
}

/** One line, no character that orders or hides others, and no `&` that a menu would take for a key. */
export function labelOf(title: string): string {
  const line = title.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  const characters = [...line];
  const short =
    characters.length <= mostCharacters ? line : `${characters.slice(0, mostCharacters - 1).join('')}\u2026`;
  return short.replaceAll('&', '&&');
}

const keyNames: ReadonlyMap<string, string> = new Map([
  ['mod', 'CmdOrCtrl'],
  ['shift', 'Shift'],
  ['alt', 'Alt'],
  ['enter', 'Enter'],
  ['arrowup', 'Up'],
  ['arrowdown', 'Down'],
  ['arrowleft', 'Left'],
  ['arrowright', 'Right'],
  ['delete', 'Delete'],
  [',', ','],
]);

/**
 * The keys as Electron writes them, or null. Only chords with Ctrl or Cmd belong to the menu: plain letters and sequences
 * are typed into fields too, which only the page can tell apart.
 */
export function acceleratorOf(keys: string | null): string | null {
  if (keys === null || !keys.startsWith('mod+') || keys.includes(' ')) return null;
  const parts = keys.split('+').map((key) => keyNames.get(key) ?? (/^[a-z0-9]$/.test(key) ? key.toUpperCase() : null));
  return parts.includes(null) ? null : parts.join('+');
}
