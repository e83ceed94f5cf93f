import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type Inspection, problem, ProblemError } from '../contract/index.ts';
import { fileProblem } from './file-problem.ts';
import { inspectOnnx } from './onnx/index.ts';
import { foreignModelProblem, recogniseFile } from './recognition/index.ts';

/**
 * Describes an ONNX file without loading its tensors. For a disposable child process: it reads synchronously, and its
 * memory follows the number of nodes and names in the file.
 * Throws FILE_MISSING, FILE_UNREADABLE, FILE_EMPTY; FORMAT_NOT_SUPPORTED with the export command for models of other
 * formats; FORMAT_UNKNOWN; MODEL_INVALID, MODEL_LIMIT, MODEL_EXTERNAL_DATA naming what is wrong.
 */
export async function inspectModel(path: string): Promise<Inspection> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch((error: unknown) => {
    throw fileProblem(error, absolute);
  });
  if (found.isDirectory()) throw await folderProblem(absolute);
  try {
    return inspectOnnx(absolute);
  } catch (error) {
    if (error instanceof RangeError) {
      // JavaScript's own limits on texts, arrays and depth, met by a model that is absurd in a way not counted before.
      throw problem('MODEL_LIMIT', 'The model is too large or too deeply nested to be described.', {
        subject: absolute,
        cause: error,
      });
    }
    if (!(error instanceof ProblemError) || error.problem.code !== 'MODEL_INVALID') throw error;
    const file = await recogniseFile(absolute);
    throw file.kind === 'onnx' || file.kind === 'unknown' ? error : foreignModelProblem(file);
  }
}

async function folderProblem(path: string): Promise<ProblemError> {
  const folder = await recogniseFile(path);
  if (folder.kind !== 'onnx-folder') return foreignModelProblem(folder);
  return problem('FILE_UNREADABLE', `${basename(path)} is a folder; one ONNX file was expected.`, {
    subject: path,
    hint: 'Give the ONNX file in it.',
  });
}
