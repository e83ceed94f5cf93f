import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { problem, type ProblemError } from '../engine/contract/index.ts';
import { plainName, plainNames } from './upload-names.ts';

export interface UploadRequest {
  name: string;
  kind: 'file' | 'folder';
  /** All bytes of all files. */
  bytes: number;
}

/** An upload as it lies in the workspace: `upload.json`, and the file or folder below `files`. */
interface Upload extends UploadRequest {
  id: string;
  received: number;
  /** Files that are being written to. */
  busy: Set<string>;
}

/** What is left free on the disk, whatever is uploaded. */
const reserveBytes = 256 << 20;

/** Files that pages send, in `uploads` of the workspace. They can be gone on with after a reload, or a start of the host. */
export class UploadStore {
  readonly #folder: string;
  readonly #known = new Map<string, Promise<Upload>>();
  /** What has begun here, to know how much is still to come. */
  readonly #uploads = new Set<Upload>();

  constructor(workspace: string) {
    this.#folder = join(workspace, 'uploads');
  }

  /** Errors: DISK_FULL when it would not fit. */
  async begin(request: UploadRequest): Promise<{ upload: string }> {
    await this.#requireSpace(request.bytes);
    const id = `upload-${randomBytes(16).toString('hex')}`;
    const upload: Upload = { ...request, name: plainName(request.name), id, received: 0, busy: new Set() };
    await mkdir(join(this.#folder, id, 'files'), { recursive: true, mode: 0o700 });
    const { name, kind, bytes } = upload;
    const about = { name, kind, bytes, startedAt: new Date().toISOString() };
    await writeFile(join(this.#folder, id, 'upload.json'), `${JSON.stringify(about)}\n`, { mode: 0o600 });
    if (kind === 'folder') await mkdir(join(this.#folder, id, 'files', name));
    this.#known.set(id, Promise.resolve(upload));
    this.#uploads.add(upload);
    return { upload: id };
  }

  async state(id: string): Promise<UploadRequest & { received: number }> {
    const { name, kind, bytes, received } = await this.#get(id);
    return { name, kind, bytes, received };
  }

  /** Bytes of a file that are here already. */
  async offset(id: string, path: string): Promise<number> {
    const file = this.#file(await this.#get(id), path);
    return stat(file).then(
      ({ size }) => size,
      () => 0,
    );
  }

  /**
   * Appends to a file what arrives; what has arrived when the connection breaks is kept. Errors: NOT_ALLOWED_NOW when the
   * file has another length than the page thinks, or is being written to; USAGE when more comes than was announced.
   */
  async append(id: string, path: string, offset: number, body: AsyncIterable<Uint8Array>): Promise<number> {
    const upload = await this.#get(id);
    const file = this.#file(upload, path);
    if (upload.busy.has(file)) throw notNow('This file is being uploaded already.', path);
    upload.busy.add(file);
    try {
      await mkdir(dirname(file), { recursive: true });
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);
      const handle = await open(file, flags, 0o600);
      try {
        const { size } = await handle.stat();
        if (size !== offset) throw notNow(`${size} bytes of this file are here.`, path);
        return await appendAll(handle, size, body, upload);
      } finally {
        await handle.close();
      }
    } finally {
      upload.busy.delete(file);
    }
  }

  /** The path of what was uploaded, when all of it is here. Errors: NOT_ALLOWED_NOW. */
  async finish(id: string): Promise<string> {
    const upload = await this.#get(id);
    if (upload.received !== upload.bytes || upload.busy.size > 0) {
      throw notNow(`${upload.received} of ${upload.bytes} bytes have arrived.`, upload.name);
    }
    const path = join(this.#folder, id, 'files', upload.name);
    if (upload.kind === 'file' && upload.bytes === 0) await writeFile(path, '', { flag: 'a', mode: 0o600 });
    return path;
  }

  async remove(id: string): Promise<void> {
    const upload = await this.#get(id);
    this.#known.delete(id);
    this.#uploads.delete(upload);
    await rm(join(this.#folder, id), { recursive: true, force: true });
  }

  #file(upload: Upload, path: string): string {
    const files = join(this.#folder, upload.id, 'files', upload.name);
    return upload.kind === 'file' ? files : join(files, ...plainNames(path));
  }

  #get(id: string): Promise<Upload> {
    if (!/^upload-[0-9a-f]{32}$/.test(id)) return Promise.reject(unknownUpload(id));
    let upload = this.#known.get(id);
    if (!upload) {
      upload = this.#read(id);
      this.#known.set(id, upload);
      upload.catch(() => this.#known.delete(id));
    }
    return upload;
  }

  /** An upload of an earlier start of the host. */
  async #read(id: string): Promise<Upload> {
    const folder = join(this.#folder, id);
    const text = await readFile(join(folder, 'upload.json'), 'utf8').catch(() => null);
    if (text === null) throw unknownUpload(id);
    const { name, kind, bytes } = JSON.parse(text) as UploadRequest;
    const upload = {
      name: plainName(name),
      kind,
      bytes,
      id,
      received: await bytesBelow(join(folder, 'files')),
      busy: new Set<string>(),
    };
    this.#uploads.add(upload);
    return upload;
  }

  async #requireSpace(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder);
    const promised = [...this.#uploads].reduce((sum, upload) => sum + upload.bytes - upload.received, 0);
    const free = bavail * bsize - reserveBytes - promised;
    if (bytes <= free) return;
    throw problem('DISK_FULL', `These are ${megabytes(bytes)}, and ${megabytes(Math.max(0, free))} are free.`, {
      hint: 'Free space, or start drydock ui with --root and choose the files there: they are read where they lie.',
    });
  }
}

async function appendAll(
  handle: Awaited<ReturnType<typeof open>>,
  size: number,
  body: AsyncIterable<Uint8Array>,
  upload: Upload,
): Promise<number> {
  let end = size;
  for await (const chunk of body) {
    if (upload.received + chunk.length > upload.bytes) {
      throw problem('USAGE', 'More arrives than was announced.', { subject: upload.name });
    }
    // Counted before it is written: several files of one upload arrive at the same time.
    upload.received += chunk.length;
    let written = 0;
    try {
      while (written < chunk.length) written += (await handle.write(chunk, written)).bytesWritten;
    } finally {
      upload.received -= chunk.length - written;
      end += written;
    }
  }
  return end;
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)
    .toLocaleString('en')
    .replaceAll(',', ' ')} MB`;
}

function unknownUpload(id: string): ProblemError {
  return problem('NOT_FOUND', 'There is no such upload any more.', { subject: id.slice(0, 100) });
}

function notNow(words: string, subject: string): ProblemError {
  return problem('NOT_ALLOWED_NOW', words, {
    subject: subject.slice(0, 200),
    hint: 'Ask how much is here and go on from there.',
  });
}
