import { basename, dirname } from 'node:path';

export interface OrderedModel {
  /** What stands in the sentence: a reference or a name. */
  shown: string;
  path: string;
  modified: number;
  /** Of a known version its number within its model. */
  known: { model: string; version: number } | null;
}

/**
 * Oldest first: known versions of one model by their numbers, files by the number in their names (`_v2`, `-3`, a folder
 * `v2`), and where one has none, all by the time of their last change.
 */
export function orderModels(models: readonly OrderedModel[]): string[] {
  const numbers = versionsOf(models);
  const byTime = (left: OrderedModel, right: OrderedModel): number => left.modified - right.modified;
  const sorted = models.toSorted((left, right) =>
    numbers === null ? byTime(left, right) : compare(numbers.get(left)!, numbers.get(right)!) || byTime(left, right),
  );
  return [...new Set(sorted.map((model) => model.shown))];
}

function versionsOf(models: readonly OrderedModel[]): Map<OrderedModel, number[]> | null {
  const names = new Set(models.map((model) => model.known?.model));
  const isOneModel = names.size === 1 && !names.has(undefined);
  const numbers = new Map<OrderedModel, number[]>();
  for (const model of models) {
    const found = isOneModel ? [model.known!.version] : numberInName(model.path);
    if (found === null) return null;
    numbers.set(model, found);
  }
  return numbers;
}

/** `credit_v2.onnx` 2, `credit-1.10.onnx` 1 10, `v3/model.onnx` 3; null where neither file nor folder is numbered. */
function numberInName(path: string): number[] | null {
  const stem = basename(path).replace(/\.(onnx|zip)$/i, '');
  return numberAtEnd(stem) ?? numberAtEnd(basename(dirname(path)));
}

function numberAtEnd(name: string): number[] | null {
  const found =
    /(?:^|[._\s-])(?:v|ver|version)?[._\s-]?(\d+(?:\.\d+)*)$/i.exec(name) ?? /v(\d+(?:\.\d+)*)$/i.exec(name);
  return found === null ? null : found[1]!.split('.').map(Number);
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
