import { Modal } from '@mantine/core';
import { keysInWords, useCurrentCommands, type Command } from './registry.ts';
import styles from './key-sheet.module.css';

/** All keys that act now. */
export function KeySheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const commands = useCurrentCommands().filter((command) => command.keys !== undefined);
  const groups = byGroup(commands);
  return (
    <Modal opened={open} onClose={onClose} title="Keys" size={640}>
      <div className={styles.groups}>
        {[...groups].map(([group, list]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl className={styles.keys}>
              {list.map((command) => (
                <Line key={command.id} command={command} />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

function byGroup(commands: readonly Command[]): Map<string, Command[]> {
  const groups = new Map<string, Command[]>();
  for (const command of commands) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return groups;
}

function Line({ command }: { command: Command }) {
  return (
    <div className={styles.line}>
      <dt>{command.title}</dt>
      <dd>
        <kbd>{keysInWords(command.keys ?? '')}</kbd>
      </dd>
    </div>
  );
}
