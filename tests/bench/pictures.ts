import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const samples = join(import.meta.dirname, '..', '..', 'resources', 'samples', 'digits', 'data');

/** A folder of so many small pictures: copies of the sample's digits in ten class folders, made once and kept. */
export async function makePictures(cache: string, count: number): Promise<string> {
  const folder = join(cache, `pictures-${count}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const names = (await readdir(samples, { recursive: true })).filter((name) => name.endsWith('.png')).slice(0, 100);
  const digits = await Promise.all(names.map((name) => readFile(join(samples, name))));
  for (let at = 0; at < 10; at += 1) await mkdir(join(unfinished, `class-${at}`), { recursive: true });
  for (let at = 0; at < count; at += 1) {
    const name = `${String(at).padStart(7, '0')}.png`;
    await writeFile(join(unfinished, `class-${at % 10}`, name), digits[at % digits.length]!);
  }
  await rename(unfinished, folder);
  return folder;
}
