import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ResultTableColumn } from '../../../engine/contract/index.ts';
import { addFilter } from './view-state.ts';
import styles from './filter-form.module.css';

/** A filter by the column's type: numbers by their range, text by what it holds, dates by days. */
export function FilterForm({ run, column, onDone }: { run: string; column: ResultTableColumn; onDone: () => void }) {
  const has = (kind: ResultTableColumn['filters'][number]): boolean => column.filters.includes(kind);
  const done = (add: () => void) => () => {
    add();
    onDone();
  };
  return (
    <div className={styles.form}>
      {has('range') ? <RangeFields run={run} column={column} onDone={onDone} /> : null}
      {has('dates') ? <DateFields run={run} column={column} onDone={onDone} /> : null}
      {has('text') ? <TextFields run={run} column={column} onDone={onDone} /> : null}
      {has('boolean') ? (
        <div className={styles.line}>
          {[true, false].map((value) => (
            <Button
              key={String(value)}
              variant="default"
              onClick={done(() => addFilter(run, { kind: 'boolean', column: column.column, value }))}
            >
              {String(value)}
            </Button>
          ))}
        </div>
      ) : null}
      {has('missing') ? (
        <div className={styles.line}>
          <Button
            variant="default"
            onClick={done(() => addFilter(run, { kind: 'missing', column: column.column, missing: true }))}
          >
            Missing
          </Button>
          <Button
            variant="default"
            onClick={done(() => addFilter(run, { kind: 'missing', column: column.column, missing: false }))}
          >
            Not missing
          </Button>
        </div>
      ) : null}
    </div>
  );
}

interface Fields {
  run: string;
  column: ResultTableColumn;
  onDone: () => void;
}

function RangeFields({ run, column, onDone }: Fields) {
  const [min, setMin] = useState<number | string>('');
  const [max, setMax] = useState<number | string>('');
  const number = (value: number | string): number | null => (typeof value === 'number' ? value : null);
  return (
    <form
      className={styles.line}
      onSubmit={(event) => {
        event.preventDefault();
        addFilter(run, { kind: 'range', column: column.column, min: number(min), max: number(max), below: false });
        onDone();
      }}
    >
      <NumberInput aria-label="From" placeholder="from" value={min} onChange={setMin} hideControls w={90} />
      <NumberInput aria-label="To" placeholder="to" value={max} onChange={setMax} hideControls w={90} />
      <Button type="submit" disabled={number(min) === null && number(max) === null}>
        Filter
      </Button>
    </form>
  );
}

function DateFields({ run, column, onDone }: Fields) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  return (
    <form
      className={styles.line}
      onSubmit={(event) => {
        event.preventDefault();
        // A day is meant with all its hours.
        const until = to !== '' && column.type === 'timestamp' ? dayAfter(to) : to || null;
        const below = until !== null && until !== to;
        addFilter(run, { kind: 'dates', column: column.column, from: from || null, to: until, below });
        onDone();
      }}
    >
      <TextInput type="date" aria-label="From" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput type="date" aria-label="To" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      <Button type="submit" disabled={from === '' && to === ''}>
        Filter
      </Button>
    </form>
  );
}

function dayAfter(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

function TextFields({ run, column, onDone }: Fields) {
  const [is, setIs] = useState<'contains' | 'equals' | 'starts' | 'ends'>('contains');
  const [value, setValue] = useState('');
  return (
    <form
      className={styles.line}
      onSubmit={(event) => {
        event.preventDefault();
        addFilter(run, { kind: 'text', column: column.column, is, value, matchCase: false });
        onDone();
      }}
    >
      <Select
        aria-label="How"
        allowDeselect={false}
        w={110}
        comboboxProps={{ withinPortal: false }}
        data={[
          { value: 'contains', label: 'contains' },
          { value: 'equals', label: 'equals' },
          { value: 'starts', label: 'starts with' },
          { value: 'ends', label: 'ends with' },
        ]}
        value={is}
        onChange={(chosen) => chosen && setIs(chosen)}
      />
      <TextInput aria-label="Text" value={value} onChange={(event) => setValue(event.currentTarget.value)} w={140} />
      <Button type="submit" disabled={value === ''}>
        Filter
      </Button>
    </form>
  );
}
