/**
 * Labels as codes. Labels are compared as text: the number 1, 1.0 of an integer column, 1n and "1" are one label, `01`
 * is another. Text that looks like a missing value ("NA", "None", "null") is a label like any other; only a real
 * null is none.
 */

export type LabelValue = string | number | bigint | boolean | null | undefined;

/** The code of a row without a label. */
export const noLabel = -1;

export interface EncodedLabels {
  /** The labels by code: those of the recipe in its order, then any others, sorted. */
  readonly labels: readonly string[];
  /** How many of `labels` come from the recipe. */
  readonly known: number;
  readonly truth: Int32Array;
  readonly predicted: Int32Array;
}

/** A label's text, or null where there is no label: null, undefined and NaN. */
export function labelText(value: LabelValue): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' && Number.isNaN(value)) return null;
  return String(value);
}

/**
 * Codes for true and predicted labels. `order` is the recipe's order of labels; labels it does not know follow, sorted
 * by code unit. A row without a label gets `noLabel`.
 */
export function encodeLabels(
  truth: readonly LabelValue[],
  predicted: readonly LabelValue[],
  order: readonly string[] = [],
): EncodedLabels {
  const known = new Set(order);
  const others = new Set<string>();
  for (const values of [truth, predicted]) {
    for (const value of values) {
      const text = labelText(value);
      if (text !== null && !known.has(text)) others.add(text);
    }
  }
  const labels = [...known, ...[...others].toSorted(byCodeUnit)];
  const codes = new Map(labels.map((label, code) => [label, code]));
  return { labels, known: known.size, truth: encode(truth, codes), predicted: encode(predicted, codes) };
}

function encode(values: readonly LabelValue[], codes: ReadonlyMap<string, number>): Int32Array {
  return Int32Array.from(values, (value) => {
    const text = labelText(value);
    return text === null ? noLabel : codes.get(text)!;
  });
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Texts that name the class one looks for, in small letters. */
const positiveTexts = new Set(
  (
    'yes y true t 1 positive pos fraud fraudulent default defaulted churn churned spam malignant disease diseased sick ' +
    'abnormal anomaly anomalous outlier attack malicious defect defective fail failed failure event hit click clicked'
  ).split(' '),
);

export interface GuessedPositive {
  readonly code: number;
  /** Its text says so, or it has fewer rows. Always shown as guessed. */
  readonly by: 'text' | 'rarer';
}

/**
 * The positive class of a binary task that nobody named: the one label whose text says so, else the rarer, else (as
 * many rows of each) the second. `counts` are rows by true class.
 */
export function guessPositive(labels: readonly [string, string], counts: ArrayLike<number>): GuessedPositive {
  const says = labels.map((label) => positiveTexts.has(label.trim().toLowerCase()));
  if (says[0] !== says[1]) return { code: says[0] ? 0 : 1, by: 'text' };
  return { code: (counts[0] ?? 0) < (counts[1] ?? 0) ? 0 : 1, by: 'rarer' };
}
