import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { VersionInfo } from '../../../engine/contract/index.ts';
import { problemOf, useAnswer, useEngine } from '../../client/index.ts';
import { Answer, Chip, keyed, moment, Section } from '../../components/index.ts';
import { useUndo } from '../../window/index.ts';
import styles from './history.module.css';

/** What became of this version: its import, its aliases, its runs; and aliases to give. */
export function VersionHistory({ info }: { info: VersionInfo }) {
  const aliases = useAnswer(['aliases', info.model], (client) => client.aliases.history({ model: info.model }));
  return (
    <div className={styles.parts}>
      <AliasForm info={info} />
      <Section title="What happened">
        <Answer answer={aliases}>
          {(moves) => (
            <ol className={styles.events}>
              {keyed([...moves].reverse(), (move) => (
                <li>
                  <time dateTime={move.at}>{moment(move.at)}</time>
                  <span>
                    {move.version === null ? 'The alias ' : `Version ${move.version} became `}
                    <Chip tone="accent">{move.alias}</Chip>
                    {move.version === null ? ' was taken away' : ''}
                  </span>
                </li>
              ))}
              <li>
                <time dateTime={info.createdAt}>{moment(info.createdAt)}</time>
                <span>Version {info.version} was imported</span>
              </li>
            </ol>
          )}
        </Answer>
      </Section>
    </div>
  );
}

function AliasForm({ info }: { info: VersionInfo }) {
  const { client } = useEngine();
  const queries = useQueryClient();
  const done = useUndo((undo) => undo.done);
  const [name, setName] = useState('');
  const read = (): Promise<void> => queries.invalidateQueries();
  const set = useMutation({
    mutationFn: (alias: string) => client.aliases.set({ ref: `${info.model}@${info.version}`, alias }),
    onSuccess: (row) => {
      setName('');
      void read();
      done({
        words: `Version ${info.version} is ${row.alias} now.`,
        undo: () => client.aliases.delete({ model: info.model, alias: row.alias }).then(read),
      });
    },
  });
  const remove = (alias: string): void =>
    void client.aliases.delete({ model: info.model, alias }).then(() => {
      void read();
      done({
        words: `The alias ${alias} was taken away.`,
        undo: () => client.aliases.set({ ref: `${info.model}@${info.version}`, alias }).then(read),
      });
    });
  return (
    <Section title="Aliases">
      <ul className={styles.aliases}>
        {keyed(info.aliases, (alias) => (
          <li>
            <Chip tone="accent">{alias}</Chip>
            <Button variant="subtle" onClick={() => remove(alias)}>
              Take away
            </Button>
          </li>
        ))}
      </ul>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          set.mutate(name);
        }}
      >
        <TextInput
          aria-label="A name for this version"
          placeholder="champion"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={set.isError ? problemOf(set.error).message : undefined}
        />
        <Button type="submit" variant="default" disabled={name === ''}>
          Name this version
        </Button>
      </form>
    </Section>
  );
}
