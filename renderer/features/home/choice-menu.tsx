import { Combobox, useCombobox } from '@mantine/core';
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
/** The place of "none" among options, whose own values may be any text. */
const none = 'none';

/** One part of the sentence: a word that opens a list to choose from. A guess is dotted, its reason in the tooltip. */
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
  const searched = options.length > manyOptions;
  const list = useCombobox({
    onDropdownClose: () => {
      setText('');
      list.resetSelectedOption();
      list.focusTarget();
    },
    onDropdownOpen: () => {
      list.selectActiveOption();
      if (searched) list.focusSearchInput();
    },
  });
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return options.filter((option) => option.name.toLowerCase().includes(wanted)).slice(0, 100);
  }, [options, text]);
  const choose = (key: string): void => {
    list.closeDropdown();
    onChoose(key === none ? null : key.slice(1));
  };
  const words = typeof children === 'string' ? children : null;
  return (
    <Combobox store={list} onOptionSubmit={choose} withinPortal width={320} position="bottom-start" shadow="md">
      <Combobox.Target targetType="button" withExpandedAttribute>
        <button
          type="button"
          className={styles.choice}
          data-guessed={guessed ? true : undefined}
          title={guessed ? `Guessed: ${oneLine(guessed)}` : undefined}
          aria-label={`${label}${words === null ? '' : `, ${words}`}${guessed ? ', guessed' : ''}`}
          onClick={() => list.toggleDropdown()}
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
      </Combobox.Target>
      <Combobox.Dropdown>
        {searched ? (
          <Combobox.Search
            aria-label={`Search: ${label}`}
            placeholder="Search"
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              list.selectFirstOption();
            }}
          />
        ) : null}
        <Combobox.Options className={styles.list} aria-label={label}>
          {shown.map((option) => (
            <Combobox.Option
              key={option.value ?? ''}
              value={option.value === null ? none : `=${option.value}`}
              active={option.value === value}
              aria-selected={option.value === value}
            >
              <span className={styles.option}>
                <Name text={option.name} most={48} />
                {option.about ? <span className={styles.about}>{option.about}</span> : null}
              </span>
            </Combobox.Option>
          ))}
          {shown.length === 0 ? <Combobox.Empty>Nothing has these letters.</Combobox.Empty> : null}
        </Combobox.Options>
        {extra}
      </Combobox.Dropdown>
    </Combobox>
  );
}
