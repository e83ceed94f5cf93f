import { byteOrderMark } from './byte-window.ts';
import { readStart } from './source-files.ts';

/** What stands before a text table: `skip` bytes, and the delimiter where the file itself names one. */
export interface CsvPreamble {
  skip: number;
  delimiter: string | null;
  notes: string[];
}

const mostBytes = 64 * 1024;
/** Delimiters that are looked for where nobody names one. */
export const delimiters = [',', ';', '\t', '|'];

/**
 * A byte order mark, the line `sep=;` that Excel writes and reads, and lines of comment (`# ...`) above the header. A line
 * with `#` that splits as the line below it does is no comment but the header. Lines are found by their bytes, before
 * any quoting is known: a comment may hold a single quote.
 */
export function csvPreamble(path: string, content: Buffer | null): CsvPreamble {
  const mark = byteOrderMark(path, content);
  const head = (content ?? readStart(path, mostBytes).bytes).subarray(mark, mostBytes).toString('latin1');
  const notes = mark > 0 ? ['The file begins with a byte order mark, which is skipped.'] : [];
  const named = /^sep=([^\r\n])\r?\n/i.exec(head);
  const from = named?.[0].length ?? 0;
  const delimiter = named?.[1] ?? null;
  if (delimiter !== null) notes.push(`The first line names the delimiter (sep=${delimiter}) and is no row.`);
  const comments = commentLines(head.slice(from), delimiter);
  if (comments.count > 0) {
    const lines = comments.count === 1 ? 'The first line begins' : `The first ${comments.count} lines begin`;
    notes.push(`${lines} with # and ${comments.count === 1 ? 'is' : 'are'} taken for a comment; this is a guess.`);
  }
  return { skip: mark + from + comments.bytes, delimiter, notes };
}

function commentLines(text: string, delimiter: string | null): { count: number; bytes: number } {
  const found = /^(?:#[^\r\n]*\r?\n)+/.exec(text)?.[0];
  const below = found === undefined ? '' : (/^[^\r\n]*/.exec(text.slice(found.length))?.[0] ?? '');
  if (found === undefined || below === '') return { count: 0, bytes: 0 };
  const lines = found.match(/[^\n]*\n/g) ?? [];
  const last = lines.at(-1) ?? '';
  const isHeader = (delimiter === null ? delimiters : [delimiter]).some((candidate) => {
    const cells = below.split(candidate).length;
    return cells > 1 && last.trimEnd().split(candidate).length === cells;
  });
  const comments = isHeader ? lines.slice(0, -1) : lines;
  return { count: comments.length, bytes: comments.join('').length };
}
