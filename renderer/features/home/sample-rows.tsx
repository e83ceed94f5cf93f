import type { Preview } from '../../../engine/contract/index.ts';
import { Cell, count, keyed, Name, plural } from '../../components/index.ts';
import styles from './sample-rows.module.css';

/** Rows and columns that a first look shows. */
const rowsShown = 5;
const columnsShown = 40;

/** The first rows as they were read. */
export function SampleRows({ preview }: { preview: Preview }) {
  const { sample, rows, columns } = preview;
  const shown = sample.columns.slice(0, columnsShown);
  const types = new Map(columns.map((column) => [column.name, column.type]));
  return (
    <figure className={styles.sample}>
      <figcaption className={styles.caption}>
        {rows === null ? 'The first rows, as they were read' : `The first of ${plural(rows, 'row')}, as they were read`}
        {sample.columns.length > columnsShown ? `. ${count(sample.columns.length - columnsShown)} more columns are not shown.` : ''}
      </figcaption>
      <div className={styles.frame} tabIndex={0} role="region" aria-label="First rows">
        <table className={styles.table}>
          <thead>
            <tr>
              {keyed(shown, (name) => (
                <th scope="col" data-number={isNumber(types.get(name)) || undefined}>
                  <Name text={name} most={24} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {keyed(sample.rows.slice(0, rowsShown), (row) => (
              <tr>
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

function isNumber(type: string | undefined): boolean {
  return type === 'integer' || type === 'float';
}
