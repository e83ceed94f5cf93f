/**
 * `npm run lockfile` completes package-lock.json after an `npm install`; `npm run lockfile -- --check` only looks.
 * Why it is needed: docs/decisions/0004-lockfile.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entriesWithAddress, missingEntries, withStubs, type Lock } from './lock.ts';

const path = join(import.meta.dirname, '..', '..', 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock;
const missing = missingEntries(lock);
const addressed = entriesWithAddress(lock);

for (const entry of addressed) console.error(`${entry} carries a download address; the lock must name no registry.`);
if (process.argv.includes('--check')) {
  for (const { name, version, wantedBy } of missing)
    console.error(`${name}@${version}, wanted by ${wantedBy}, is missing.`);
  console.log(`Lockfile: ${missing.length} optional packages missing, ${addressed.length} entries with an address.`);
  process.exitCode = missing.length + addressed.length > 0 ? 1 : 0;
} else {
  writeFileSync(path, `${JSON.stringify(withStubs(lock), null, 2)}\n`);
  console.log(`Lockfile: ${missing.length} stubs added for optional packages that the registry did not serve.`);
  process.exitCode = addressed.length > 0 ? 1 : 0;
}
