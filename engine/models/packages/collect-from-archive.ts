import { basename, extname, join } from 'node:path';
import { problem, ProblemError } from '../../contract/index.ts';
import { shellQuote } from '../recognition/shell-quote.ts';
import { collectModelFiles, type ModelPackage } from './collect-model-files.ts';
import { unpackModelArchive, type ArchiveBounds } from './unpack-model-archive.ts';

/**
 * Unpacks a zip into `unpacked` and finds the model there. `unpacked` is gone after the import, so refusals and notes name the
 * archive, and an export command unpacks it first, beside itself.
 */
export async function collectFromArchive(path: string, unpacked: string, bounds: ArchiveBounds): Promise<ModelPackage> {
  await unpackModelArchive(path, unpacked, bounds);
  try {
    const found = await collectModelFiles(unpacked);
    return { ...found, notes: found.notes.map((note) => ofArchive(note, path, unpacked)) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { code, message, subject, hint } = error.problem;
    throw problem(code, ofArchive(message, path, unpacked), {
      subject: subject?.startsWith(unpacked) ? path : subject,
      hint: hint === null ? null : hintOf(hint, path, unpacked),
      cause: error,
    });
  }
}

/** `unpacked holds 2 ONNX files` is about the archive. */
function ofArchive(words: string, path: string, unpacked: string): string {
  const name = `${basename(unpacked)} `;
  return words.startsWith(name) ? `${basename(path)} ${words.slice(name.length)}` : words;
}

/** The paths of a command's line lead to where that line unpacks the archive; one of several models is given unpacked. */
function hintOf(hint: string, path: string, unpacked: string): string {
  if (!hint.includes('\n')) return hint.replace(inFolder, 'Unpack the archive and give one of these files.');
  const folder = path.slice(0, path.length - extname(path).length);
  const target = folder === path ? `${path}.unpacked` : folder;
  return hint
    .split('\n')
    .map((line, index) => {
      if (index === 0) return line;
      const command = line.replace(shellArguments, (argument) => {
        const plain = unquoted(argument);
        return plain.startsWith(unpacked) ? shellQuote(join(target, plain.slice(unpacked.length))) : argument;
      });
      return `python -m zipfile -e ${shellQuote(path)} ${shellQuote(target)} && ${command}`;
    })
    .join('\n');
}

const inFolder = 'Give one of these files in place of the folder.';

/** Arguments as `shellQuote` writes them. */
const shellArguments = /'(?:[^']|'\\'')*'|"[^"]*"|\S+/g;

function unquoted(argument: string): string {
  if (argument.startsWith('"')) return argument.slice(1, -1);
  return argument.startsWith("'") ? argument.slice(1, -1).replaceAll(`'\\''`, "'") : argument;
}
