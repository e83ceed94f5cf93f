import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { create } from 'zustand';
import type { FolderEntry, Root } from '../../../engine/contract/index.ts';
import { problemOf, useAnswer, useEngine } from '../../client/index.ts';
import { Answer, bytes, count, keyed, Name, Table } from '../../components/index.ts';
import { navigate } from '../../window/index.ts';
import { takeIn, useIntake } from './intake.ts';
import styles from './browse-dialog.module.css';

interface Browsing {
  open: boolean;
  show: () => void;
  hide: () => void;
}

export const useBrowsing = create<Browsing>()((set) => ({
  open: false,
  show: () => set({ open: true }),
  hide: () => set({ open: false }),
}));

/** Entries of a folder that are listed at once. */
const entriesShown = 200;

/** Files and folders of this machine that the person opened to the window: read where they lie, without a copy. */
export function BrowseDialog() {
  const { open, hide } = useBrowsing();
  const roots = useAnswer(['roots'], (client) => client.files.roots(), { enabled: open });
  return (
    <Modal opened={open} onClose={hide} title="Folders of this machine" size={720}>
      <Answer answer={roots} rows={4}>
        {(list) =>
          list.length === 0 ? (
            <p>No folder was opened to this window. Start it with --root FOLDER to read files where they lie.</p>
          ) : (
            <Browser roots={list} />
          )
        }
      </Answer>
    </Modal>
  );
}

function Browser({ roots }: { roots: readonly Root[] }) {
  const { client } = useEngine();
  const { hide } = useBrowsing();
  const [root, setRoot] = useState<Root | null>(roots.length === 1 ? (roots[0] ?? null) : null);
  const [path, setPath] = useState<string[]>([]);
  const [from, setFrom] = useState(0);
  const folder = path.join('/');
  const listing = useAnswer(
    ['browse', root?.root, folder, from],
    (engine) => engine.files.browse({ root: root?.root ?? '', path: folder, from, limit: entriesShown }),
    { enabled: root !== null, keepPrevious: true },
  );
  const go = (to: string[]): void => {
    setPath(to);
    setFrom(0);
  };
  const use = async (names: string[]): Promise<void> => {
    hide();
    navigate('home');
    try {
      const { grant } = await client.files.grantFrom({ root: root?.root ?? '', path: names.join('/') });
      await takeIn(client, [grant]);
    } catch (error) {
      useIntake.setState({ problem: problemOf(error) });
    }
  };
  if (root === null) {
    return (
      <Table
        label="Folders"
        rows={roots}
        rowKey={(one) => one.root}
        onOpen={setRoot}
        columns={[{ key: 'name', title: 'Folder', cell: (one) => <Name text={one.name} most={80} /> }]}
      />
    );
  }
  return (
    <div className={styles.browser}>
      <div className={styles.path}>
        <nav aria-label="Folder" className={styles.crumbs}>
          <button type="button" onClick={() => go([])}>
            <Name text={root.name} most={30} />
          </button>
          {keyed(path, (name, at) => (
            <>
              <span aria-hidden>/</span>
              <button type="button" onClick={() => go(path.slice(0, at + 1))}>
                <Name text={name} most={30} />
              </button>
            </>
          ))}
        </nav>
        <Button onClick={() => void use(path)}>Use this folder</Button>
      </div>
      <div className={styles.list}>
        <Answer answer={listing} rows={8}>
          {({ entries, total }) => (
            <>
              {total === 0 ? <p>This folder is empty.</p> : null}
              <Table
                label="Entries"
                rows={entries}
                rowKey={(entry) => entry.name}
                onOpen={(entry) => open(entry, path, go, use)}
                columns={[
                  {
                    key: 'name',
                    title: 'Name',
                    cell: (entry) => <Name text={entry.kind === 'folder' ? `${entry.name}/` : entry.name} most={64} />,
                  },
                  {
                    key: 'size',
                    title: 'Size',
                    align: 'right',
                    width: '110px',
                    cell: (entry) => (entry.bytes === null ? '' : bytes(entry.bytes)),
                  },
                ]}
              />
              {total > entriesShown ? (
                <p className={styles.more}>
                  {count(from + 1)} to {count(Math.min(total, from + entriesShown))} of {count(total)}{' '}
                  <Button
                    variant="default"
                    disabled={from === 0}
                    onClick={() => setFrom(Math.max(0, from - entriesShown))}
                  >
                    Before
                  </Button>
                  <Button
                    variant="default"
                    disabled={from + entriesShown >= total}
                    onClick={() => setFrom(from + entriesShown)}
                  >
                    Next
                  </Button>
                </p>
              ) : null}
            </>
          )}
        </Answer>
      </div>
    </div>
  );
}

function open(
  entry: FolderEntry,
  path: string[],
  go: (path: string[]) => void,
  use: (path: string[]) => Promise<void>,
): void {
  if (entry.kind === 'folder') go([...path, entry.name]);
  else if (entry.kind === 'file') void use([...path, entry.name]);
}
