import { useLayoutEffect, useRef } from 'react';
import { create } from 'zustand';

/** Something a person can do: in the palette, by its keys, in tooltips and in the native menu. */
export interface Command {
  id: string;
  /** What it does, as an imperative: `Export this view`. */
  title: string;
  group: 'Go' | 'File' | 'Model' | 'Data' | 'Run' | 'Table' | 'View' | 'Help';
  /** `mod+k`, `g h` (one after the other), `/`, `shift+?`. `mod` is Ctrl, on a Mac Cmd. */
  keys?: string;
  /** Whether it can be done now; a command that cannot is shown greyed with `why`. */
  enabled?: boolean;
  why?: string;
  run: () => void;
}

interface Commands {
  /** By who registered them; a page's commands go when the page goes. */
  groups: ReadonlyMap<symbol, readonly Command[]>;
  put: (owner: symbol, commands: readonly Command[]) => void;
  drop: (owner: symbol) => void;
}

const useCommandStore = create<Commands>()((set) => ({
  groups: new Map(),
  put: (owner, commands) => set((state) => ({ groups: new Map(state.groups).set(owner, commands) })),
  drop: (owner) =>
    set((state) => {
      const groups = new Map(state.groups);
      groups.delete(owner);
      return { groups };
    }),
}));

/** All commands of now; of two with one id or the same keys the one registered last goes first. */
export function currentCommands(): Command[] {
  const seen = new Map<string, Command>();
  for (const commands of useCommandStore.getState().groups.values())
    for (const command of commands) {
      seen.delete(command.id);
      seen.set(command.id, command);
    }
  return [...seen.values()].reverse();
}

export function useCurrentCommands(): Command[] {
  useCommandStore((state) => state.groups);
  return currentCommands();
}

/** Registers commands while the caller is on screen. Actions are read when they run, so they see the newest state. */
export function useCommands(commands: readonly Command[]): void {
  const newest = useRef(commands);
  newest.current = commands;
  const signature = JSON.stringify(
    commands.map(({ id, title, keys, enabled, why }) => [id, title, keys, enabled, why]),
  );
  useLayoutEffect(() => {
    const owner = Symbol('commands');
    const { put, drop } = useCommandStore.getState();
    put(
      owner,
      newest.current.map((command, index) => ({ ...command, run: () => newest.current[index]?.run() })),
    );
    return () => drop(owner);
  }, [signature]);
}

const isMac = navigator.platform.startsWith('Mac');

/** Keys as people read them: `Ctrl+K`, `G then H`. */
export function keysInWords(keys: string): string {
  return keys
    .split(' ')
    .map((chord) =>
      chord
        .split('+')
        .map((key) => keyNames[key] ?? (key.length === 1 ? key.toUpperCase() : key))
        .join('+'),
    )
    .join(' then ');
}

const keyNames: Record<string, string> = {
  mod: isMac ? 'Cmd' : 'Ctrl',
  shift: 'Shift',
  alt: 'Alt',
  escape: 'Esc',
  enter: 'Enter',
  arrowup: 'Up',
  arrowdown: 'Down',
  ' ': 'Space',
};
