import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf, useEngine } from '../../client/index.ts';
import { useUndo } from '../../window/index.ts';
import styles from './dialog.module.css';

export function RenameDialog({ model, onClose }: { model: string; onClose: () => void }) {
  const { client } = useEngine();
  const queries = useQueryClient();
  const done = useUndo((undo) => undo.done);
  const [name, setName] = useState(model);
  const rename = useMutation({
    mutationFn: () => client.models.rename({ model, to: name }),
    onSuccess: () => {
      const read = (): Promise<void> => queries.invalidateQueries();
      void read();
      done({
        words: `${model} is called ${name} now.`,
        undo: () => client.models.rename({ model: name, to: model }).then(read),
      });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Rename the model">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate();
        }}
      >
        <TextInput
          label="Name"
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={rename.isError ? problemOf(rename.error).message : undefined}
        />
        <div className={styles.actions}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={name === model || name === ''} loading={rename.isPending}>
            Rename
          </Button>
        </div>
      </form>
    </Modal>
  );
}
