import type { ColumnType, DataDescription, SampleCell, SourceFile } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import { byteOrderMark, ByteWindow } from './byte-window.ts';
import { cellKind, commonType } from './cell-types.ts';
import { countRows } from './count-rows.ts';
import { RowFinder } from './csv-rows.ts';
import { isBlankLine } from './json-row-reader.ts';
import { jsonText, NotAnObject, parseObjectLine, WrittenNumber } from './json-values.ts';
import { listedNames } from './listed-names.ts';
import type { Look } from './look.ts';
import { sampleOf } from './sample.ts';
import { readSmall } from './source-files.ts';
import { lookedAt } from './source-tree.ts';

/** What was seen under one key. */
class KeyValues {
  present = 0;
  readonly types = new Set<ColumnType>();
}

/** JSON Lines: the columns are all keys of the sample, in the order in which they first occur. */
export async function describeJsonLines(
  files: SourceFile[],
  sampleRows: number,
  counted: boolean,
  look: Look = {},
): Promise<DataDescription> {
  const keys = new Map<string, KeyValues>();
  const kept: Record<string, unknown>[] = [];
  const notes: string[] = [];
  const starts: number[] = [];
  let rowsSampled = 0;
  for (const [index, file] of files.entries()) {
    await lookedAt(look, index, files.length);
    const content = readSmall(file);
    const from = byteOrderMark(file.path, content);
    starts.push(from);
    const sample = await readSample(file, from, {
      most: index === 0 ? sampleRows : Math.min(sampleRows, laterFileRows),
      content,
    });
    if (sample.objects.length === 0) {
      throw problem(
        'DATA_INVALID',
        `No line of ${file.name} that was looked at is a JSON object: ${sample.firstError}.`,
        {
          subject: file.path,
          hint: 'JSON Lines have one object on each line.',
        },
      );
    }
    if (sample.errors > 0) {
      notes.push(
        `${sample.errors} of the first ${sample.lines} rows of ${file.name} cannot be read; the first: ${sample.firstError}.`,
      );
    }
    rowsSampled += sample.lines;
    for (const object of sample.objects) learn(object, keys);
    kept.push(...sample.objects.slice(0, Math.max(0, 100 - kept.length)));
  }
  const names = [...keys.keys()];
  const readable = rowsSampled;
  notes.push(...keyNotes(keys));
  const sources = files.map((file, index) => ({ file, from: starts[index] ?? 0, columns: 0 }));
  return {
    format: 'jsonl',
    files,
    columns: [...keys].map(([name, values]) => ({ name, type: typeOf(values), missing: readable - values.present })),
    rows: counted ? await countRows(sources, look.signal) : null,
    rowsSampled,
    sample: sampleOf(
      names,
      kept.map((object) => names.map((name) => sampleCell(object, name))),
    ),
    notes,
  };
}

const laterFileRows = 100;

interface LineSample {
  objects: Record<string, unknown>[];
  lines: number;
  errors: number;
  firstError: string;
}

async function readSample(
  file: SourceFile,
  from: number,
  { most, content }: { most: number; content: Buffer | null },
): Promise<LineSample> {
  const sample: LineSample = { objects: [], lines: 0, errors: 0, firstError: 'it has no lines' };
  const finder = new RowFinder(-1);
  const window = await ByteWindow.open(file.path, from, file.bytes, { digest: false, chunk: 512 * 1024, content });
  try {
    // Bounded by bytes too, because one line can be as large as a table.
    while (sample.lines < most && window.offset + window.start < from + sampledBytes) {
      if (window.start < window.end && finder.find(window)) {
        const { start, bytes } = window;
        window.start = finder.next;
        if (!isBlankLine(bytes, start, finder.contentEnd)) {
          addLine(sample, bytes.toString('utf8', start, finder.contentEnd));
        }
      } else if (window.atEnd) break;
      else await window.fill();
    }
  } finally {
    await window.close();
  }
  return sample;
}

const sampledBytes = 32 * 1024 * 1024;

function addLine(sample: LineSample, line: string): void {
  sample.lines++;
  try {
    sample.objects.push(parseObjectLine(line));
  } catch (error) {
    if (!(error instanceof NotAnObject)) throw error;
    if (sample.errors === 0) sample.firstError = `row ${sample.lines}: ${error.message}`;
    sample.errors++;
  }
}

function learn(object: Record<string, unknown>, keys: Map<string, KeyValues>): void {
  for (const name of Object.keys(object)) {
    let values = keys.get(name);
    if (values === undefined) {
      values = new KeyValues();
      keys.set(name, values);
    }
    const value = object[name];
    if (value === null) continue;
    values.present++;
    values.types.add(typeOfValue(value));
  }
}

function typeOfValue(value: unknown): ColumnType {
  if (value instanceof WrittenNumber) return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
  if (typeof value === 'boolean') return 'boolean';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'struct';
  const kind = typeof value === 'string' ? cellKind(value) : 'string';
  return kind === 'date' || kind === 'timestamp' ? kind : 'string';
}

function typeOf(values: KeyValues): ColumnType {
  return values.types.size === 0 ? 'string' : commonType([...values.types]);
}

function keyNotes(keys: Map<string, KeyValues>): string[] {
  const mixed = [...keys].filter(([, values]) => values.types.size > 1 && typeOf(values) === 'string');
  const notes: string[] = [];
  const several = mixed.filter(
    ([, { types }]) => ![...types].every((type) => ['string', 'date', 'timestamp'].includes(type)),
  );
  if (several.length > 0)
    notes.push(`Values of several kinds, read as text: ${listedNames(several.map(([name]) => name))}.`);
  const empty = [...keys].filter(([, values]) => values.present === 0).map(([name]) => name);
  if (empty.length > 0) notes.push(`Without a value in all rows looked at: ${empty.join(', ')}.`);
  return notes;
}

function sampleCell(object: Record<string, unknown>, name: string): SampleCell {
  const value = Object.hasOwn(object, name) ? object[name] : null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return typeof value === 'boolean' ? value : jsonText(value);
}
