import { problem, type SourceFile } from '../contract/index.ts';

/** Throws DATA_INVALID, naming one column, unless a file has the columns of the dataset's first one, in any order. */
export function refuseOtherColumns(first: SourceFile, names: string[], file: SourceFile, header: string[]): void {
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
