/** `node tools/layers/main.ts [FOLDER] [--json]`: checks the rules of the house in FOLDER, here when none is named. */
import { checkHouse } from './check.ts';

const folder = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
if (folder !== undefined) process.chdir(folder);

const { violations, modules } = await checkHouse();
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ violations, modules }));
} else {
  for (const { rule, where, words } of violations) console.log(`${rule}: ${where}\n  ${words}`);
  console.log(`${modules} modules read, ${violations.length} violations of the rules of the house.`);
}
process.exitCode = violations.length > 0 ? 1 : 0;
