import { Modal, TextInput } from '@mantine/core';
import { useId, useMemo, useState, type KeyboardEvent } from 'react';
import { create } from 'zustand';
import { keysInWords, useCurrentCommands, type Command } from './registry.ts';
import styles from './palette.module.css';

interface PaletteState {
  open: boolean;
  show: () => void;
  hide: () => void;
}

export const usePalette = create<PaletteState>()((set) => ({
  open: false,
  show: () => set({ open: true }),
  hide: () => set({ open: false }),
}));

/** Everything that can be done now, found by a few letters. */
export function Palette() {
  const { open, hide } = usePalette();
  return (
    <Modal
      opened={open}
      onClose={hide}
      withCloseButton={false}
      padding={0}
      size={560}
      yOffset={96}
      title="Commands"
      classNames={{ body: styles.body, header: 'visually-hidden' }}
    >
      <PaletteBody hide={hide} />
    </Modal>
  );
}

function PaletteBody({ hide }: { hide: () => void }) {
  const commands = useCurrentCommands();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const found = useMemo(() => search(commands, text), [commands, text]);
  const current = Math.min(chosen, found.length - 1);
  const run = (command: Command | undefined): void => {
    if (!command || command.enabled === false) return;
    hide();
    // After the dialog has given the focus back, so that the command may move it.
    window.setTimeout(() => command.run(), 0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setChosen(Math.min(current + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(current - 1, 0));
    else if (event.key === 'Enter') run(found[current]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <TextInput
        data-autofocus
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        placeholder="What to do"
        aria-label="What to do"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={found[current] ? `${listId}-${current}` : undefined}
        classNames={{ input: styles.input }}
      />
      <ul id={listId} role="listbox" aria-label="Commands" className={styles.list}>
        {found.map((command, index) => (
          <li
            key={command.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === current}
            aria-disabled={command.enabled === false}
            className={styles.item}
            onClick={() => run(command)}
            onMouseMove={() => setChosen(index)}
            ref={index === current ? scrollIntoView : undefined}
          >
            <span className={styles.group}>{command.group}</span>
            <span className={styles.title}>
              {command.title}
              {command.enabled === false && command.why ? <span className={styles.why}> {command.why}</span> : null}
            </span>
            {command.keys ? <kbd className={styles.keys}>{keysInWords(command.keys)}</kbd> : null}
          </li>
        ))}
        {found.length === 0 ? <li className={styles.none}>No command has these letters.</li> : null}
      </ul>
    </>
  );
}

function scrollIntoView(element: HTMLLIElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

/** All letters in their order; words that begin with the text go first. */
export function search(commands: readonly Command[], text: string): Command[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [...commands].sort((a, b) => order(a) - order(b));
  return commands
    .map((command) => ({ command, score: score(`${command.title} ${command.group}`.toLowerCase(), wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ command }) => command);
}

function order(command: Command): number {
  return ['Table', 'Run', 'Model', 'Data', 'File', 'Go', 'View', 'Help'].indexOf(command.group);
}

function score(title: string, wanted: string): number {
  const at = title.indexOf(wanted);
  if (at === 0) return 4;
  if (at > 0) return title[at - 1] === ' ' ? 3 : 2;
  let from = 0;
  for (const letter of wanted) {
    from = title.indexOf(letter, from) + 1;
    if (from === 0) return 0;
  }
  return 1;
}
