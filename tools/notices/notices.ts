/** Third-party notices: what is shipped, under which licence, with its words. One text file, which the window reads too. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestOf, type Manifest } from './packages.ts';

export interface Notice {
  name: string;
  version: string;
  /** An SPDX expression, or words where there is none. */
  licence: string;
  text: string;
}

/** Where it lies: beside the window's own document. */
const noticesFile = 'dist/renderer/third-party-notices.txt';

/** What a heading starts with; renderer/features/settings/notices.ts reads it. */
const mark = '==== ';

/** The notice of an installed package: the words of its licence, else what it says of licensing, else the identifier alone. */
export function noticeOf(folder: string, manifest: Manifest = manifestOf(folder)): Notice {
  const { name, version, license } = manifest;
  const words = licenceWords(folder);
  if (license === undefined && words === null) throw new Error(`${name} is shipped and states no licence.`);
  const licence = license ?? 'in its own words';
  return { name, version, licence, text: words ?? `The package holds no text of its licence, which is ${licence}.` };
}

function licenceWords(folder: string): string | null {
  const files = readdirSync(folder).toSorted();
  const own = files.filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  if (own.length > 0) return own.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  const readme = files.find((file) => /^readme/i.test(file));
  if (readme === undefined) return null;
  const section = /^#+ Licen[cs](?:ing|e)\b[^\n]*\n([\s\S]*?)(?=^#+ |$(?![\s\S]))/im.exec(
    readFileSync(join(folder, readme), 'utf8'),
  )?.[1];
  return section?.trim() || null;
}

/** Writes the notices of the packages in `folders`, relative to `root`, and `more`. Returns how many they are. */
export function writeNotices(root: string, folders: readonly string[], more: readonly Notice[] = []): number {
  const packages = [...new Set(folders)].map((folder) => noticeOf(join(root, folder)));
  const notices = [...packages, ...more];
  writeFileSync(join(root, noticesFile), noticesText(notices));
  return notices.length;
}

/** One heading a notice: name, version and licence between bars. */
export function noticesText(notices: readonly Notice[]): string {
  const sorted = notices.toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
  const parts = sorted.map(({ name, version, licence, text }) => {
    const heading = [name, version, licence].map((word) => word.replaceAll(/[|\s]+/g, ' ').trim()).join(' | ');
    // A line of a licence must not look like a heading.
    return `${mark}${heading}\n\n${text.trim().replaceAll(/^==== /gm, ' ==== ')}\n`;
  });
  return `${introduction}\n${parts.join('\n')}`;
}

const introduction =
  'Third-party notices\n\n' +
  'Drydock is made with, and comes with, the software named here. Each is used under its own licence.\n';

function compare(a: string, b: string): number {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  return one < other ? -1 : one > other ? 1 : 0;
}
