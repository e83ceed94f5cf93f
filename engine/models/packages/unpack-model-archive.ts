import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { problem, ProblemError } from '../../contract/index.ts';
import { fileProblem } from '../file-problem.ts';

export interface ArchiveBounds {
  /** Entries, folders included. */
  files: number;
  /** Bytes once unpacked, counted while they come. */
  bytes: number;
}

const fileType = 0o170000;
const regularFile = 0o100000;
const folderType = 0o040000;

/**
 * Unpacks a zip file into a folder that does not exist yet or is empty; archives inside are left as they are. Refuses paths
 * that lead out, links, encrypted entries, names that differ only by case, and archives beyond the bounds; whatever the
 * refusal, nothing of the archive remains. Throws ALREADY_EXISTS, FILE_MISSING, FILE_UNREADABLE, MODEL_INVALID,
 * MODEL_LIMIT, DISK_FULL.
 */
export async function unpackModelArchive(
  zipPath: string,
  intoFolder: string,
  bounds: ArchiveBounds,
): Promise<{ files: number; bytes: number }> {
  const created = await prepareFolder(intoFolder);
  let zip: yauzl.ZipFile | null = null;
  try {
    zip = await yauzl.openPromise(zipPath, { lazyEntries: true, autoClose: false, decodeStrings: false });
    return await new Unpacking(zip, zipPath, intoFolder, bounds).run();
  } catch (error) {
    await clear(intoFolder, created);
    throw archiveProblem(error, zipPath);
  } finally {
    zip?.close();
  }
}

class Unpacking {
  readonly #zip: yauzl.ZipFile;
  readonly #zipPath: string;
  readonly #folder: string;
  readonly #bounds: ArchiveBounds;
  /** Names of files and folders, case and Unicode form put aside. */
  readonly #taken = new Map<string, 'file' | 'folder'>();
  #entries = 0;
  #files = 0;
  #bytes = 0;

  constructor(zip: yauzl.ZipFile, zipPath: string, folder: string, bounds: ArchiveBounds) {
    this.#zip = zip;
    this.#zipPath = zipPath;
    this.#folder = folder;
    this.#bounds = bounds;
  }

  async run(): Promise<{ files: number; bytes: number }> {
    if (this.#zip.entryCount > this.#bounds.files) throw this.#tooMany();
    for await (const entry of this.#zip.eachEntry()) {
      this.#entries += 1;
      if (this.#entries > this.#bounds.files) throw this.#tooMany();
      await this.#unpack(entry);
    }
    return { files: this.#files, bytes: this.#bytes };
  }

  async #unpack(entry: yauzl.Entry): Promise<void> {
    const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
    const steps = this.#steps(name);
    const isFolder = name.endsWith('/');
    this.#checkKind(entry, name, isFolder);
    if (steps.length === 0) return;
    this.#take(steps, isFolder ? 'folder' : 'file', name);
    const target = join(this.#folder, ...steps);
    await mkdir(isFolder ? target : dirname(target), { recursive: true });
    if (isFolder) return;
    const content = await this.#zip.openReadStreamPromise(entry);
    await pipeline(content, this.#counter(), createWriteStream(target, { flags: 'wx', mode: 0o600 }));
    this.#files += 1;
  }

  /** The path of an entry in steps, each of which stays inside the folder. */
  #steps(name: string): string[] {
    const shown = JSON.stringify(name.slice(0, 200));
    if (name === '' || name.includes('\0')) throw this.#refused(`an entry with the name ${shown}`);
    if (name.startsWith('/') || /^[A-Za-z]:/.test(name))
      throw this.#refused(`an entry with the absolute path ${shown}`);
    const steps = name.split('/').filter((step) => step !== '' && step !== '.');
    if (steps.includes('..')) throw this.#refused(`an entry that leads out of it: ${shown}`);
    if (process.platform === 'win32' && /[<>:"|?*]/.test(name))
      throw this.#refused(`a name that Windows does not allow: ${shown}`);
    return steps;
  }

  #checkKind(entry: yauzl.Entry, name: string, isFolder: boolean): void {
    const shown = JSON.stringify(name.slice(0, 200));
    const type = (entry.externalFileAttributes >>> 16) & fileType;
    if (type !== 0 && type !== regularFile && type !== folderType) throw this.#refused(`a link or device: ${shown}`);
    if (entry.isEncrypted()) throw this.#refused(`an encrypted entry: ${shown}`, 'Unpack it with its password first.');
    if (!isFolder && !entry.canDecodeFileData()) {
      throw this.#refused(
        `an entry packed in a way that is not known here: ${shown}`,
        'Pack it as an ordinary zip file (deflate).',
      );
    }
  }

  #take(steps: string[], kind: 'file' | 'folder', name: string): void {
    const keys = steps.map((_, index) =>
      steps
        .slice(0, index + 1)
        .join('/')
        .normalize('NFC')
        .toLowerCase(),
    );
    keys.forEach((key, index) => {
      const wanted = index === keys.length - 1 ? kind : 'folder';
      const there = this.#taken.get(key);
      if (there === 'file' || (there === 'folder' && wanted === 'file')) {
        throw this.#refused(`two entries that are one on some disks: ${JSON.stringify(name.slice(0, 200))}`);
      }
      this.#taken.set(key, wanted);
    });
  }

  /** Passes bytes on and ends the unpacking when there are too many, whatever the archive's headers say. */
  #counter(): Transform {
    return new Transform({
      transform: (part: Buffer, _encoding, done) => {
        this.#bytes += part.length;
        if (this.#bytes <= this.#bounds.bytes) done(null, part);
        else {
          const most = this.#bounds.bytes.toLocaleString('en');
          done(
            problem('MODEL_LIMIT', `${basename(this.#zipPath)} unpacks to more than ${most} bytes.`, {
              subject: this.#zipPath,
            }),
          );
        }
      },
    });
  }

  #tooMany(): ProblemError {
    const most = this.#bounds.files.toLocaleString('en');
    return problem('MODEL_LIMIT', `${basename(this.#zipPath)} holds more than ${most} entries.`, {
      subject: this.#zipPath,
    });
  }

  #refused(what: string, hint = 'Unpack it yourself and give the folder.'): ProblemError {
    return problem('MODEL_INVALID', `${basename(this.#zipPath)} holds ${what}. Nothing was unpacked.`, {
      subject: this.#zipPath,
      hint,
    });
  }
}

/** Whether the folder was made here. */
async function prepareFolder(folder: string): Promise<boolean> {
  try {
    const made = await mkdir(folder, { recursive: true });
    if (made !== undefined) return true;
    if ((await readdir(folder)).length === 0) return false;
  } catch (error) {
    throw fileProblem(error, folder);
  }
  throw problem('ALREADY_EXISTS', `${basename(folder)} is not empty.`, { subject: folder });
}

async function clear(folder: string, created: boolean): Promise<void> {
  if (created) return rm(folder, { recursive: true, force: true });
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

function archiveProblem(error: unknown, path: string): ProblemError {
  if (error instanceof ProblemError || (error instanceof Error && 'code' in error && typeof error.code === 'string')) {
    const isZlib = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    if (!isZlib) return fileProblem(error, path);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return problem('FILE_UNREADABLE', `${basename(path)} is damaged or no zip file (${reason}). Nothing was unpacked.`, {
    subject: path,
    hint: 'Copy or download it again.',
    cause: error,
  });
}
