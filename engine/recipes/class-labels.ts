import type { Inspection, RecipeOutputs } from '../contract/index.ts';
import { scoresOutput } from './fit-outputs.ts';
import { scoresWidth, zippedOf } from './shape.ts';
import { counted, listed } from './words.ts';

type Classification = Extract<RecipeOutputs, { task: 'classification' }>;

export interface ClassLabels {
  /** In the order of the scores; null when not even their number is known. */
  labels: string[] | null;
  /** Whether the labels mean something, or are only numbers from 0. */
  isKnown: boolean;
  /** Whether every label is a whole number, so that predictions are integers. */
  areIntegers: boolean;
  note: string | null;
}

/** The recipe's labels, else those that the model holds, else 0 to k-1. */
export function classLabels(outputs: Classification, inspection: Inspection): ClassLabels {
  const scores = scoresOutput(outputs);
  const width = scores === null ? null : scoresWidth(inspection, scores);
  const classes = outputs.decision === 'threshold' || width === 1 ? 2 : width;
  if (outputs.labels !== null) return known(outputs.labels);
  const held = (scores === null ? null : zippedOf(inspection, scores)?.labels) ?? inspection.labels;
  if (held !== null && held.length > 0 && (classes === null || held.length === classes)) return known(held);
  const mismatch =
    held !== null && held.length > 0 && classes !== null
      ? ` The model holds ${counted(held.length, 'label')} for ${classes} classes, so they are not used.`
      : '';
  if (classes === null) {
    const note = scores === null ? null : 'The number of classes is not declared: the 5 most probable are given.';
    return { labels: null, isKnown: false, areIntegers: true, note };
  }
  const labels = Array.from({ length: classes }, (_, index) => String(index));
  const note = `The classes have no names: they are numbered ${listed(labels, 3)} in the order of the scores.${mismatch}`;
  return { labels, isKnown: false, areIntegers: true, note };
}

function known(labels: readonly string[]): ClassLabels {
  const areIntegers = labels.every((label) => /^(?:0|-?[1-9][0-9]{0,17})$/.test(label));
  return { labels: [...labels], isKnown: true, areIntegers, note: null };
}
