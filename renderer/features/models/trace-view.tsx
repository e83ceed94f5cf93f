import type { Trace } from '../../../engine/contract/index.ts';
import { useEngine } from '../../client/index.ts';
import { Cell, keyed, Name, oneLine, plural } from '../../components/index.ts';
import styles from './recipe.module.css';

/** One row on its way: cells, steps, what the model gets, what it gives, what is made of that. */
export function TraceView({ trace }: { trace: Trace }) {
  // Inputs of one value each read better as one table.
  const single = trace.inputs.filter(({ values, picture }) => values.length === 1 && picture === null);
  return (
    <>
      <h3>
        <Name text={trace.name} most={60} />
      </h3>
      {single.length > 1 ? (
        <div className={styles.input}>
          <TraceTable label="Values of the inputs" values={single.flatMap(({ values }) => values)} />
        </div>
      ) : null}
      {keyed(
        trace.inputs.filter((input) => single.length <= 1 || !single.includes(input)),
        (input) => (
          <TraceInputView input={input} />
        ),
      )}
      {trace.error === null ? null : <p className={styles.bad}>{oneLine(trace.error)}</p>}
      {trace.outputs.length === 0 ? null : (
        <div className={styles.input}>
          <h3>The model gives</h3>
          {keyed(trace.outputs, (output) => (
            <p>
              <Name text={output.output} mono /> <code>[{output.shape.join(', ')}]</code>{' '}
              <code>
                {output.values.slice(0, 12).map(oneLine).join(', ')}
                {output.more > 0 || output.values.length > 12 ? ', ...' : ''}
              </code>
            </p>
          ))}
        </div>
      )}
      {trace.result.length === 0 ? null : (
        <div className={styles.input}>
          <h3>The row of the results</h3>
          <dl className={styles.result}>
            {keyed(trace.result.slice(0, 24), ({ column, value }) => (
              <div>
                <dt>
                  <Name text={column} most={24} />
                </dt>
                <dd>
                  <Cell value={value} />
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </>
  );
}

function TraceInputView({ input }: { input: Trace['inputs'][number] }) {
  const { host } = useEngine();
  return (
    <div className={styles.input}>
      <p>
        <Name text={input.input} mono /> <code>{`${input.type} [${input.shape.join(', ')}]`}</code>
      </p>
      {input.picture === null ? null : (
        <>
          <p className={styles.quiet}>{input.picture.steps.join(', then ')}</p>
          {input.picture.resource === null ? null : (
            <img
              className={styles.picture}
              alt="The picture as the model gets it"
              src={host.resourceUrl(input.picture.resource)}
            />
          )}
        </>
      )}
      {input.values.length === 0 ? null : <TraceTable label={`Values of ${input.input}`} values={input.values} />}
      {input.more > 0 ? <p className={styles.quiet}>and {plural(input.more, 'value')} more</p> : null}
    </div>
  );
}

function TraceTable({ label, values }: { label: string; values: Trace['inputs'][number]['values'] }) {
  return (
    <div className={styles.values} role="table" aria-label={label} tabIndex={0}>
      <div className={`${styles.value} ${styles.head}`} role="row">
        {keyed(['Column', 'In the file', 'Steps', 'The model gets'], (title) => (
          <span role="columnheader">{title}</span>
        ))}
      </div>
      {keyed(values, (value) => (
        <div className={styles.value} role="row">
          <span role="cell">
            <Name text={value.column} most={28} />
          </span>
          <span role="cell">
            <Cell value={value.cell} />
          </span>
          <span role="cell">
            {value.steps.map(({ step, value: made }) => `${step}: ${oneLine(made)}`).join(', ') || 'as it is'}
          </span>
          <span role="cell" className={value.problem === null ? undefined : styles.bad}>
            {value.problem === null ? <Cell value={value.value} /> : oneLine(value.problem)}
          </span>
        </div>
      ))}
    </div>
  );
}
