import type { ColumnInfo, DataDescription, SampleCell } from '../contract/index.ts';

/** What a sampled cell says when a number is wanted of it. */
type CellEvidence = 'number' | 'missing' | 'other';

/** How far a column's sampled cells can be read as numbers. */
export interface NumberEvidence {
  numbers: number;
  /** Cells that are neither numbers nor missing. */
  others: number;
  /** The first of those, as text. */
  example: string | null;
  hasFractions: boolean;
}

/** A description of a table with its columns by name and their sampled cells at hand. */
export class SampledTable {
  readonly columns: readonly ColumnInfo[];
  readonly names: readonly string[];
  readonly #byName: Map<string, ColumnInfo>;
  readonly #places: Map<string, number>;
  readonly #rows: readonly SampleCell[][];

  constructor(description: DataDescription) {
    this.columns = description.columns;
    this.names = description.columns.map((column) => column.name);
    this.#byName = new Map(description.columns.map((column) => [column.name, column]));
    this.#places = new Map(description.sample.columns.map((name, index) => [name, index]));
    this.#rows = description.sample.rows;
  }

  get(name: string): ColumnInfo | undefined {
    return this.#byName.get(name);
  }

  /** The sampled cells of a column, missing ones left out. */
  cells(name: string): Exclude<SampleCell, null>[] {
    const place = this.#places.get(name);
    if (place === undefined) return [];
    return this.#rows.flatMap((row) => {
      const cell = row[place];
      return cell === null || cell === undefined || cell === '' ? [] : [cell];
    });
  }

  numberEvidence(name: string): NumberEvidence {
    const evidence: NumberEvidence = { numbers: 0, others: 0, example: null, hasFractions: false };
    for (const cell of this.cells(name)) {
      const kind = cellEvidence(cell);
      if (kind === 'number') {
        evidence.numbers += 1;
        if (typeof cell !== 'boolean' && !Number.isInteger(Number(cell)) && !isTruthWord(cell))
          evidence.hasFractions = true;
      } else if (kind === 'other') {
        evidence.others += 1;
        evidence.example ??= String(cell);
      }
    }
    return evidence;
  }
}

const numberPattern = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$|^[+-]?inf(?:inity)?$/i;
const missingPattern = /^(?:<na>|#?n\/?a|[+-]?nan|null|none)?$/i;

function cellEvidence(cell: Exclude<SampleCell, null>): CellEvidence {
  if (typeof cell !== 'string') return 'number';
  const text = cell.trim();
  if (numberPattern.test(text) || isTruthWord(text)) return 'number';
  return missingPattern.test(text) ? 'missing' : 'other';
}

function isTruthWord(cell: string | number): boolean {
  return typeof cell === 'string' && /^(?:true|false)$/i.test(cell.trim());
}
