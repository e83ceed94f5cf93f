import { Button, Checkbox, Modal, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { BindingLine, ColumnInfo, ColumnsInput, VersionInfo } from '../../../engine/contract/index.ts';
import { problemOf, useEngine } from '../../client/index.ts';
import { Answer, count, Name, plural, ProblemView } from '../../components/index.ts';
import { replaceModel, useIntake, versionOf } from './intake.ts';
import styles from './columns-dialog.module.css';

interface Shown {
  model: string;
  /** The lines that need a look. */
  binding: readonly BindingLine[];
  columns: readonly ColumnInfo[];
  onClose: () => void;
}

/** More columns than this get a field to search them. */
const manyColumns = 12;

/** Which columns of the data feed an input. What is chosen becomes the recipe of a new version. */
export function ColumnsDialog({ model, binding, columns, onClose }: Shown) {
  const { client } = useEngine();
  // A file that was dropped is imported first: columns are chosen for versions.
  const version = useQuery({
    queryKey: ['version-to-feed', model],
    queryFn: () => versionOf(client, model),
  });
  return (
    <Modal opened onClose={onClose} title="Choose the columns" size={520}>
      <Answer answer={version} rows={6}>
        {(info) => <ChooseColumns {...{ model, binding, columns, onClose }} info={info} />}
      </Answer>
    </Modal>
  );
}

function ChooseColumns({ model, binding, columns, onClose, info }: Shown & { info: VersionInfo }) {
  const inputs = info.recipe.inputs.filter((input): input is ColumnsInput => input.from === 'columns');
  const [name, setName] = useState(inputs.find(({ input }) => binding.some((line) => line.input === input))?.input);
  const input = inputs.find((one) => one.input === name) ?? inputs[0];
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const [text, setText] = useState('');
  const save = useSave(model, info, onClose);
  const { label, id } = useIntake();
  if (input === undefined) return <p>This model takes no columns.</p>;
  const current = chosen ?? begunWith(input, columns, [label.value, id.value]);
  const width = widthOf(info, input.input);
  const wanted = text.trim().toLowerCase();
  const shown = columns.filter((column) => column.name.toLowerCase().includes(wanted));
  const names = columns.map((column) => column.name).filter((column) => current.has(column));
  const toggle = (column: string): void => {
    const next = new Set(current);
    if (!next.delete(column)) next.add(column);
    setChosen(next);
  };
  return (
    <form
      className={styles.dialog}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ input, names });
      }}
    >
      <p>
        They go into <Name text={input.input} mono /> in the order of the data. The recipe&apos;s page takes another
        order.
      </p>
      {inputs.length > 1 ? (
        <Select
          label="Input"
          allowDeselect={false}
          data={inputs.map((one) => one.input)}
          value={input.input}
          comboboxProps={{ withinPortal: false }}
          onChange={(next) => {
            if (next === null) return;
            setName(next);
            setChosen(null);
          }}
        />
      ) : null}
      {columns.length > manyColumns ? (
        <TextInput
          aria-label="Search columns"
          placeholder="Search"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      ) : null}
      <div className={styles.list} role="group" aria-label={`Columns of ${input.input}`}>
        {shown.map((column) => (
          <Checkbox
            key={column.name}
            label={<Name text={column.name} most={48} />}
            checked={current.has(column.name)}
            onChange={() => toggle(column.name)}
          />
        ))}
        {shown.length === 0 ? <p>Nothing has these letters.</p> : null}
      </div>
      {save.isError ? <ProblemView problem={problemOf(save.error)} /> : null}
      <div className={styles.actions}>
        <p className={styles.count} role="status">
          {width === null
            ? `${plural(names.length, 'column')} chosen.`
            : `${count(names.length)} chosen, the model takes ${count(width)}.`}
        </p>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          type="submit"
          disabled={names.length === 0 || (width !== null && names.length !== width)}
          loading={save.isPending}
        >
          Use these
        </Button>
      </div>
    </form>
  );
}

/** The recipe's own columns where the data has some, else all numbers that are neither label nor row names. */
function begunWith(
  { columns: own }: ColumnsInput,
  columns: readonly ColumnInfo[],
  taken: readonly (string | null)[],
): ReadonlySet<string> {
  const wanted = new Set(Array.isArray(own) ? own.map(({ column }) => column) : []);
  const named = columns.filter(({ name }) => wanted.has(name));
  const numbers = columns.filter(({ name, type }) => numeric.includes(type) && !taken.includes(name));
  return new Set((named.length > 0 ? named : numbers).map(({ name }) => name));
}

const numeric: readonly string[] = ['integer', 'float'];

/** How many columns an input takes side by side; null where the model does not say. */
function widthOf({ inspection }: VersionInfo, input: string): number | null {
  const shape = inspection.signature.inputs.find(({ name }) => name === input)?.shape;
  const last = shape?.at(-1);
  return shape?.length === 2 && typeof last === 'number' ? last : null;
}

function useSave(model: string, info: VersionInfo, onDone: () => void) {
  const { client } = useEngine();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ input, names }: { input: ColumnsInput; names: readonly string[] }) => {
      const known = new Map(Array.isArray(input.columns) ? input.columns.map((one) => [one.column, one]) : []);
      const columns = names.map((column) => known.get(column) ?? { column, missing: input.missing, steps: [] });
      const inputs = info.recipe.inputs.map((one) => (one.input === input.input ? { ...input, columns } : one));
      return client.models.revise({ ref: `${info.model}@${info.version}`, recipe: { ...info.recipe, inputs } });
    },
    onSuccess: (made) => {
      void queries.invalidateQueries();
      replaceModel(model, `${made.model}@${made.version}`);
      onDone();
    },
  });
}
