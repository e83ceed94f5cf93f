import { IconX } from '@tabler/icons-react';
import type { OpenedResults, ResultRow } from '../../../engine/contract/index.ts';
import { useAnswer, useEngine } from '../../client/index.ts';
import { Answer, Cell, count, KeyButton, keyed, Name, oneLine, plural, ProblemView } from '../../components/index.ts';
import { ResultCell } from './result-cell.tsx';
import { SeenPicture } from './seen-picture.tsx';
import styles from './row-panel.module.css';

/** One row, whole: what came out, what went in (read again from the file), and every step between. */
export function RowPanel({ results, index, onClose }: { results: OpenedResults; index: number; onClose: () => void }) {
  const { run } = results;
  const answer = useAnswer(['row', run, index], (client, signal) => client.results.row({ run, index }, { signal }), {
    staleMs: 600_000,
  });
  return (
    <aside className={styles.panel} aria-label="The row">
      <header className={styles.head}>
        <h2>Row {count(index + 1)}</h2>
        <KeyButton label="Close" keys="escape" onClick={onClose}>
          <IconX size={16} stroke={1.5} />
        </KeyButton>
      </header>
      <div className={styles.body} tabIndex={0}>
        <Answer answer={answer} rows={10}>
          {(row) => (
            <>
              <p className={styles.where}>
                <Name text={row.file} most={44} />, row {count(row.row)} of the file
              </p>
              {row.input.kind === 'picture' ? <Picture run={run} index={index} name={row.input.name} /> : null}
              <Output results={results} row={row} />
              {row.input.kind === 'cells' ? <Input input={row.input} /> : null}
              {row.input.kind === 'problem' ? <ProblemView problem={row.input.problem} /> : null}
              {keyed(row.steps, (step) => (
                <Steps step={step} many={row.steps.length > 1} />
              ))}
            </>
          )}
        </Answer>
      </div>
    </aside>
  );
}

function Picture({ run, index, name }: { run: string; index: number; name: string }) {
  const { host } = useEngine();
  const picture = useAnswer(['row-picture', run, index], (client) =>
    client.resources.picture({ of: { run }, index, size: 'original' }),
  );
  return (
    <Answer answer={picture} rows={4}>
      {({ resource }) => (
        <SeenPicture
          address={host.resourceUrl(resource)}
          name={name}
          {...(styles.picture === undefined ? {} : { className: styles.picture })}
        />
      )}
    </Answer>
  );
}

function Output({ results, row }: { results: OpenedResults; row: ResultRow }) {
  const positions = new Map(row.output.map(({ column }, at) => [column, at]));
  const loaded = { index: row.index, cells: row.output.map(({ value }) => value), cut: [] };
  return (
    <section className={styles.section}>
      <h3>Result</h3>
      <dl className={styles.pairs}>
        {keyed(row.output, ({ column: key, value }) => {
          const column = results.columns.find(({ column: one }) => one === key);
          if (!column || column.role === 'file' || column.role === 'row') return null;
          return (
            <div>
              <dt>
                <Name text={column.name} most={30} />
              </dt>
              <dd>
                <ResultCell column={column} value={value} row={loaded} positions={positions} />
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}

function Input({ input }: { input: Extract<ResultRow['input'], { kind: 'cells' }> }) {
  return (
    <section className={styles.section}>
      <h3>Input, read again from the file</h3>
      <dl className={styles.pairs}>
        {keyed(input.cells, ({ column, value, cut }) => (
          <div>
            <dt>
              <Name text={column} most={30} />
            </dt>
            <dd>
              <Cell value={value} />
              {cut ? ' (cut)' : ''}
            </dd>
          </div>
        ))}
      </dl>
      {input.more > 0 ? <p className={styles.where}>and {plural(input.more, 'column')} more</p> : null}
    </section>
  );
}

function Steps({ step, many }: { step: ResultRow['steps'][number]; many: boolean }) {
  return (
    <section className={styles.section}>
      <h3>{many ? <Name text={step.version} most={40} /> : 'What the model was given, and gave'}</h3>
      {step.error === null ? null : <p className={styles.error}>{oneLine(step.error)}</p>}
      {keyed(
        [
          ...step.inputs.map((tensor) => ({ tensor, gave: false })),
          ...step.outputs.map((tensor) => ({ tensor, gave: true })),
        ],
        ({ tensor, gave }) => (
          <div className={styles.tensor}>
            <p>
              <span className={styles.way}>{gave ? 'gave' : 'given'}</span> <Name text={tensor.name} mono most={28} />{' '}
              <code>{`${tensor.type} [${tensor.dims.join(', ')}]`}</code>
            </p>
            <ul className={styles.tensorValues}>
              {keyed(tensor.values.slice(0, 60), ({ value, from }) => (
                <li>
                  {from === null ? null : <span className={styles.from}>{oneLine(from)}</span>}
                  <Cell value={value} />
                </li>
              ))}
              {tensor.elements > Math.min(60, tensor.values.length) ? (
                <li className={styles.from}>and {count(tensor.elements - Math.min(60, tensor.values.length))} more</li>
              ) : null}
            </ul>
          </div>
        ),
      )}
    </section>
  );
}
