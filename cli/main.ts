import { Command, CommanderError } from 'commander';
import { problem, type Problem } from '../engine/contract/index.ts';
import { programVersion } from '../engine/launcher.ts';
import { exitCodes, fail, problemOf } from './exit.ts';
import { inheritOptions, refuseOptionsAsValues } from './globals.ts';
import { fsckVerb, gcVerb } from './verbs/care.ts';
import { datasetsVerb, previewVerb } from './verbs/data.ts';
import { demoVerb } from './verbs/demo.ts';
import { aliasVerb, importVerb, inspectVerb, modelsVerb, recipeVerb } from './verbs/models.ts';
import { predictVerb } from './verbs/predict.ts';
import { uiVerb } from './verbs/ui.ts';
import { jobsVerb, runsVerb } from './verbs/work.ts';

/** Under --json even a wrong command line is answered with JSON. */
const wantsJson = process.argv.includes('--json');

process.on('uncaughtException', (error) => end(error));
process.on('unhandledRejection', (error) => end(error));
// The launcher that started this process is gone (killed): nobody reads what this process would still say.
process.once('disconnect', () => process.exit(exitCodes.cancelled));
// A listener would keep the process alive for as long as the launcher lives, which waits for this process.
process.channel?.unref();
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that closed its end of a pipe early (`drydock runs | head`) is no error, and no verdict is taken back.
  if (error.code !== 'EPIPE') fail(unwritten(error), false);
  process.exit();
});
// Notes that nobody can read change nothing of what was done.
process.stderr.on('error', () => {});

try {
  await program().parseAsync(process.argv);
} catch (error) {
  answer(error);
}

function program(): Command {
  const drydock = new Command('drydock')
    .description('An offline workbench that decides, with evidence, whether a machine-learning model may ship.')
    .version(programVersion())
    .exitOverride()
    .enablePositionalOptions()
    .hook('preAction', (_program, command) => inheritOptions(command))
    .configureOutput({ writeErr: () => {} });
  const verbs = [
    importVerb,
    inspectVerb,
    recipeVerb,
    previewVerb,
    predictVerb,
    modelsVerb,
    datasetsVerb,
    runsVerb,
    jobsVerb,
    aliasVerb,
    fsckVerb,
    gcVerb,
    uiVerb,
    demoVerb,
  ];
  for (const make of verbs) drydock.addCommand(make());
  refuseOptionsAsValues(drydock);
  return drydock;
}

function answer(error: unknown): void {
  if (!(error instanceof CommanderError)) {
    fail(problemOf(error), wantsJson);
    return;
  }
  // Help and version were asked for and are written already; without a verb the help goes to stderr.
  if (error.exitCode === 0) return;
  if (error.code === 'commander.help') process.stderr.write(commandAskedFor().helpInformation());
  const words = error.message.replace(/^error: /, '');
  fail(
    problem('USAGE', sentence(error.code === 'commander.help' ? 'a verb is missing' : words), {
      hint: 'drydock --help and drydock VERB --help show what there is.',
    }).problem,
    wantsJson,
  );
}

/** `drydock alias` is shown alias' help, `drydock` its own. */
function commandAskedFor(): Command {
  const drydock = program();
  return drydock.commands.find((command) => command.name() === process.argv[2]) ?? drydock;
}

/** A script must not take a lost answer for an answer: `drydock runs --json > FILE` on a full disk has failed. */
function unwritten({ code, message }: NodeJS.ErrnoException): Problem {
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const words = `The answer could not be written to standard output${full ? ': its disk is full' : ` (${code ?? message})`}.`;
  return problem(full ? 'DISK_FULL' : 'INTERNAL', words, {
    hint: 'Only the answer is lost, not the work: drydock runs shows what was done.',
  }).problem;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${words.endsWith('.') ? '' : '.'}`;
}

/** The last resort: said in words, never as a stack trace, with the exit code of a defect. */
function end(error: unknown): void {
  fail(problemOf(error), wantsJson);
  process.exit();
}
