import { basename, dirname } from 'node:path';
import { classesOf, describeData, findSources, listPictures, type FolderScan } from '../data/index.ts';
import type { DataLook } from './look.ts';

/** Rows that are looked at for the types of columns and the guesses. */
const sampleRows = 200;
/** Datasets of more files than this are not looked up: their stamps would be many. */
const mostStamps = 2000;
/** Class folders that are told. */
const mostClasses = 1000;

/** Tables of one format: all are found, the first is looked into. Throws as `describeData`. */
export async function lookAtTable(paths: string[], counted: { files: number; partial: boolean }): Promise<DataLook> {
  const { files } = await findSources(paths);
  const first = files[0]!;
  const { format, columns, sample } = await describeData([first.path], { sampleRows, counted: false });
  const stamps = files.map(({ path, bytes, changed }) => ({ path, bytes, changed }));
  return {
    kind: 'data',
    format,
    files: Math.max(files.length, counted.files),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    partial: counted.partial,
    columns,
    sample,
    stamps: counted.partial || stamps.length > mostStamps ? null : stamps,
    depths: [],
    classes: [],
  };
}

/** One picture that was dropped by itself. */
export async function lookAtPicture(path: string): Promise<DataLook> {
  const { files } = await findSources([path]);
  const { bytes, changed } = files[0]!;
  return picturesLook({
    files: 1,
    bytes,
    partial: false,
    stamps: [{ path, bytes, changed }],
    depths: [0],
    classes: [basename(dirname(path))],
  });
}

/** A folder of pictures, by what a bounded look met. `changed` is the folder's own time of change. */
export function lookAtPictures(path: string, scan: FolderScan, changed: string): DataLook {
  const depths = depthsOf(scan.pictures);
  const classes = depths.length === 1 && depths[0] === 1 ? scan.pictures.map((name) => name.split('/')[0]!) : [];
  return picturesLook({
    files: scan.pictures.length,
    bytes: scan.pictureBytes,
    partial: scan.partial,
    stamps: scan.partial ? null : [{ path, bytes: scan.pictureBytes, changed }],
    depths,
    classes: depths.length === 1 && depths[0] === 0 ? [basename(path)] : [...new Set(classes)].slice(0, mostClasses),
  });
}

/** An archive of pictures, by the names of its entries. Throws as `listPictures`. */
export async function lookAtPictureArchive(path: string): Promise<DataLook> {
  const { files } = await findSources([path]);
  const { bytes, changed } = files[0]!;
  const pictures = await listPictures(files);
  const labels = classesOf(pictures, files);
  const depths = depthsOf(pictures.map(({ name }) => name));
  return picturesLook({
    files: pictures.length,
    bytes,
    partial: false,
    stamps: [{ path, bytes, changed }],
    // One folder that holds all of an archive is no class: its pictures lie as if it were not there.
    depths: labels === null ? depths.map((depth) => (depth === 1 && depths.length === 1 ? 0 : depth)) : [1],
    classes: labels === null ? [] : [...new Set(labels)].slice(0, mostClasses),
  });
}

function depthsOf(names: readonly string[]): number[] {
  return [...new Set(names.map((name) => name.split('/').length - 1))];
}

type Pictures = Pick<DataLook, 'files' | 'bytes' | 'partial' | 'stamps' | 'depths' | 'classes'>;

function picturesLook(pictures: Pictures): DataLook {
  const columns = [{ name: 'image', type: 'image' as const, missing: 0 }];
  return { kind: 'data', format: 'images', columns, sample: { columns: ['image'], rows: [] }, ...pictures };
}
