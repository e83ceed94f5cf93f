import { isUtf8 } from 'node:buffer';
import { basename, extname } from 'node:path';
import { problem } from '../contract/index.ts';
import type { ProblemError } from '../contract/index.ts';
import { pictureFormatsInWords } from './picture-formats.ts';

/** A file that is recognised and not read here: its first bytes, what it is called, and what to do. */
interface ForeignFormat {
  signature: string;
  at?: number;
  what: string;
  hint: (path: string) => string;
}

const asModel = (path: string): string => `If it is a model, give it with --model ${shellQuoted(path)}.`;
const asCsv = (): string => 'Open it in the program that made it, save it as CSV (UTF-8), and give that file.';
const asPicture = (): string => 'Convert it to PNG, for example with: magick in.heic out.png';
const notUnpickled = (): string =>
  'Drydock does not open pickles, they can run code. If it holds a table, save it with DataFrame.to_parquet in Python.';

const foreignFormats: ForeignFormat[] = [
  { signature: '\x1f\x8b', what: 'compressed with gzip', hint: (path) => unpack('gunzip -k', path) },
  { signature: '\x28\xb5\x2f\xfd', what: 'compressed with Zstandard', hint: (path) => unpack('unzstd', path) },
  { signature: 'BZh', what: 'compressed with bzip2', hint: (path) => unpack('bunzip2 -k', path) },
  { signature: '\xfd7zXZ\x00', what: 'compressed with xz', hint: (path) => unpack('unxz -k', path) },
  { signature: '7z\xbc\xaf\x27\x1c', what: 'a 7-Zip archive', hint: (path) => unpack('7z x', path) },
  { signature: 'Rar!', what: 'a RAR archive', hint: (path) => unpack('unrar x', path) },
  { signature: '\xd0\xcf\x11\xe0', what: 'an old Microsoft Office file', hint: asCsv },
  { signature: 'PARE', what: 'an encrypted Parquet file', hint: () => 'Decrypt it first.' },
  {
    signature: 'ARROW1',
    what: 'an Arrow (Feather) file',
    hint: () => 'Save it as Parquet: df.to_parquet("data.parquet").',
  },
  { signature: 'ORC', what: 'an ORC file', hint: () => 'Convert it to Parquet.' },
  { signature: 'Obj\x01', what: 'an Avro file', hint: () => 'Convert it to Parquet or JSON Lines.' },
  { signature: 'SQLite format 3\x00', what: 'a SQLite database', hint: () => 'Export the table as CSV.' },
  { signature: '\x93NUMPY', what: 'a NumPy array', hint: () => 'Save it as Parquet with column names.' },
  { signature: '\x89HDF', what: 'an HDF5 file', hint: asModel },
  { signature: 'GGUF', what: 'a GGUF model', hint: asModel },
  { signature: 'TFL3', at: 4, what: 'a TensorFlow Lite model', hint: asModel },
  { signature: '%PDF', what: 'a PDF document', hint: () => 'Give the table as CSV.' },
  { signature: 'ftyphei', at: 4, what: `an HEIF picture; ${pictureFormatsInWords} are read`, hint: asPicture },
  { signature: '\x7fELF', what: 'a program', hint: () => 'Give a table or pictures.' },
];

/** Why a file is not read as a table, or null when it may be text. */
export function refusalOf(path: string, head: Buffer, size: number): ProblemError | null {
  const name = basename(path);
  if (size === 0) return problem('FILE_EMPTY', `${name} is empty.`, { subject: path, hint: 'Give a file with rows.' });
  return (
    unreadableEncoding(path, head) ??
    foreign(path, head) ??
    zipped(path, head) ??
    model(path, head) ??
    binary(path, head) ??
    notATable(path, head)
  );
}

function foreign(path: string, head: Buffer): ProblemError | null {
  // A table may begin with the same letters as a signature does (ORCID, PARENT), binary files are not text further on.
  const isText = !head.includes(0) && isUtf8Head(head);
  const found = isText ? undefined : foreignFormats.find(({ signature, at = 0 }) => hasBytes(head, signature, at));
  if (found === undefined) return null;
  return notSupported(path, `${basename(path)} is ${found.what}.`, found.hint(path));
}

function zipped(path: string, head: Buffer): ProblemError | null {
  if (!hasBytes(head, 'PK\x03\x04', 0) && !hasBytes(head, 'PK\x05\x06', 0)) return null;
  const name = basename(path);
  const text = head.toString('latin1');
  if (text.includes('[Content_Types].xml') || text.includes('xl/') || /\.xls[xmb]$/i.test(name)) {
    return notSupported(
      path,
      `${name} is an Excel workbook.`,
      'Open it, save the sheet as CSV UTF-8, and give that file.',
    );
  }
  if (text.includes('application/vnd.oasis.opendocument')) {
    return notSupported(path, `${name} is an OpenDocument file.`, asCsv());
  }
  if (text.includes('/data.pkl'))
    return notSupported(path, `${name} is a PyTorch checkpoint, not data.`, asModel(path));
  if (text.includes('.npy'))
    return notSupported(path, `${name} is a NumPy archive.`, 'Save it as Parquet with column names.');
  return notSupported(
    path,
    `${name} is a zip archive in which no pictures were found.`,
    `Unpack it first: unzip ${shellQuoted(path)} -d data`,
  );
}

