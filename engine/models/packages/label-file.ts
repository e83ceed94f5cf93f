import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileProblem } from '../file-problem.ts';

const mostBytes = 4 * 1024 * 1024;

/**
 * Class labels from a text file, one a line, in the order of the model's scores. Blank lines at the end do not count.
 * Null, and a note, for a file that is no such list. Throws FILE_UNREADABLE.
 */
export async function readLabels(path: string, notes: string[]): Promise<string[] | null> {
  const name = basename(path);
  try {
    const { size } = await stat(path);
    if (size > mostBytes) {
      notes.push(`${name} is too large for a list of labels and was left out.`);
      return null;
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    const lines = text
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => line.trim());
    if (lines.every((line) => line !== '')) return lines;
    notes.push(`${name} has blank lines between its labels and was left out.`);
    return null;
  } catch (error) {
    if (!(error instanceof TypeError)) throw fileProblem(error, path);
    notes.push(`${name} is no UTF-8 text and was left out.`);
    return null;
  }
}
