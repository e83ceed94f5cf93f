import { useEffect } from 'react';
import { usePreferences } from '../window/index.ts';
import { currentCommands, type Command } from './registry.ts';

/** The first key of a sequence waits this long for the second. */
const sequenceMs = 1200;

/** Listens for the keys of all commands, once for the window. */
export function useKeyboard(): void {
  useEffect(() => {
    let first: string | null = null;
    let timer: number | undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || isModifier(event.key)) return;
      const chord = chordOf(event);
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (plain && (isField(event.target) || !usePreferences.getState().letterKeys) && event.key !== 'Escape') return;
      const command = (first && match(`${first} ${chord}`)) ?? match(chord);
      window.clearTimeout(timer);
      const wasSecond = first !== null;
      first = null;
      if (command) {
        event.preventDefault();
        if (command.enabled !== false) command.run();
      } else if (plain && !wasSecond && startsSequence(chord)) {
        first = chord;
        timer = window.setTimeout(() => (first = null), sequenceMs);
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      window.clearTimeout(timer);
    };
  }, []);
}

function match(keys: string): Command | undefined {
  // A dialog on top owns the keyboard; only what closes it or is meant for everywhere goes through.
  const open = document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
  return currentCommands().find((command) => command.keys === keys && (!open || keys.startsWith('mod+')));
}

function startsSequence(chord: string): boolean {
  return currentCommands().some((command) => command.keys?.startsWith(`${chord} `));
}

function chordOf(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push('mod');
  if (event.altKey) parts.push('alt');
  // A sign such as ? says already that Shift was held.
  const named = event.key.length > 1 || /[a-z]/i.test(event.key);
  if (event.shiftKey && named) parts.push('shift');
  parts.push(event.key.toLowerCase());
  return parts.join('+');
}

function isModifier(key: string): boolean {
  return key === 'Control' || key === 'Shift' || key === 'Alt' || key === 'Meta';
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type);
}
