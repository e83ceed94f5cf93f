import { randomUUID } from 'node:crypto';
import { access, appendFile, chmod, copyFile, constants, rename } from 'node:fs/promises';
import type { Inspection } from '../contract/index.ts';
import { zippedOutputSuffix } from '../models/index.ts';

/**
 * The file to open a session on. ONNX Runtime for Node cannot return what ZipMap makes (a sequence of maps), so for such
 * models a copy is made beside the file, with the tensors that feed ZipMap declared as outputs too: bytes appended to a
 * protobuf message add to its repeated fields, so nothing of the model is parsed or changed. Made once; safe when two
 * processes make it at the same time.
 */
export async function runtimeFile(path: string, inspection: Inspection): Promise<string> {
  const suffix = zippedOutputSuffix(inspection);
  if (suffix === null) return path;
  const file = `${path}.with-tensors.onnx`;
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there) return file;
  const temporary = `${file}.${randomUUID()}.tmp`;
  await copyFile(path, temporary, constants.COPYFILE_FICLONE);
  await chmod(temporary, 0o644);
  await appendFile(temporary, suffix);
  await rename(temporary, file);
  return file;
}
