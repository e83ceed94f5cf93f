import { basename } from 'node:path';
import { problem, type ProblemError } from '../../contract/index.ts';
import type { FileKind } from './file-kind.ts';

const giveOnnx = 'Give an ONNX file or the folder that holds one.';

/**
 * The refusal of a file that is no ONNX model: FORMAT_NOT_SUPPORTED for foreign models, with the export command, and for
 * data or an archive in a model's place; FILE_EMPTY; FORMAT_UNKNOWN for everything else.
 */
export function foreignModelProblem(file: FileKind): ProblemError {
  const name = basename(file.path);
  const subject = file.path;
  if (file.role === 'foreign') {
    return problem('FORMAT_NOT_SUPPORTED', `${name} is ${file.words}. ${refusal(file)}`, {
      subject,
      hint: foreignHint(file),
    });
  }
  if (file.kind === 'empty') return problem('FILE_EMPTY', `${name} is empty: it has 0 bytes.`, { subject });
  if (file.kind === 'unknown') {
    return problem('FORMAT_UNKNOWN', `${name} is not an ONNX model, nor a file of another kind that is known.`, {
      subject,
      hint: giveOnnx,
    });
  }
  const known = file.role === 'data' || file.role === 'archive';
  return problem(known ? 'FORMAT_NOT_SUPPORTED' : 'FORMAT_UNKNOWN', `${name} is not an ONNX model but ${file.words}.`, {
    subject,
    hint: otherHint(file),
  });
}

function refusal({ kind }: FileKind): string {
  const pickled = kind === 'pytorch' || kind === 'pytorch-weights' || kind === 'pickle' || kind === 'joblib';
  return pickled ? 'Drydock does not open pickles, they can run code.' : 'Drydock runs ONNX models.';
}

function foreignHint({ exportCommand, advice }: FileKind): string {
  if (exportCommand === null) return advice ?? giveOnnx;
  return `Export it to ONNX. ${advice ?? ''}\n${exportCommand}`;
}

function otherHint({ kind, role }: FileKind): string {
  if (role === 'archive' || kind === 'compressed' || kind === 'tar') return 'Unpack it and give the model in it.';
  if (kind === 'git-lfs-pointer') return 'Fetch the file itself with: git lfs pull';
  if (kind === 'web-page') return 'Download the model again: an error page was saved in its place.';
  return giveOnnx;
}
