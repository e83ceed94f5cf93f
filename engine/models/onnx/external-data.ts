import { realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { problem } from '../../contract/index.ts';
import { type PlacedTensor, tensors } from './model-walk.ts';
import { heldField, type ReadModel } from './read-model.ts';
import { sentenceStart } from './words.ts';
import { checkDimensions, isExternal, rawBytes } from './tensor-check.ts';

/** ONNX Runtime reads the process's own memory where a location bears this name. */
const memoryLocation = '_ORT_MEM_ADDR_';

const oneFolder = 'Put the model and its data files into one folder and import that folder.';

/**
 * Names the files that hold tensors of the model, relative to the model's folder, with forward slashes, in the order of
 * their first use. Each must be a regular file inside that folder, links followed, and long enough for every tensor in it.
 * Throws MODEL_EXTERNAL_DATA.
 */
export function checkExternalData(model: ReadModel): string[] {
  const sizes = new Map<string, number>();
  const folder = dirname(model.path);
  for (const placed of tensors(model.proto)) {
    if (!isExternal(placed.tensor)) continue;
    checkDimensions(placed, model.path);
    const { location, offset, length } = externalEntries(model, placed);
    let size = sizes.get(location);
    if (size === undefined) sizes.set(location, (size = externalFileSize(folder, location, placed.words)));
    const needed = rawBytes(placed.tensor);
    if (needed === null) throw refused(`${placed.words} has a type that cannot be kept in another file.`, location);
    if (length !== null && length !== needed) {
      throw refused(
        `${placed.words} is ${needed} bytes in size, and ${length} bytes of ${location} are set aside for it.`,
        location,
      );
    }
    if (offset + needed > size) {
      throw refused(
        `${placed.words} reaches beyond the end of ${location}: from byte ${offset} to ${offset + needed}, where the file has ${size}.`,
        location,
        'Copy or download the data file again.',
      );
    }
  }
  return [
    ...new Set([...sizes.keys()].map((location) => relative(folder, join(folder, location)).replaceAll(sep, '/'))),
  ];
}

function externalEntries(
  model: ReadModel,
  { tensor, words }: PlacedTensor,
): { location: string; offset: number; length: number | null } {
  const entry = (key: string): string | null => {
    const found = tensor.externalData.findLast((candidate) => candidate.key === key);
    if (found === undefined) return null;
    if (!heldField(model, found, 2).complete) throw refused(`${words} names a file with an endless name.`, words);
    return found.value;
  };
  const location = entry('location');
  if (location === null || location === '')
    throw refused(`${words} is kept in another file whose path is not given.`, words);
  return { location, offset: wholeNumber(entry('offset'), words) ?? 0, length: wholeNumber(entry('length'), words) };
}

function wholeNumber(text: string | null, words: string): number | null {
  if (text === null || text === '') return null;
  if (!/^\d{1,15}$/.test(text))
    throw refused(`${words} has an offset or length that is no whole number: ${text.slice(0, 40)}.`, words);
  return Number(text);
}

function externalFileSize(folder: string, location: string, words: string): number {
  const steps = location.split(/[/\\]/);
  if (location.includes('\0')) throw refused(`${words} is kept at a path with a NUL character in it.`, words);
  if (/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(location)) {
    throw refused(`${words} is kept at ${location}, on a network and outside the model's folder.`, location, oneFolder);
  }
  if (/^([/\\]|[A-Za-z]:)/.test(location)) {
    throw refused(
      `${words} is kept at the absolute path ${location}, outside the model's folder.`,
      location,
      oneFolder,
    );
  }
  if (steps.includes('..')) {
    throw refused(`${words} is kept at ${location}, outside the model's folder.`, location, oneFolder);
  }
  if (steps.includes(memoryLocation)) throw refused(`${words} is to be read from memory, not from a file.`, location);
  let real: string;
  let root: string;
  try {
    root = realpathSync(folder);
    real = realpathSync(join(folder, location));
  } catch {
    throw refused(`${words} is kept in ${location}, which is missing.`, location, oneFolder);
  }
  if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw refused(`${location} is a link that leads out of the model's folder.`, location, oneFolder);
  }
  const stat = statSync(real);
  if (!stat.isFile()) throw refused(`${words} is kept in ${location}, which is a folder or a device.`, location);
  return stat.size;
}

function refused(message: string, subject: string, hint?: string): Error {
  return problem('MODEL_EXTERNAL_DATA', sentenceStart(message), { subject, hint: hint ?? 'Export the model again.' });
}
