/** Which system and processor a program file is for, told by its first bytes: a package holds none of another system. */
import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface NativeFile {
  /** Relative to the folder that was searched, with forward slashes. */
  path: string;
  platform: 'linux' | 'linuxmusl' | 'darwin' | 'win32';
  arch: string;
}

const headBytes = 4096;

/** Every program and library below a folder. Links are passed over: what they lead to is found itself. */
export function nativeFiles(folder: string): NativeFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const kind = kindOf(path);
      return kind === null ? [] : [{ path: relative(folder, path).replaceAll('\\', '/'), ...kind }];
    });
}

/** Those that do not run on this system and processor. */
export function foreignFiles(folder: string, platform: NodeJS.Platform, arch: string): NativeFile[] {
  return nativeFiles(folder).filter(
    (file) => file.platform !== platform || (file.arch !== arch && file.arch !== 'universal'),
  );
}

function kindOf(path: string): Omit<NativeFile, 'path'> | null {
  const head = headOf(path);
  if (head.length < 64) return null;
  if (head.readUInt32BE(0) === 0x7f_45_4c_46) return elf(path, head);
  if (head.readUInt32LE(0) === 0xfe_ed_fa_cf) return { platform: 'darwin', arch: machArch(head.readUInt32LE(4)) };
  // A Java class begins alike; its next number is a version above 40, here it counts processors.
  if (head.readUInt32BE(0) === 0xca_fe_ba_be && head.readUInt32BE(4) < 20)
    return { platform: 'darwin', arch: 'universal' };
  return head.toString('latin1', 0, 2) === 'MZ' ? portableExecutable(head) : null;
}

function elf(path: string, head: Buffer): Omit<NativeFile, 'path'> {
  const machine = head.readUInt16LE(18);
  // Programs and libraries for musl name its C library.
  const musl = /libc\.musl-|ld-musl-/.test(readFileSync(path, 'latin1'));
  return { platform: musl ? 'linuxmusl' : 'linux', arch: { 62: 'x64', 183: 'arm64' }[machine] ?? `ELF ${machine}` };
}

function machArch(type: number): string {
  return { 0x1000007: 'x64', 0x100000c: 'arm64' }[type] ?? `Mach-O ${type}`;
}

function portableExecutable(head: Buffer): Omit<NativeFile, 'path'> | null {
  const at = head.readUInt32LE(60);
  if (at + 6 > head.length || head.toString('latin1', at, at + 4) !== 'PE\0\0') return null;
  const machine = head.readUInt16LE(at + 4);
  return { platform: 'win32', arch: { 0x8664: 'x64', 0xaa64: 'arm64', 0x14c: 'ia32' }[machine] ?? `PE ${machine}` };
}

function headOf(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(headBytes);
    return head.subarray(0, readSync(file, head, 0, headBytes, 0));
  } finally {
    closeSync(file);
  }
}
