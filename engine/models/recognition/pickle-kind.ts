import { gunzipSync, inflateSync } from 'node:zlib';
import { extname } from 'node:path';
import type { Finding } from './file-kind.ts';
import type { FileEnds } from './head.ts';

/** The number with which torch.save began before it wrote zip files (torch.serialization.MAGIC_NUMBER, as a pickle). */
const oldTorchMagic = Buffer.from('8a0a6cfc9c46f9206aa85019', 'hex');
/** Opcodes with which the pickles of protocols 2 to 5 go on after their header. */
const firstOpcodes = new Set(Buffer.from([0x95, ...Buffer.from('(]})cKMIJGNX\x8c\x8aTUCBV')]));
const libraries = ['ultralytics', 'sklearn', 'xgboost', 'lightgbm', 'catboost', 'keras', 'torch'] as const;
const mostInflated = 1024 * 1024;

/** Formats that joblib can pack its files in and that Node cannot unpack in part. */
const packings: readonly { magic: Buffer; packing: string }[] = [
  { magic: Buffer.from('04224d18', 'hex'), packing: 'lz4' },
  { magic: Buffer.from('BZh'), packing: 'bzip2' },
  { magic: Buffer.from('fd377a585a00', 'hex'), packing: 'xz' },
  { magic: Buffer.from('5d000080', 'hex'), packing: 'lzma' },
  { magic: Buffer.from('28b52ffd', 'hex'), packing: 'zstd' },
];
const pickleNames = new Set(['.joblib', '.pkl', '.pickle', '.jl', '.sav', '.lz4', '.z', '.p']);

/** Recognises pickles, plain and packed, without ever reading one as a pickle: only its first opcodes and names in its bytes. */
export function pickleKind({ path, head, tail }: FileEnds): Finding | null {
  if (isPickle(head)) return plainPickle(head, tail);
  const inflated = inflatedHead(head);
  if (inflated !== null) {
    const packing = head[0] === 0x1f ? 'gzip' : 'zlib';
    if (isPickle(inflated)) return { kind: 'joblib', packing, ...libraryIn(inflated) };
    return { kind: 'compressed', packing };
  }
  if (head.subarray(0, 2).toString('latin1') === 'ZF') return { kind: 'joblib', packing: 'zlib' };
  const packed = packings.find(({ magic }) => head.subarray(0, magic.length).equals(magic));
  if (packed === undefined) return null;
  // What is inside cannot be seen; the name is asked only which of two readings of these bytes is meant.
  return { kind: pickleNames.has(extname(path).toLowerCase()) ? 'joblib' : 'compressed', packing: packed.packing };
}

/** Weights without a network: every global that the pickle names belongs to tensors or to plain containers. */
export function isWeightsOnly(pickle: Buffer): boolean {
  const globals = [...pickle.toString('latin1').matchAll(/c([A-Za-z_][\w.]*)\n([A-Za-z_][\w.]*)\n/g)];
  const plain =
    /^(collections|torch|torch\._utils|torch\.storage|torch\._tensor|numpy(\..*)?|_codecs|builtins|__builtin__)$/;
  return globals.length > 0 && globals.every(([, module]) => plain.test(module ?? ''));
}

/** The library whose class a pickle names first, by its bytes alone. */
export function libraryIn(...parts: Buffer[]): Pick<Finding, 'library'> {
  const bytes = Buffer.concat(parts);
  // The class of the outermost object is named first.
  const [first] = libraries
    .map((library) => ({ library, at: bytes.indexOf(library) }))
    .filter(({ at }) => at >= 0)
    .toSorted((left, right) => left.at - right.at);
  return first === undefined ? {} : { library: first.library };
}

function plainPickle(head: Buffer, tail: Buffer): Finding {
  if (head.subarray(2, 2 + oldTorchMagic.length).equals(oldTorchMagic)) {
    return { kind: 'pytorch', ...libraryIn(head) };
  }
  const found = libraryIn(head, tail);
  return { kind: head.includes('joblib.numpy_pickle') ? 'joblib' : 'pickle', ...found };
}

function isPickle(bytes: Buffer): boolean {
  const [first, protocol, opcode] = bytes;
  if (first === 0x80 && protocol !== undefined && protocol >= 2 && protocol <= 5) {
    return opcode !== undefined && firstOpcodes.has(opcode);
  }
  // Protocols 0 and 1 are text.
  return /^(\((dp|lp)\d+\n|c[A-Za-z_][\w.]*\n[A-Za-z_]\w*\n|\(i[A-Za-z_][\w.]*\n)/.test(
    bytes.toString('latin1', 0, 200),
  );
}

/** The first bytes of a zlib or gzip stream, unpacked; null when the bytes are neither. */
function inflatedHead(head: Buffer): Buffer | null {
  const [first = 0, second = 0] = head;
  const gzip = first === 0x1f && second === 0x8b;
  const zlib = first === 0x78 && (first * 256 + second) % 31 === 0;
  if (!gzip && !zlib) return null;
  // Few bytes in, so that even a bomb gives no more than `mostInflated`; a stream that goes on is no error.
  for (const bytes of [64 * 1024, 1024]) {
    try {
      const options = { finishFlush: 2, maxOutputLength: mostInflated } as const;
      return gzip ? gunzipSync(head.subarray(0, bytes), options) : inflateSync(head.subarray(0, bytes), options);
    } catch {
      continue;
    }
  }
  return gzip ? Buffer.alloc(0) : null;
}
