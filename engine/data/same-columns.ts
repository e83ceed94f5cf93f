import { problem, type SourceFile } from '../contract/index.ts';

/** Whether two headers have the same names in the same order. */
export function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left === right || (left.length === right.length && left.every((name, index) => name === right[index]));
}

/** Throws DATA_INVALID, naming one column, unless a file has the columns of the dataset's first one, in any order. */
export function refuseOtherColumns(
  first: SourceFile,
  names: readonly string[],
  file: SourceFile,
  header: readonly string[],
): void {
  if (sameNames(names, header)) return;
  const here = new Set(header);
  const there = new Set(names);
  const lacking = names.find((name) => !here.has(name));
  const extra = header.find((name) => !there.has(name));
  if (lacking === undefined && extra === undefined) return;
  const what =
    lacking === undefined
      ? `has the column ${extra}, which ${first.name} lacks`
      : `lacks the column ${lacking} of ${first.name}`;
  throw problem('DATA_INVALID', `${file.name} ${what}.`, {
    subject: lacking ?? extra ?? null,
    hint: 'Files of one dataset have the same columns, in any order.',
  });
}
