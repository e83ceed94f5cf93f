import { useLayoutEffect } from 'react';
import { usePreferences } from '../window/index.ts';
import { currentCommands, type Command } from './registry.ts';

/** The first key of a sequence waits this long for the second. */
const sequenceMs = 1200;

/** Listens for the keys of all commands, once for the window. */
export function useKeyboard(): void {
  useLayoutEffect(() => {
    let first: string | null = null;
    let timer: number | undefined;
    let above: Above = 'nothing';
    // Seen before anybody acts on the key: what Escape closes is gone by the time the key arrives below.
    const onCapture = (): void => {
      above = whatIsAbove();
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || isModifier(event.key)) return;
      const chord = chordOf(event);
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (plain && !actsPlainly(event)) return;
      const command = (first && match(`${first} ${chord}`, above)) ?? match(chord, above);
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
    window.addEventListener('keydown', onCapture, { capture: true });
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onCapture, { capture: true });
      window.removeEventListener('keydown', onKeyDown);
      window.clearTimeout(timer);
    };
  }, []);
}

/** What lies over the page: a dialog owns the keyboard, a menu its Escape. */
type Above = 'nothing' | 'menu' | 'dialog';

function whatIsAbove(): Above {
  if (document.querySelector('[role="dialog"][aria-modal="true"]') !== null) return 'dialog';
  const menus = '.mantine-Menu-dropdown, .mantine-Popover-dropdown, .mantine-Combobox-dropdown';
  // Closed lists stay in the document without a place on screen.
  const open = [...document.querySelectorAll(menus)].some((menu) => menu.getClientRects().length > 0);
  return open ? 'menu' : 'nothing';
}

function match(keys: string, above: Above): Command | undefined {
  if (above === 'dialog' && !keys.startsWith('mod+')) return undefined;
  if (above === 'menu' && (keys === 'escape' || keys === 'enter')) return undefined;
  return currentCommands().find((command) => command.keys === keys);
}

/** Whether a key without Ctrl acts: not where it is typed, Enter not on what it presses, letters where they are wanted. */
function actsPlainly(event: KeyboardEvent): boolean {
  if (event.key === 'Escape') return true;
  if (isField(event.target)) return false;
  if (event.key === 'Enter')
    return !(event.target instanceof Element && event.target.closest('a, button, [role="menuitem"], summary'));
  return event.key.length > 1 || usePreferences.getState().letterKeys;
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
