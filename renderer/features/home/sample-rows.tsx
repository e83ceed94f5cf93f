import type { Preview, Trace } from '../../../engine/contract/index.ts';
import { problemOf, useAnswer } from '../../client/index.ts';
import { Cell, count, keyed, Name, oneLine, plural, probability } from '../../components/index.ts';
import { referenceOf, useIntake } from './intake.ts';
import { isBlocking } from './preview.ts';
import styles from './sample-rows.module.css';

/** Rows and columns that a first look shows. */
const rowsShown = 5;
const columnsShown = 40;

/** The first rows as they were read, and what the first model makes of each: every step really runs. */
export function SampleRows({ preview }: { preview: Preview }) {
  const { models, data, reading } = useIntake();
  const [first] = models;
  const { sample, rows, columns } = preview;
  const blocked = preview.binding.some(isBlocking);
  const traces = useAnswer(
    ['trace-rows', data?.grants ?? [], first ?? null, reading],
    (client, signal) =>
      client.recipes.trace(
        { model: referenceOf(first ?? ''), data: data?.grants ?? [], reading, from: 0, count: rowsShown },
        { signal },
      ),
    { enabled: first !== undefined && data !== null && !blocked, staleMs: 300_000 },
  );
  const shown = sample.columns.slice(0, columnsShown);
  const types = new Map(columns.map((column) => [column.name, column.type]));
  const tried = first !== undefined && !blocked;
  return (
    <figure className={styles.sample}>
      <figcaption className={styles.caption}>
        {whichRows(rows)}
        {tried ? ', and what the first model makes of them' : ''}
        {sample.columns.length > columnsShown
          ? `. ${count(sample.columns.length - columnsShown)} more columns are not shown.`
          : ''}
        {traces.isError ? ` ${problemOf(traces.error).message}` : ''}
      </figcaption>
      <div className={styles.frame} tabIndex={0} role="region" aria-label="First rows">
        <table className={styles.table}>
          <thead>
            <tr>
              {tried ? (
                <th scope="col" className={styles.made}>
                  prediction
                </th>
              ) : null}
              {keyed(shown, (name) => (
                <th scope="col" data-number={isNumber(types.get(name)) || undefined}>
                  <Name text={name} most={24} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {keyed(sample.rows.slice(0, rowsShown), (row, at) => (
              <tr>
                {tried ? (
                  <td className={styles.made}>
                    <Made trace={traces.data?.traces[at]} waiting={traces.isPending} />
                  </td>
                ) : null}
                {keyed(row.slice(0, columnsShown), (cell, index) => (
                  <td data-number={isNumber(types.get(shown[index] ?? '')) || undefined}>
                    <Cell value={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

function whichRows(rows: number | null): string {
  if (rows === 0) return 'There is no row';
  if (rows === 1) return 'The one row, as it was read';
  if (rows === null) return 'The first rows, as they were read';
  return rows <= rowsShown
    ? `All ${rows} rows, as they were read`
    : `The first of ${plural(rows, 'row')}, as they were read`;
}

/** The prediction of one row with its confidence, or why there is none. */
function Made({ trace, waiting }: { trace: Trace | undefined; waiting: boolean }) {
  if (!trace) return waiting ? <span className={styles.wait} /> : null;
  if (trace.error !== null) {
    const words = oneLine(trace.error);
    return (
      <span className={styles.failed} title={words}>
        {words}
      </span>
    );
  }
  const [first] = trace.result;
  const confidence = trace.result.find(({ column }) => column === 'confidence')?.value;
  return (
    <>
      <Cell value={first?.value ?? null} />
      {typeof confidence === 'number' ? <span className={styles.confidence}> {probability(confidence)}</span> : null}
    </>
  );
}

function isNumber(type: string | undefined): boolean {
  return type === 'integer' || type === 'float';
}
