/**
 * What every measure of this folder answers: a value, or why there is none. Never NaN, never a throw for what the data
 * is like. (Arrays of different length are a mistake of the caller, not of the data, and do throw.)
 */

/** Why a figure does not exist; the sentence beside it names what was found. */
export type Reason =
  /** No row is left to measure on. */
  | 'no-rows'
  /** Rows, but fewer than the formula needs. */
  | 'too-few-rows'
  /** Every row has the same true class, or a class that is needed has no row. */
  | 'one-class'
  /** A true label that the model's probabilities have no column for. */
  | 'unknown-label'
  /** A score, a target or a probability that is NaN or infinite. */
  | 'not-finite'
  /** Values outside 0 to 1, or rows far from summing to 1: logits, percentages. */
  | 'not-probabilities'
  /** No variation where the formula divides by it. */
  | 'constant'
  /** The classes are told apart perfectly, so that a fitted coefficient has no finite value. */
  | 'separated'
  /** Nothing that counts: no relevant row, no target other than zero. */
  | 'nothing-to-measure'
  /** The rows are too many or too tangled for the method. */
  | 'not-applicable';

export interface Defined<T> {
  readonly defined: true;
  readonly value: T;
  /** What a reader must know to read the value: a convention that decided it, rows that were left out. */
  readonly notes: readonly string[];
}

export interface NotDefined {
  readonly defined: false;
  readonly reason: Reason;
  /** A whole sentence that follows "Not defined because". */
  readonly because: string;
}

export type Outcome<T = number> = Defined<T> | NotDefined;

/** Both ends of an interval, and how sure it is (0.95). */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
}

export function defined<T>(value: T, ...notes: readonly string[]): Defined<T> {
  return { defined: true, value, notes };
}

export function notDefined(reason: Reason, because: string): NotDefined {
  return { defined: false, reason, because };
}

export const noRows: NotDefined = notDefined('no-rows', 'there are no rows to measure on.');

/** Throws where two columns of the same rows differ in length: a mistake in the program. */
export function requireSameLength(...columns: readonly { readonly length: number }[]): void {
  const [first] = columns;
  if (columns.some((column) => column.length !== first!.length)) {
    throw new RangeError(`Columns of the same rows have ${columns.map(({ length }) => length).join(' and ')} values.`);
  }
}

/** The first value that is NaN or infinite, as the reason that ends every measure of `what`. */
export function refuseNotFinite(what: string, values: ArrayLike<number>): NotDefined | undefined {
  let count = 0;
  let first = -1;
  for (let row = 0; row < values.length; row += 1) {
    if (Number.isFinite(values[row])) continue;
    if (count === 0) first = row;
    count += 1;
  }
  if (count === 0) return undefined;
  const rows = count === 1 ? `1 ${what} is` : `${count} of the ${what}s are`;
  return notDefined('not-finite', `${rows} not a finite number (first: ${values[first]}, row ${first + 1}).`);
}