function model(path: string, head: Buffer): ProblemError | null {
  const name = basename(path);
  if (isOnnx(path, head)) return notSupported(path, `${name} is an ONNX model, not data.`, asModel(path));
  if (head.length > 1 && head[0] === 0x80 && (head[1] as number) >= 2 && (head[1] as number) <= 5) {
    return notSupported(path, `${name} is a Python pickle.`, notUnpickled());
  }
  if (head.length > 10 && head.readUInt32LE(4) === 0 && hasBytes(head, '{"', 8)) {
    return notSupported(path, `${name} is a safetensors file, not data.`, asModel(path));
  }
  return null;
}

/** ModelProto begins with ir_version (field 1, a small number) and, in every known exporter, a string or opset after it. */
function isOnnx(path: string, head: Buffer): boolean {
  const fields = head.length > 4 && head[0] === 0x08 && (head[1] as number) >= 1 && (head[1] as number) <= 15;
  if (!fields) return extname(path).toLowerCase() === '.onnx' && head.includes(0);
  return [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42].includes(head[2] as number);
}

function unreadableEncoding(path: string, head: Buffer): ProblemError | null {
  const from = utf16Or32(head);
  if (from === null) return null;
  const name = basename(path);
  const output = shellQuoted(`${path}.utf8${extname(path)}`);
  return problem('FORMAT_NOT_SUPPORTED', `${name} is written in ${from}; UTF-8 is read.`, {
    subject: path,
    hint: `Convert it: iconv -f ${from} -t UTF-8 ${shellQuoted(path)} > ${output}`,
  });
}

function utf16Or32(head: Buffer): string | null {
  if (hasBytes(head, '\xff\xfe\x00\x00', 0) || hasBytes(head, '\x00\x00\xfe\xff', 0)) return 'UTF-32';
  if (hasBytes(head, '\xff\xfe', 0) || hasBytes(head, '\xfe\xff', 0)) return 'UTF-16';
  // Without a byte order mark: in Latin text every second byte is zero, and always the same one of each pair.
  const pairs = Math.min(head.length, 2048) >> 1;
  if (pairs < 4) return null;
  let highZero = 0;
  let lowZero = 0;
  for (let pair = 0; pair < pairs; pair++) {
    if (head[2 * pair] === 0) highZero++;
    if (head[2 * pair + 1] === 0) lowZero++;
  }
  if (highZero === 0 && lowZero > 0.8 * pairs) return 'UTF-16LE';
  return lowZero === 0 && highZero > 0.8 * pairs ? 'UTF-16BE' : null;
}

function binary(path: string, head: Buffer): ProblemError | null {
  let control = 0;
  for (const byte of head) {
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12) control++;
    if (byte === 0) control += head.length;
  }
  if (control * 100 <= head.length) return null;
  return problem('FORMAT_UNKNOWN', `${basename(path)} is neither text nor a kind of file that is known here.`, {
    subject: path,
    hint: `Tables are read from CSV, Parquet and JSON Lines, pictures from ${pictureFormatsInWords}.`,
  });
}

function notATable(path: string, head: Buffer): ProblemError | null {
  const name = basename(path);
  const text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (text === '' && head.length < 64 * 1024) {
    return problem('FILE_EMPTY', `${name} holds nothing but white space.`, {
      subject: path,
      hint: 'Give a file with rows.',
    });
  }
  if (/^<(?:!doctype|html|\?xml|svg)/i.test(text)) {
    return problem('FORMAT_UNKNOWN', `${name} is a web page or XML, not a table.`, { subject: path, hint: asCsv() });
  }
  if (/^\[\s*(?:[{[]|$)/.test(text)) {
    const output = shellQuoted(path.replace(/(?:\.json)?$/i, '.jsonl'));
    return notSupported(
      path,
      `${name} is one JSON list; JSON Lines are read, one object on each line.`,
      `Convert it: jq -c '.[]' ${shellQuoted(path)} > ${output}`,
    );
  }
  if (/^\{\s*[\r\n]/.test(text)) {
    const output = shellQuoted(path.replace(/(?:\.json)?$/i, '.jsonl'));
    return notSupported(
      path,
      `${name} has JSON over several lines; JSON Lines are read, one object on each line.`,
      `Convert it: jq -c . ${shellQuoted(path)} > ${output}`,
    );
  }
  return null;
}

/** Whether the bytes are UTF-8, a character cut off at the end not counted. */
export function isUtf8Head(head: Buffer): boolean {
  for (let cut = 0; cut < 4 && cut <= head.length; cut++) {
    if (isUtf8(head.subarray(0, head.length - cut))) return true;
  }
  return false;
}

/** A path for a POSIX shell: in single quotes, so that nothing in it is expanded. */
export function shellQuoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}

function unpack(command: string, path: string): string {
  return `Unpack it first: ${command} ${shellQuoted(path)}`;
}

function notSupported(path: string, message: string, hint: string): ProblemError {
  return problem('FORMAT_NOT_SUPPORTED', message, { subject: path, hint });
}

function hasBytes(head: Buffer, signature: string, at: number): boolean {
  return (
    head.length >= at + signature.length &&
    head.subarray(at, at + signature.length).equals(Buffer.from(signature, 'latin1'))
  );
}
