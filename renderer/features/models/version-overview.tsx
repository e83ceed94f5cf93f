import type { Inspection, ValueInfo, VersionInfo } from '../../../engine/contract/index.ts';
import { useAnswer } from '../../client/index.ts';
import {
  bytes,
  count,
  Facts,
  FromWhat,
  inWindow,
  keyed,
  moment,
  Name,
  oneLine,
  plural,
  Section,
  shortCount,
  Table,
} from '../../components/index.ts';
import { hrefOf } from '../../window/index.ts';
import { recipeInWords } from './recipe-words.ts';
import styles from './version.module.css';

/** The passport: what it is, whence it comes, what it takes and gives, what it is made of. */
export function VersionOverview({ info }: { info: VersionInfo }) {
  const { inspection } = info;
  return (
    <div className={styles.parts}>
      <Section title="Passport">
        <Passport info={info} />
      </Section>
      <div className={styles.halves}>
        <Section title="Takes">
          <Values values={inspection.signature.inputs} optional={inspection.optionalInputs} />
        </Section>
        <Section title="Gives">
          <Values values={inspection.signature.outputs} optional={[]} />
        </Section>
      </div>
      <Section title="Recipe" aside={<a href={hrefOf('models', info.model, info.version, 'recipe')}>Open</a>}>
        <ol className={styles.steps}>
          {keyed(recipeInWords(info.recipe), (words) => (
            <li>{oneLine(words)}</li>
          ))}
        </ol>
      </Section>
      {info.notes.length === 0 ? null : (
        <Section title="Worth knowing">
          <ul className={styles.notes}>
            {keyed(info.notes, (note) => (
              <li>{inWindow(note)}</li>
            ))}
          </ul>
        </Section>
      )}
      <div className={styles.halves}>
        <Section title="Operators" aside={plural(sum(inspection.operators.map(([, times]) => times)), 'node')}>
          <Operators operators={inspection.operators} />
        </Section>
        <Section title="Metadata">
          <Metadata inspection={inspection} />
        </Section>
      </div>
    </div>
  );
}

function Passport({ info }: { info: VersionInfo }) {
  const runs = useAnswer(['runs'], (client) => client.runs.list());
  const used = runs.data?.filter((run) => run.models.includes(`${info.model}@${info.version}`)).length;
  const { inspection } = info;
  return (
    <Facts
      wide="Digest"
      facts={[
        ['What it is', `ONNX, IR ${inspection.irVersion}, ${opsets(inspection)}`],
        [
          'Made by',
          inspection.producer === '' ? 'not said in the file' : <Name key="by" text={inspection.producer} most={60} />,
        ],
        ['Imported', moment(info.createdAt)],
        [
          'Size',
          <FromWhat
            key="size"
            origin={{
              what: 'All files of the model as they were imported, external data included.',
              over: `${count(info.bytes)} bytes`,
              how: 'Counted while the files were copied into the workspace; the digest below is of the same bytes.',
            }}
          >
            {bytes(info.bytes)}
          </FromWhat>,
        ],
        [
          'Parameters',
          <FromWhat
            key="n"
            origin={{
              what: 'The elements of the tensors that the model stores as initializers and constants.',
              over: `${count(inspection.parameters)} elements`,
              how: 'Read from the shapes in the file. Coefficients and trees that operators hold as attributes are not among them.',
            }}
          >
            {shortCount(inspection.parameters)}
          </FromWhat>,
        ],
        ['Classes', inspection.labels === null ? 'not named in the file' : labelsInWords(inspection.labels)],
        ['Used in', used === undefined ? '' : used === 0 ? 'no run yet' : plural(used, 'run')],
        [
          'Digest',
          <code key="digest" className={styles.digest}>
            {info.digest}
          </code>,
        ],
      ]}
    />
  );
}

function Values({ values, optional }: { values: readonly ValueInfo[]; optional: readonly string[] }) {
  return (
    <Table
      label="Values"
      rows={values}
      rowKey={(value) => value.name}
      columns={[
        { key: 'name', title: 'Name', cell: (value) => <Name text={value.name} mono /> },
        { key: 'type', title: 'Type', width: '150px', cell: (value) => <code>{value.type}</code> },
        {
          key: 'shape',
          title: 'Shape',
          width: '170px',
          cell: (value) => (
            <code>{optional.includes(value.name) ? `${shapeInWords(value)} optional` : shapeInWords(value)}</code>
          ),
        },
      ]}
    />
  );
}

function shapeInWords({ shape }: ValueInfo): string {
  if (shape === null) return 'not said';
  return `[${shape.map((size) => (typeof size === 'string' ? oneLine(size) : (size ?? '?'))).join(', ')}]`;
}

function Operators({ operators }: { operators: Inspection['operators'] }) {
  const rows = [...operators].sort(([, a], [, b]) => b - a);
  const most = rows[0]?.[1] ?? 1;
  return (
    <ul className={styles.operators}>
      {keyed(rows.slice(0, 40), ([name, times]) => (
        <li className={styles.operator}>
          <Name text={name} mono most={28} />
          <span className={styles.bar} style={{ width: `${(times / most) * 100}%` }} aria-hidden />
          <span className={styles.times}>{count(times)}</span>
        </li>
      ))}
      {rows.length > 40 ? <li>and {plural(rows.length - 40, 'more type')}</li> : null}
    </ul>
  );
}

function Metadata({ inspection }: { inspection: Inspection }) {
  const rows = inspection.metadata;
  if (rows.length === 0) return <p className={styles.quiet}>The file carries no metadata.</p>;
  return (
    <dl className={styles.metadata}>
      {keyed(rows.slice(0, 50), ([key, value]) => (
        <div>
          <dt>
            <Name text={key} most={40} mono />
          </dt>
          <dd>{oneLine(value)}</dd>
        </div>
      ))}
      {rows.length > 50 ? <p>and {rows.length - 50} more</p> : null}
    </dl>
  );
}

function opsets({ opset }: Inspection): string {
  return opset.map(([domain, version]) => `${domain === '' ? 'opset' : domain} ${version}`).join(', ');
}

function labelsInWords(labels: readonly string[]): string {
  const shown = labels.slice(0, 8).map(oneLine).join(', ');
  return labels.length > 8 ? `${shown} and ${labels.length - 8} more` : shown;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
