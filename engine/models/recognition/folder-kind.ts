import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../file-problem.ts';
import type { Finding } from './file-kind.ts';

const mostConfigBytes = 4 * 1024 * 1024;
const weightFiles = /\.(safetensors|bin|h5|msgpack|pt|pth|ckpt)$/i;

/** Recognises folders that are one model by the files directly in them (and in `onnx/`). */
export async function folderKind(folder: string): Promise<Finding> {
  const files = await fileNames(folder);
  const isOnnx = (name: string): boolean => name.toLowerCase().endsWith('.onnx');
  if (files.some(isOnnx) || (await fileNames(join(folder, 'onnx')).catch(() => [])).some(isOnnx))
    return { kind: 'onnx-folder' };
  if (files.includes('saved_model.pb') || files.includes('saved_model.pbtxt'))
    return { kind: 'tensorflow-saved-model' };
  if (files.includes('Manifest.json') && (await contains(join(folder, 'Manifest.json'), 'rootModelIdentifier')))
    return { kind: 'coreml' };
  if (files.includes('config.json') && files.some((name) => weightFiles.test(name))) {
    const config = join(folder, 'config.json');
    if ((await contains(config, '"model_type"')) || (await contains(config, '"architectures"')))
      return { kind: 'hugging-face' };
  }
  if (files.includes('model_index.json') && (await contains(join(folder, 'model_index.json'), '_class_name'))) {
    return { kind: 'hugging-face', task: 'text-to-image' };
  }
  return { kind: 'folder' };
}

async function fileNames(folder: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw fileProblem(error, folder);
  }
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}

async function contains(path: string, text: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile() || found.size > mostConfigBytes) return false;
  return (await readFile(path)).includes(text);
}
