import type { Grant, Problem } from '../../engine/contract/index.ts';
import { HostRefused, SessionEnded, type ChosenFile, type GrantProgress } from './host.ts';

/** A file goes up in pieces of this many bytes: a broken connection costs no more than one of them. */
const pieceBytes = 8 << 20;
/** Tries of one piece, with a wait before each but the first. */
const triesMs = [0, 500, 2000, 5000];
/** Small files of a folder that travel at the same time. */
const atOnce = 4;

/** What one drop is made of: single files, and folders with all below them. */
interface Piece {
  name: string;
  kind: 'file' | 'folder';
  files: ChosenFile[];
  bytes: number;
}

interface UploadOptions {
  onProgress?: (progress: GrantProgress) => void;
  signal?: AbortSignal;
}

/**
 * Copies files to the host, which keeps them in the workspace, and gives grants for them: one for each name at the top of
 * the drop. An upload that was begun before a reload is gone on with when the same files are dropped again.
 */
export async function uploadFiles(
  files: readonly ChosenFile[],
  secret: string,
  options: UploadOptions,
): Promise<Grant[]> {
  const pieces = piecesOf(files);
  const total = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  let done = 0;
  const grants: Grant[] = [];
  for (const piece of pieces) {
    const onBytes = (bytes: number): void => {
      done += bytes;
      options.onProgress?.({ name: piece.name, done, total });
    };
    onBytes(0);
    grants.push(await uploadPiece(piece, secret, onBytes, options.signal));
  }
  return grants;
}

function piecesOf(files: readonly ChosenFile[]): Piece[] {
  const pieces = new Map<string, Piece>();
  for (const file of files) {
    const [top = file.path, ...below] = file.path.split('/');
    const kind = below.length === 0 ? 'file' : 'folder';
    const key = `${kind}/${top}`;
    const piece = pieces.get(key) ?? { name: top, kind, files: [], bytes: 0 };
    piece.files.push({ path: kind === 'folder' ? below.join('/') : top, file: file.file });
    piece.bytes += file.file.size;
    pieces.set(key, piece);
  }
  return [...pieces.values()];
}

async function uploadPiece(
  piece: Piece,
  secret: string,
  onBytes: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<Grant> {
  const key = `drydock-upload/${piece.kind}/${piece.name}/${piece.bytes}/${piece.files.length}/${piece.files[0]?.file.lastModified ?? 0}`;
  const id = (await known(key, secret)) ?? (await begin(piece, secret, signal));
  sessionStorage.setItem(key, id);
  const waiting = [...piece.files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file; file = waiting.shift()) await uploadFile(id, file, secret, onBytes, signal);
  };
  await Promise.all(Array.from({ length: piece.kind === 'folder' ? atOnce : 1 }, work));
  const grant = (await ask(`upload/${id}/done`, { method: 'POST' }, secret, signal)) as Grant;
  sessionStorage.removeItem(key);
  return grant;
}

/** The upload of the same files that a reload broke off, if the host still has it. */
async function known(key: string, secret: string): Promise<string | null> {
  const id = sessionStorage.getItem(key);
  if (id === null) return null;
  return ask(`upload/${id}`, {}, secret).then(
    () => id,
    () => null,
  );
}

async function begin({ name, kind, bytes }: Piece, secret: string, signal?: AbortSignal): Promise<string> {
  const body = JSON.stringify({ name, kind, bytes });
  const headers = { 'content-type': 'application/json' };
  const { upload } = (await ask('upload', { method: 'POST', body, headers }, secret, signal)) as { upload: string };
  return upload;
}

async function uploadFile(
  id: string,
  { path, file }: ChosenFile,
  secret: string,
  onBytes: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const address = `upload/${id}/file?path=${encodeURIComponent(path)}`;
  const here = async (): Promise<number> => ((await ask(address, {}, secret, signal)) as { offset: number }).offset;
  let offset = await here();
  onBytes(offset);
  // An empty file is made by an empty piece.
  for (let first = offset === 0; first || offset < file.size; first = false) {
    const sent = await sendPiece(address, file, offset, secret, here, signal);
    onBytes(sent - offset);
    offset = sent;
  }
}

/** Sends one piece, and says where the file ends now. After a broken connection the host is asked what arrived. */
async function sendPiece(
  address: string,
  file: File,
  from: number,
  secret: string,
  here: () => Promise<number>,
  signal?: AbortSignal,
): Promise<number> {
  let offset = from;
  for (const [attempt, wait] of triesMs.entries()) {
    if (wait > 0) await new Promise((resolve) => window.setTimeout(resolve, wait));
    try {
      const body = file.slice(offset, offset + pieceBytes);
      const headers = { 'upload-offset': String(offset), 'content-type': 'application/octet-stream' };
      return ((await ask(address, { method: 'PUT', body, headers }, secret, signal)) as { offset: number }).offset;
    } catch (error) {
      const final = error instanceof HostRefused && error.problem.code !== 'NOT_ALLOWED_NOW';
      if (final || error instanceof SessionEnded || signal?.aborted || attempt === triesMs.length - 1) throw error;
      offset = await here().catch(() => offset);
    }
  }
  return offset;
}

async function ask(address: string, request: RequestInit, secret: string, signal?: AbortSignal): Promise<unknown> {
  const response = await fetch(address, {
    ...request,
    headers: { ...(request.headers as Record<string, string> | undefined), authorization: `Bearer ${secret}` },
    ...(signal ? { signal } : {}),
  });
  if (response.status === 401) throw new SessionEnded();
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body;
  throw new HostRefused(
    (body as { error?: Problem } | null)?.error ?? {
      code: 'INTERNAL',
      message: 'The file could not be taken in.',
      subject: null,
      hint: null,
    },
  );
}
