import { useEffect } from 'react';
import type { MenuCommand } from '../../engine/contract/index.ts';
import { useEngine } from '../client/index.ts';
import { runCommand, useCommands, useCurrentCommands, type Command } from '../commands/index.ts';
import { bringIn } from '../features/home/index.ts';
import { navigate } from '../window/index.ts';

/**
 * What only the desktop window has: a menu bar made of the commands of now; and commands, files and runs that come from
 * the system. In a browser it does nothing.
 */
export function useDesktopParts(): void {
  const { client, host } = useEngine();
  const { native } = host;
  // The newest commands come first in the registry; in a menu what is always there keeps its place.
  const commands = [...useCurrentCommands()].reverse();
  const menu = JSON.stringify(commands.map(menuCommand));
  useEffect(() => native?.showMenu(JSON.parse(menu) as MenuCommand[]), [native, menu]);
  useEffect(() => {
    if (native === undefined) return undefined;
    // What the system hands over is told for as long as the document lives; a second look must not act twice.
    const state = { isOver: false };
    native.onCommand((id) => {
      if (!state.isOver) runCommand(id);
    });
    native.onOpened((grants) => {
      if (!state.isOver) void bringIn(client, () => Promise.resolve().then(grants));
    });
    native.onShowRun((run) => {
      if (!state.isOver) navigate('runs', run);
    });
    return () => {
      state.isOver = true;
    };
  }, [client, native]);
  useCommands(
    native === undefined
      ? []
      : [
          {
            id: 'file.reveal-workspace',
            title: 'Show the workspace in its folder',
            group: 'File',
            run: () => void native.reveal({ kind: 'workspace' }),
          },
        ],
  );
}

function menuCommand({ id, title, group, keys, enabled }: Command): MenuCommand {
  return { id, title, group, keys: keys ?? null, enabled: enabled !== false };
}
