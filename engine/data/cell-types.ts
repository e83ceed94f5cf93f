import type { ColumnType } from '../contract/index.ts';
import { isFiniteNumberText, isInfinityText, isMissingNumber, parseBoolean, trimBlanks } from './numbers.ts';

const datePattern = /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/;
const timestampPattern =
  /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[T ][0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?:Z|[+-][0-2][0-9](?::?[0-5][0-9])?)?$/;
const decimalCommaPattern = /^[+-]?[0-9]+(?:\.[0-9]{3})*,[0-9]+$/;

type CellKind = 'boolean' | 'integer' | 'float' | 'date' | 'timestamp' | 'string';

/**
 * What a column of text cells holds, learnt cell by cell. Integers with leading zeros or more than 18 digits are
 * identifiers and make the column a string. In number and boolean columns the spellings of NaN are missing; in all
 * others only the empty cell is.
 */
export class CellTypes {
  #empty = 0;
  #missingSpelled = 0;
  #decimalCommas = 0;
  #seen = 0;
  #strings = 0;
  readonly #kinds = new Set<CellKind>();

  add(text: string | null): void {
    if (text === null || text === '') {
      this.#empty++;
      return;
    }
    const trimmed = trimBlanks(text);
    if (isMissingNumber(trimmed)) {
      this.#missingSpelled++;
      return;
    }
    const kind = cellKind(trimmed);
    this.#seen++;
    this.#kinds.add(kind);
    if (kind !== 'string') return;
    this.#strings++;
    if (decimalCommaPattern.test(trimmed)) this.#decimalCommas++;
  }

  get type(): ColumnType {
    const kinds = [...this.#kinds];
    const [only] = kinds;
    // Nothing but spellings of NaN: a number column without a number in the sample.
    if (only === undefined) return this.#missingSpelled > 0 ? 'float' : 'string';
    if (kinds.every((kind) => kind === 'integer' || kind === 'float'))
      return kinds.includes('float') ? 'float' : 'integer';
    if (kinds.length === 1 && only === 'boolean') return 'boolean';
    // `NA` is a text where dates are expected.
    return kinds.length === 1 && this.#missingSpelled === 0 ? only : 'string';
  }

  get missing(): number {
    const { type } = this;
    const spellingsCount = type === 'integer' || type === 'float' || type === 'boolean';
    return this.#empty + (spellingsCount ? this.#missingSpelled : 0);
  }

  /** Nothing is known of the column: all its cells were empty. */
  get nothingSeen(): boolean {
    return this.#kinds.size === 0 && this.#missingSpelled === 0;
  }

  /** All cells with a value look like numbers with a decimal comma. */
  get decimalCommas(): boolean {
    return this.#decimalCommas > 0 && this.#strings === this.#decimalCommas && this.#seen < 2 * this.#decimalCommas + 1;
  }
}

/** The kind of one cell that is not missing. */
export function cellKind(trimmed: string): CellKind {
  if (isFiniteNumberText(trimmed)) {
    if (!/^[+-]?[0-9]+$/.test(trimmed)) return 'float';
    const digits = trimmed.replace(/^[+-]/, '');
    return digits.length > 18 || (digits.length > 1 && digits.startsWith('0')) ? 'string' : 'integer';
  }
  if (isInfinityText(trimmed)) return 'float';
  if (parseBoolean(trimmed) !== undefined) return 'boolean';
  if (datePattern.test(trimmed)) return 'date';
  return timestampPattern.test(trimmed) ? 'timestamp' : 'string';
}

/** The type of a column whose files or values have the given types. */
export function commonType(types: ColumnType[]): ColumnType {
  const distinct = new Set(types);
  const [only] = distinct;
  if (only !== undefined && distinct.size === 1) return only;
  if ([...distinct].every((type) => type === 'integer' || type === 'float')) return 'float';
  if ([...distinct].every((type) => type === 'date' || type === 'timestamp')) return 'timestamp';
  return 'string';
}
