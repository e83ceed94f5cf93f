import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import type { ArchiveEntry } from '../contract/index.ts';
import { fileProblem } from './source-files.ts';

const inflate = promisify(inflateRaw);
const localHeaderBytes = 30;
const localSignature = 0x04034b50;

/**
 * The bytes of one entry, read by its address; the archive is not unpacked. A damaged entry gives in words why, so that it
 * costs its own row. No more than the entry says of itself is ever unpacked.
 */
export async function readEntry(path: string, entry: ArchiveEntry): Promise<Buffer | string> {
  const packed = await readPacked(path, entry);
  if (typeof packed === 'string') return packed;
  const bytes = entry.stored ? packed : await unpack(packed, entry);
  if (typeof bytes === 'string') return bytes;
  if (bytes.length !== entry.bytes || crc32(bytes) !== entry.crc32) return 'entry of the archive is damaged';
  return bytes;
}

async function readPacked(path: string, entry: ArchiveEntry): Promise<Buffer | string> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw fileProblem(error, path);
  });
  try {
    const header = Buffer.alloc(localHeaderBytes);
    const { bytesRead } = await handle.read(header, 0, localHeaderBytes, entry.offset);
    if (bytesRead < localHeaderBytes || header.readUInt32LE(0) !== localSignature) {
      return 'entry of the archive is not where its list says';
    }
    // The names in both headers may differ in length, so where the data begins is told by this one.
    const begin = entry.offset + localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
    const packed = Buffer.alloc(entry.packed);
    let read = 0;
    while (read < packed.length) {
      const part = await handle.read(packed, read, packed.length - read, begin + read);
      if (part.bytesRead === 0) return 'entry of the archive is cut off';
      read += part.bytesRead;
    }
    return packed;
  } catch (error) {
    throw fileProblem(error, path);
  } finally {
    await handle.close();
  }
}

async function unpack(packed: Buffer, entry: ArchiveEntry): Promise<Buffer | string> {
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, entry.bytes) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    return code === 'ERR_BUFFER_TOO_LARGE'
      ? 'entry of the archive is larger than its list says'
      : 'entry of the archive is damaged';
  }
}
