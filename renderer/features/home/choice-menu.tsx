import { Menu, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { Name, oneLine } from '../../components/index.ts';
import styles from './choice-menu.module.css';

export interface Option {
  value: string | null;
  name: string;
  /** A quiet fact behind the name. */
  about?: string;
}

/** More options than this get a field to search them. */
const manyOptions = 8;

/** One part of the sentence: a word that opens a menu. A guess is dotted, its reason in the tooltip. */
export function ChoiceMenu({
  label,
  options,
  value,
  guessed,
  onChoose,
  children,
  extra,
}: {
  label: string;
  options: readonly Option[];
  value: string | null;
  /** Why this was guessed. */
  guessed?: string | null;
  onChoose: (value: string | null) => void;
  children: ReactNode;
  extra?: ReactNode;
}) {
  const [text, setText] = useState('');
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return options.filter((option) => option.name.toLowerCase().includes(wanted)).slice(0, 100);
  }, [options, text]);
  return (
    <Menu onClose={() => setText('')} withinPortal returnFocus>
      <Menu.Target>
        <button
          type="button"
          className={styles.choice}
          data-guessed={guessed ? true : undefined}
          title={guessed ? `Guessed: ${oneLine(guessed)}` : undefined}
          aria-label={`${label}, ${options.find((option) => option.value === value)?.name ?? 'nothing chosen'}${guessed ? ', guessed' : ''}`}
        >
          {children}
          <svg
            viewBox="0 0 8 8"
            width="8"
            height="8"
            aria-hidden="true"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.25"
          >
            <path d="m1 2.5 3 3 3-3" />
          </svg>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {options.length > manyOptions ? (
          <TextInput
            aria-label={`Search: ${label}`}
            placeholder="Search"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            className={styles.search}
            data-autofocus
          />
        ) : null}
        <div className={styles.list}>
          {shown.map((option) => (
            <Menu.Item
              key={option.value ?? ''}
              onClick={() => onChoose(option.value)}
              data-chosen={option.value === value || undefined}
            >
              <span className={styles.option}>
                <Name text={option.name} most={48} />
                {option.about ? <span className={styles.about}>{option.about}</span> : null}
              </span>
            </Menu.Item>
          ))}
          {shown.length === 0 ? <p className={styles.none}>Nothing has these letters.</p> : null}
        </div>
        {extra}
      </Menu.Dropdown>
    </Menu>
  );
}
