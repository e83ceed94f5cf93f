/** Bytes of a file, both ends counted. */
export interface ByteRange {
  from: number;
  to: number;
}

/**
 * The part of a file of `size` bytes that a Range header asks for (RFC 9110, 14.2). Null: the whole file, also for a
 * header of several ranges or of another unit, which a server may ignore.
 */
export function rangeOf(header: string | null, size: number): ByteRange | null | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { from: size - length, to: size - 1 };
  }
  const from = Number(first);
  if (last !== '' && Number(last) < from) return null;
  if (from >= size) return 'unsatisfiable';
  return { from, to: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}
