import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { homedir, platform, tmpdir, userInfo } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { problem, ProblemError } from '../contract/index.ts';

/** What `engine.json` in a workspace says of the engine that holds it. The token is asked of whoever connects. */
export interface EngineAddress {
  pid: number;
  epoch: number;
  address: string;
  token: string;
  version: string;
  startedAt: string;
}

/** The platform's data folder for Drydock, used when no workspace is named. */
export function defaultWorkspace(): string {
  const home = homedir();
  if (platform() === 'win32')
    return join(process.env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Drydock', 'workspace');
  if (platform() === 'darwin') return join(home, 'Library', 'Application Support', 'Drydock', 'workspace');
  return join(process.env.XDG_DATA_HOME || join(home, '.local', 'share'), 'drydock', 'workspace');
}

const ownFolders = ['objects', 'views', 'runs', 'incoming', 'uploads', 'downloads', 'thumbnails'];

/** Whether a path is or lies below something that only an engine writes. Both must be real paths. */
export function isOwnPath(workspace: string, path: string): boolean {
  const [first = '', ...deeper] = relative(workspace, path).split(sep);
  if (ownFolders.includes(first)) return true;
  return deeper.length === 0 && /^(lock\.db|workspace\.|engine\.(json|log))/.test(first);
}

/**
 * Makes the folder on first use and gives its one real path, so that two spellings are one workspace. A folder that holds
 * other things is left alone: a workspace is never made among somebody's files by a slip.
 */
export function openPlace(path: string): string {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const real = realpathSync(folder);
    refuseForeign(real);
    for (const part of ownFolders) mkdirSync(join(real, part), { recursive: true });
    // Folders that are there already are made without a word, whoever may write into them.
    accessSync(real, constants.W_OK);
    return real;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
      throw problem('DISK_FULL', 'The disk is full: the workspace folder cannot be made.', {
        subject: folder,
        hint: 'Free space, or choose another folder with --workspace DIR.',
        cause: error,
      });
    }
    if (error instanceof ProblemError) throw error;
    throw problem('WORKSPACE_UNUSABLE', `The workspace folder cannot be used: ${reason(error, folder)}.`, {
      subject: folder,
      hint: 'Choose a folder you can write to with --workspace DIR.',
      cause: error,
    });
  }
}

/**
 * The engine's local socket: a short name in the user's runtime folder (a long workspace path would not fit the 107
 * bytes of a Unix socket), or a named pipe on Windows. The folder belongs to the user alone.
 */
export function socketAddress(workspace: string): string {
  if (platform() === 'win32') return `\\\\.\\pipe\\${socketName(workspace)}`;
  const base =
    process.env.XDG_RUNTIME_DIR && existsSync(process.env.XDG_RUNTIME_DIR) ? process.env.XDG_RUNTIME_DIR : tmpdir();
  const folder = join(base, socketFolder());
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const status = lstatSync(folder);
  if (!status.isDirectory() || status.uid !== userInfo().uid) {
    throw problem('WORKSPACE_UNUSABLE', "The folder for the engine's socket belongs to somebody else.", {
      subject: folder,
      hint: 'Remove it, or set XDG_RUNTIME_DIR to a folder of your own.',
    });
  }
  chmodSync(folder, 0o700);
  return join(folder, socketName(workspace));
}

export function removeStaleSocket(address: string): void {
  if (platform() !== 'win32') rmSync(address, { force: true });
}

/**
 * Who runs the workspace, as last written; null when nobody wrote it or it cannot be read. It may be stale, and a
 * workspace may come from a stranger: an address or a token that this program would not write is not connected to.
 */
export function readEngineAddress(workspace: string): EngineAddress | null {
  try {
    const about = JSON.parse(readFileSync(join(workspace, 'engine.json'), 'utf8')) as Partial<EngineAddress> | null;
    if (typeof about?.address !== 'string' || typeof about.token !== 'string') return null;
    if (!/^[\w-]{20,64}$/.test(about.token) || !isOwnSocket(about.address, workspace)) return null;
    return about as EngineAddress;
  } catch {
    return null;
  }
}

/** The runtime folder may be another one for another process of this user, the names in it may not. */
function isOwnSocket(address: string, workspace: string): boolean {
  if (platform() === 'win32') return address === `\\\\.\\pipe\\${socketName(workspace)}`;
  return isAbsolute(address) && address.endsWith(`/${socketFolder()}/${socketName(workspace)}`);
}

function socketFolder(): string {
  return `drydock-${userInfo().uid}`;
}

/** Short, and the same for every spelling of the one workspace. */
function socketName(workspace: string): string {
  const name = createHash('sha256').update(workspace).digest('hex').slice(0, 20);
  return platform() === 'win32' ? `drydock-${name}` : `${name}.sock`;
}

/** File systems on which SQLite's locks are not to be trusted, by the magic number of statfs(2) on Linux. */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x01021997, '9P'],
  [0x65735546, 'FUSE'],
]);

/** A warning in words for a folder on a network or a synchronised drive; null when there is nothing to warn of. */
export function placeWarning(workspace: string): string | null {
  const synchronised =
    /(?:^|[\\/])(Dropbox|OneDrive[^\\/]*|Google Drive|iCloud Drive|Mobile Documents|Nextcloud|Syncthing)(?:[\\/]|$)/i.exec(
      workspace,
    );
  if (synchronised) {
    return `The workspace lies in a folder that ${synchronised[1]} synchronises: it may copy half-written files. A local folder is safer.`;
  }
  if (platform() !== 'linux') return null;
  const name = networkFileSystems.get(statfsSync(workspace).type);
  return name ? `The workspace lies on ${name}, where file locks are not reliable. A local folder is safer.` : null;
}

/** What the system itself or a file manager puts into a folder does not count. */
const incidental = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', 'lost+found', '.directory']);

function refuseForeign(folder: string): void {
  const names = readdirSync(folder).filter((name) => !incidental.has(name));
  const foreign = names.find((name) => !isOwnPath(folder, join(folder, name)));
  if (foreign === undefined || names.some((name) => /^(workspace|lock)\.db$/.test(name))) return;
  throw problem('WORKSPACE_UNUSABLE', `The folder is no workspace and holds other files, ${foreign} for one.`, {
    subject: folder,
    hint: 'Choose an empty or a new folder with --workspace DIR.',
  });
}

function reason(error: unknown, folder: string): string {
  const code = (error as NodeJS.ErrnoException).code;
  // Node says ENOENT where it makes folders on a read-only disk, also folders that are there.
  if (code === 'EROFS' || isReadOnly(folder)) return 'its disk is read-only';
  if (code === 'ENOENT' && isLink(folder)) return 'it is a link that leads nowhere';
  if (code === 'ENOENT') return 'a link on the way to it leads nowhere';
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be written to';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a file of that name is in the way';
  return error instanceof Error ? error.message : String(error);
}

/** Of a folder that is not there the nearest one above it tells. */
function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EROFS' || (code === 'ENOENT' && folder !== dirname(folder) && isReadOnly(dirname(folder)));
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
