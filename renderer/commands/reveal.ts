import { create } from 'zustand';
import type { RevealPlace } from '../../engine/contract/index.ts';
import { useEngine } from '../client/index.ts';
import { useCommands, type Command } from './registry.ts';

/** Whether something was saved by the system's dialog since this page was opened. */
export const useSaved = create<{ saved: boolean }>()(() => ({ saved: false }));

/** A command that shows where a thing lies, in the system's program for files. A browser has none. */
export function useRevealCommand(command: Omit<Command, 'run'>, place: RevealPlace): void {
  const { native } = useEngine().host;
  useCommands(
    native === undefined ? [] : [{ ...command, run: () => void native.reveal(place).catch(() => undefined) }],
  );
}
