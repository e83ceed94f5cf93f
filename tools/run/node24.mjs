// Every npm script goes through here: npm starts it with whatever Node it has, the rest runs under Node 24.
import { findNode24, nodeIsMissing, runAndEndAlike } from '../../cli/node24.mjs';

const node = findNode24();
if (node === null) {
  console.error(nodeIsMissing);
  process.exitCode = 4;
} else {
  runAndEndAlike(node, process.argv.slice(2));
}
