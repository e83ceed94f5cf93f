import { Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ModelRow, Problem } from '../../../engine/contract/index.ts';
import { problemOf, useAnswer, useEngine, useList } from '../../client/index.ts';
import { ago, bytes, Chip, Empty, keyed, Listed, Name, Page, ProblemView, Table } from '../../components/index.ts';
import { hrefOf, navigate, replaceRoute, useUndo } from '../../window/index.ts';
import { chooseFiles } from '../home/index.ts';
import { RenameDialog } from './rename-dialog.tsx';
import styles from './models-page.module.css';

/** Every model; one opens in place into its versions. */
export function ModelsPage({ opened }: { opened: string | null }) {
  const models = useList(
    ['models'],
    (client, page, signal) => client.models.list(page, { signal }),
    (model) => model.model,
  );
  const runs = useAnswer(['runs'], (client) => client.runs.list());
  const { client, host } = useEngine();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [renaming, setRenaming] = useState<string | null>(null);
  const act = useModelActions(setProblem);
  const lastRun = new Map<string, string>();
  for (const run of runs.data ?? [])
    for (const version of run.models) {
      const model = version.slice(0, version.lastIndexOf('@'));
      if (!lastRun.has(model)) lastRun.set(model, run.createdAt);
    }
  const choose = (
    <Button variant="default" onClick={() => chooseFiles(client, host, 'files')}>
      Import a model
    </Button>
  );
  return (
    <Page title="Models" actions={choose}>
      {problem ? <ProblemView problem={problem} /> : null}
      <Listed list={models}>
        {(all) => {
          const active = all.filter((model) => model.status === 'active');
          const deleted = all.filter((model) => model.status === 'deleted');
          return (
            <>
              {active.length === 0 ? (
                <Empty
                  action={choose}
                  more="ONNX files and folders, also as a zip. Other formats are told apart and answered with the export command."
                >
                  Models that you import show here, each with its versions.
                </Empty>
              ) : (
                <Table
                  label="Models"
                  rows={active}
                  rowKey={(model) => model.model}
                  selected={opened}
                  onOpen={(model) =>
                    opened === model.model ? replaceRoute('models') : replaceRoute('models', model.model)
                  }
                  after={(model) => (model.model === opened ? <Versions model={model} /> : null)}
                  columns={[
                    { key: 'model', title: 'Model', cell: (model) => <Name text={model.model} most={60} /> },
                    {
                      key: 'newest',
                      title: 'Newest',
                      width: '90px',
                      cell: (model) => `v${model.versions[0]?.version ?? 0}`,
                    },
                    { key: 'aliases', title: 'Aliases', width: '220px', cell: (model) => <Aliases model={model} /> },
                    {
                      key: 'size',
                      title: 'Size',
                      align: 'right',
                      width: '100px',
                      cell: (model) => bytes(model.versions[0]?.bytes ?? 0),
                    },
                    {
                      key: 'run',
                      title: 'Last run',
                      align: 'right',
                      width: '110px',
                      from: 'wide',
                      cell: (model) => {
                        const at = lastRun.get(model.model);
                        return at === undefined ? <span className={styles.quiet}>none</span> : ago(at);
                      },
                    },
                    {
                      key: 'more',
                      title: <span className="visually-hidden">Actions</span>,
                      width: '52px',
                      cell: (model) => (
                        <ModelMenu
                          model={model.model}
                          onRename={() => setRenaming(model.model)}
                          onDelete={() => void act.remove(model.model)}
                        />
                      ),
                    },
                  ]}
                />
              )}
              {deleted.length === 0 ? null : (
                <section className={styles.bin}>
                  <h2>In the bin</h2>
                  <p className={styles.quiet}>Kept for 30 days after they were deleted, then freed.</p>
                  <ul>
                    {keyed(deleted, (model) => (
                      <li className={styles.binned}>
                        <Name text={model.model} most={60} />
                        <Button variant="default" onClick={() => void act.restore(model.model)}>
                          Restore
                        </Button>
                      </li>
                    ))}
                  </ul>
                </section>
              )}
            </>
          );
        }}
      </Listed>
      {renaming === null ? null : <RenameDialog model={renaming} onClose={() => setRenaming(null)} />}
    </Page>
  );
}

function Versions({ model }: { model: ModelRow }) {
  return (
    <div className={styles.versions}>
      <Table
        label={`Versions of ${model.model}`}
        rows={model.versions}
        rowKey={(version) => String(version.version)}
        onOpen={(version) => navigate('models', model.model, version.version)}
        columns={[
          {
            key: 'version',
            title: 'Version',
            cell: (version) => <a href={hrefOf('models', model.model, version.version)}>v{version.version}</a>,
          },
          {
            key: 'digest',
            title: 'Digest',
            width: '140px',
            cell: (version) => <code>{version.digest.slice(0, 12)}</code>,
          },
          { key: 'size', title: 'Size', align: 'right', width: '100px', cell: (version) => bytes(version.bytes) },
          { key: 'when', title: 'Imported', align: 'right', width: '120px', cell: (version) => ago(version.createdAt) },
        ]}
      />
    </div>
  );
}

function Aliases({ model }: { model: ModelRow }) {
  const names = Object.entries(model.aliases);
  if (names.length === 0) return <span className={styles.quiet}>none</span>;
  return (
    <span className={styles.aliases}>
      {keyed(names, ([alias, version]) => (
        <Chip tone="accent">
          {alias} v{version}
        </Chip>
      ))}
    </span>
  );
}

function ModelMenu({ model, onRename, onDelete }: { model: string; onRename: () => void; onDelete: () => void }) {
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Menu position="bottom-end" returnFocus>
        <Menu.Target>
          <button type="button" className={styles.dots} aria-label={`Actions for ${model}`}>
            <IconDots size={16} stroke={1.5} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onRename}>Rename</Menu.Item>
          <Menu.Item onClick={onDelete}>Move to the bin</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}

function useModelActions(onProblem: (problem: Problem | null) => void) {
  const { client } = useEngine();
  const queries = useQueryClient();
  const done = useUndo((undo) => undo.done);
  const read = (): Promise<void> => queries.invalidateQueries({ queryKey: ['models'] });
  const restore = (model: string): Promise<void> =>
    client.models
      .restore({ model })
      .then(() => read())
      .catch((error: unknown) => onProblem(problemOf(error)));
  return {
    restore,
    remove: (model: string): Promise<void> =>
      client.models
        .delete({ model })
        .then(() => {
          onProblem(null);
          done({ words: `${model} is in the bin.`, undo: () => restore(model) });
          return read();
        })
        .catch((error: unknown) => onProblem(problemOf(error))),
  };
}
