import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasPictureName } from './picture-formats.ts';
import { inParallel, openFolder } from './source-tree.ts';

/** A first, bounded look at what lies in a folder, told by names alone. */
export interface FolderScan {
  /** Paths relative to the folder with forward slashes, in the order in which they were met. */
  pictures: string[];
  others: string[];
  /** Bytes of the pictures, as far as they were looked at. */
  pictureBytes: number;
  /** The time was up before the end: there may be more of everything. */
  partial: boolean;
}

/** Pictures whose sizes are added up: each costs a look at the disk. */
const sizedPictures = 2000;

/** Walks the folder for at most `ms` milliseconds. Throws FILE_MISSING or FILE_UNREADABLE. */
export async function scanFolder(folder: string, ms: number): Promise<FolderScan> {
  const until = performance.now() + ms;
  const scan: FolderScan = { pictures: [], others: [], pictureBytes: 0, partial: false };
  const open = [''];
  for (let relative = open.shift(); relative !== undefined; relative = open.shift()) {
    if (performance.now() > until) {
      scan.partial = true;
      break;
    }
    for (const { path, isFolder } of await openFolder(folder, relative)) {
      if (isFolder) open.push(path);
      else (hasPictureName(path) ? scan.pictures : scan.others).push(path);
    }
  }
  if (scan.pictures.length > sizedPictures) scan.partial = true;
  const sizes = await inParallel(scan.pictures.slice(0, sizedPictures), 8, async (name) => {
    const found = await stat(join(folder, name)).catch(() => null);
    return found?.size ?? 0;
  });
  scan.pictureBytes = sizes.reduce((sum, size) => sum + size, 0);
  return scan;
}
