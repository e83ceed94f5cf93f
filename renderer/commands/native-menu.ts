import { useEffect } from 'react';
import type { MenuCommand } from '../../engine/contract/index.ts';
import { useEngine } from '../client/index.ts';
import { currentCommands, useCurrentCommands, type Command } from './registry.ts';

/** Titles may name files of any length; the menu cuts them shorter still. */
const mostCharacters = 500;

/** In the desktop window the system's menu bar has every command of the registry. Once for the window. */
export function useNativeMenu(): void {
  const { native } = useEngine().host;
  // The registry lists what came last first; menus are read from the first on.
  const signature = JSON.stringify(useCurrentCommands().reverse().map(inMenu));
  useEffect(() => {
    native?.showMenu(JSON.parse(signature) as MenuCommand[]);
  }, [native, signature]);
  useEffect(() => {
    native?.onCommand((id) => {
      const command = currentCommands().find((one) => one.id === id);
      if (command !== undefined && command.enabled !== false) command.run();
    });
  }, [native]);
}

function inMenu({ id, title, group, keys, enabled }: Command): MenuCommand {
  return { id, title: title.slice(0, mostCharacters), group, keys: keys ?? null, enabled: enabled !== false };
}
