import { basename, dirname } from 'node:path';
import { problem } from '../contract/index.ts';

/** Names of models and aliases: letters, digits and `. _ -`, beginning with a letter or digit; no `@`, no path, at most 100. */
const allowed = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u;

export function checkModelName(name: string): string {
  if (allowed.test(name)) return name;
  throw problem(
    'USAGE',
    'A name has letters, digits, dots, dashes and underscores, begins with a letter or digit, and has at most 100.',
    {
      subject: name,
      hint: `For example ${nameFromText(name)}.`,
    },
  );
}

/** An alias must not look like a version number. */
export function checkAlias(name: string): string {
  if (/^v?\d+$/.test(name)) {
    throw problem('USAGE', `${name} reads as a version number; an alias needs another name.`, {
      subject: name,
      hint: 'For example champion.',
    });
  }
  return checkModelName(name);
}

/** Names that say nothing of a model: what exporters write, folders of an export, numbers of versions. */
const saysNothing = /^(model|model_quantized|onnx|v?\d+(\.\d+)*)$/i;

/** Where a host keeps what was dropped into a browser: folders of its own, which say nothing either. */
const ofUpload = /[\\/]upload-[0-9a-f]{32}[\\/]files$/;

/**
 * A model is named after its file: `credit_v2.onnx` gives `credit_v2`. Where the name says nothing, the folders above are
 * asked: `digits/v1/model.onnx` gives `digits`. What was uploaded has no folders above that a person knows.
 */
export function nameFromPath(path: string): string {
  const stem = basename(path).replace(/\.(onnx|zip)$/i, '');
  const above = dirname(path);
  if (!saysNothing.test(stem) || basename(above) === '' || ofUpload.test(above)) return nameFromText(stem);
  return nameFromPath(above);
}

function nameFromText(text: string): string {
  const cleaned = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+|-+$/gu, '')
    .slice(0, 100);
  return cleaned === '' ? 'model' : cleaned;
}
