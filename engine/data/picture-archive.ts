import { basename } from 'node:path';
import yauzl from 'yauzl';
import type { ArchiveEntry } from '../contract/index.ts';
import { problem, ProblemError } from '../contract/index.ts';
import { compareNames } from './paths.ts';
import { hasPictureName } from './picture-formats.ts';
import { fileProblem, throwIfCancelled } from './source-files.ts';
import { isLeftBehind } from './source-tree.ts';

/** A picture in an archive: its path there, and where it lies. */
export interface ArchivedPicture {
  name: string;
  entry: ArchiveEntry;
}

/** Entries that an archive of pictures has at most, folders included. */
const mostEntries = 1_000_000;

const fileType = 0o170000;
const regularFile = 0o100000;
const folderType = 0o040000;

/**
 * The pictures of a zip archive by the names of its entries, sorted. Nothing is unpacked. Refuses the archive for an entry
 * that leads out, is a link, is encrypted or packed in an unknown way, for entries of one name or that lie over each other,
 * and for more than a million entries. Throws DATA_INVALID, FILE_UNREADABLE, FILE_MISSING.
 */
export async function listArchive(path: string, signal?: AbortSignal): Promise<ArchivedPicture[]> {
  let zip: yauzl.ZipFile | null = null;
  try {
    zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false });
    if (zip.entryCount > mostEntries) throw refused(path, `more than ${mostEntries.toLocaleString('en')} entries`);
    const pictures = new Map<string, ArchiveEntry>();
    for await (const entry of zip.eachEntry()) {
      throwIfCancelled(signal);
      addEntry(path, entry, pictures);
    }
    refuseOverlaps(path, pictures);
    const names = [...pictures.keys()].toSorted(compareNames);
    return names.map((name) => ({ name, entry: pictures.get(name) as ArchiveEntry }));
  } catch (error) {
    throw archiveProblem(error, path);
  } finally {
    zip?.close();
  }
}

function addEntry(path: string, entry: yauzl.Entry, pictures: Map<string, ArchiveEntry>): void {
  const raw = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
  const name = safeName(path, raw);
  checkKind(path, entry, raw);
  const isPicture = !name.endsWith('/') && hasPictureName(name) && !name.split('/').some(isLeftBehind);
  if (!isPicture) return;
  if (entry.isEncrypted()) throw refused(path, `an encrypted entry: ${shown(raw)}`);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw refused(path, `an entry packed in a way that is not known here: ${shown(raw)}`);
  }
  if (pictures.has(name)) throw refused(path, `two entries with the name ${shown(raw)}`);
  pictures.set(name, {
    offset: entry.relativeOffsetOfLocalHeader,
    packed: entry.compressedSize,
    bytes: entry.uncompressedSize,
    stored: entry.compressionMethod === 0,
    crc32: entry.crc32,
  });
}

/** A path below the archive, with forward slashes; as for models, nothing else is let in. */
function safeName(path: string, raw: string): string {
  const name = raw.replaceAll('\\', '/');
  if (raw === '' || raw.includes('\0')) throw refused(path, `an entry with the name ${shown(raw)}`);
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name))
    throw refused(path, `an entry with the absolute path ${shown(raw)}`);
  const steps = name.split('/');
  if (steps.includes('..')) throw refused(path, `an entry that leads out of it: ${shown(raw)}`);
  return steps.filter((step, index) => step !== '.' && (step !== '' || index === steps.length - 1)).join('/');
}

function checkKind(path: string, entry: yauzl.Entry, raw: string): void {
  const type = (entry.externalFileAttributes >>> 16) & fileType;
  if (type !== 0 && type !== regularFile && type !== folderType) throw refused(path, `a link or device: ${shown(raw)}`);
}

/** Entries that share bytes are how a small archive unpacks to terabytes. */
function refuseOverlaps(path: string, pictures: ReadonlyMap<string, ArchiveEntry>): void {
  const places = [...pictures].toSorted(([, a], [, b]) => a.offset - b.offset);
  for (const [index, [name, { offset, packed }]] of places.entries()) {
    const next = places[index + 1];
    if (next !== undefined && offset + packed > next[1].offset)
      throw refused(path, `entries that lie over each other: ${shown(name)} and ${shown(next[0])}`);
  }
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 200));
}

function refused(path: string, what: string): ProblemError {
  return problem('DATA_INVALID', `${basename(path)} holds ${what}. Nothing of it was read.`, {
    subject: path,
    hint: 'Unpack it yourself and give the folder.',
  });
}

function archiveProblem(error: unknown, path: string): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return fileProblem(error, path);
  const reason = error instanceof Error ? error.message : String(error);
  return problem('FILE_UNREADABLE', `${basename(path)} is damaged or no zip file (${reason}).`, {
    subject: path,
    hint: 'Copy or download it again.',
    cause: error,
  });
}

/** Whether a file is a zip archive that holds pictures: those of documents and models hold some beside what they are. */
export async function isPictureArchive(path: string, head: Buffer): Promise<boolean> {
  if (head.toString('latin1', 0, 4) !== 'PK\x03\x04') return false;
  if (isOtherArchive(head.toString('latin1'))) return false;
  return holdsPictures(path);
}

/** Office documents, PyTorch checkpoints, NumPy archives and Java's: they are named by what they are. */
function isOtherArchive(text: string): boolean {
  const marks = ['[Content_Types].xml', 'application/vnd.oasis', '/data.pkl', '.npy', 'META-INF/MANIFEST.MF', 'xl/'];
  return marks.some((mark) => text.includes(mark));
}

/** Whether a picture comes among the entries, as far as they can be listed. */
async function holdsPictures(path: string): Promise<boolean> {
  let zip: yauzl.ZipFile | null = null;
  try {
    zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false });
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileNameRaw.toString('utf8');
      if (hasPictureName(name) && !name.split('/').some(isLeftBehind)) return true;
    }
    return false;
  } catch {
    return false;
  } finally {
    zip?.close();
  }
}
