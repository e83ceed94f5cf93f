import yauzl from 'yauzl';
import type { Finding } from './file-kind.ts';
import { isWeightsOnly, libraryIn } from './pickle-kind.ts';

const mostEntries = 5_000;
const mostPickleBytes = 4 * 1024 * 1024;

/** Recognises models that are zip files by the names inside; `zip` for any other, damaged ones included. */
export async function zipKind(path: string): Promise<Finding> {
  let zip: yauzl.ZipFile;
  try {
    zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: true });
  } catch {
    return { kind: 'zip' };
  }
  try {
    const entries = await firstEntries(zip);
    const names = entries.map(({ fileName }) => fileName);
    const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
    if (has(/^([^/]+\/)?data\.pkl$/) && has(/^([^/]+\/)?(version|\.?data\/(version|[^/]+))$/)) {
      if (has(/^([^/]+\/)?(constants\.pkl|code\/)/)) return { kind: 'torchscript' };
      return await torchKind(zip, entries);
    }
    if (has(/(^|\/)(archive_format|serialized_exported_program\.json)$/)) return { kind: 'torch-export' };
    if (has(/^config\.json$/) && has(/^metadata\.json$/) && has(/^model\.weights\.h5$/)) return { kind: 'keras' };
    if (has(/^schema\.json$/) && !has(/\.onnx$/i)) return { kind: 'skops' };
    if (has(/^\[Content_Types\]\.xml$/)) return { kind: 'workbook' };
    if (names.length > 0 && names.every((name) => name.endsWith('.npy'))) return { kind: 'numpy' };
    return { kind: 'zip' };
  } catch {
    return { kind: 'zip' };
  } finally {
    zip.close();
  }
}

async function firstEntries(zip: yauzl.ZipFile): Promise<yauzl.Entry[]> {
  const entries: yauzl.Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    entries.push(entry);
    if (entries.length >= mostEntries) break;
  }
  return entries;
}

/** Looks for names in data.pkl, which is never read as a pickle. */
async function torchKind(zip: yauzl.ZipFile, entries: yauzl.Entry[]): Promise<Finding> {
  const entry = entries.find(({ fileName }) => /^([^/]+\/)?data\.pkl$/.test(fileName));
  if (entry === undefined || entry.uncompressedSize > mostPickleBytes) return { kind: 'pytorch' };
  const parts: Buffer[] = [];
  for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Buffer);
  const pickle = Buffer.concat(parts);
  const { library } = libraryIn(pickle);
  if (library === 'ultralytics') return { kind: 'pytorch', library };
  return { kind: isWeightsOnly(pickle) ? 'pytorch-weights' : 'pytorch' };
}
