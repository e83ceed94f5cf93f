/**
 * `npm run build`: bundles the command line with the web host, and the engine's programs, into dist/node; the desktop host
 * into dist/electron; the window into dist/renderer, with the notices of everything that is used of others.
 */
import { join } from 'node:path';
import { writeNotices } from '../notices/notices.ts';
import { neededPackages } from '../notices/shipped.ts';
import { buildEverything } from './everything.ts';

const root = join(import.meta.dirname, '..', '..');
process.chdir(root);
const count = writeNotices(root, [...(await buildEverything(root)), ...neededPackages(root)]);
console.log(`Notices of ${count} packages, in dist/renderer/third-party-notices.txt.`);
