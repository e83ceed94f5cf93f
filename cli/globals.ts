import { Command, Option } from 'commander';
import { problem } from '../engine/contract/index.ts';

/** Options that every verb takes. */
export interface Globals {
  workspace?: string;
  json?: boolean;
  quiet?: boolean;
  force?: boolean;
  detached?: boolean;
}

/** A verb with the options of all verbs and an example under its help. */
export function verb(name: string, summary: string, example: string): Command {
  return (
    new Command(name)
      .description(summary)
      .addOption(new Option('--workspace <dir>', "folder that holds everything (default: the platform's data folder)"))
      .addOption(new Option('--json', 'one JSON document on stdout, all else on stderr'))
      .addOption(new Option('--quiet', 'no progress and no notes'))
      .addOption(new Option('--force', 'overwrite an output that exists'))
      .addOption(new Option('--detached', 'use an engine of this process instead of attaching to one'))
      .addHelpText('after', `\nExample:\n${example.replaceAll(/^/gm, '  ')}`)
      .exitOverride()
      // Else `runs show RUN --workspace DIR` would hand DIR to `runs`, and `show` would open another workspace.
      .enablePositionalOptions()
      .configureOutput({ writeErr: () => {} })
  );
}

/** Options given between a verb and its subverb (`recipe --json show REF`) count for the subverb. */
export function inheritOptions(command: Command): void {
  for (let parent = command.parent; parent; parent = parent.parent) {
    for (const [name, value] of Object.entries(parent.opts<Record<string, unknown>>())) {
      if (command.getOptionValue(name) === undefined) command.setOptionValue(name, value);
    }
  }
}

/** A list of columns: comma-separated, a name with a comma in double quotes, as in a CSV line. */
export function columnList(text: string): string[] {
  const names: string[] = [];
  const cell = /\s*(?:"((?:[^"]|"")*)"|([^",][^,]*|))\s*(,|$)/y;
  for (;;) {
    const found = cell.exec(text);
    if (!found)
      throw problem('USAGE', `This is no list of columns: ${text}.`, {
        subject: text,
        hint: 'Separate names by commas; a name with a comma stands in double quotes.',
      });
    names.push(found[1] === undefined ? found[2]!.trim() : found[1].replaceAll('""', '"'));
    if (found[3] === '') break;
  }
  const empty = names.indexOf('');
  if (empty >= 0) throw problem('USAGE', 'A name in a list of columns is empty.', { subject: text });
  return names;
}

/** For an option that may be given again: `--keep a,b --keep c`. */
export function moreColumns(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), ...columnList(text)];
}

/** Reads an option's whole number from 1 to `most`. */
export function wholeNumberUpTo(most: number): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= most) return Number(text);
    throw problem('USAGE', `A whole number from 1 to ${most} is needed, not ${text}.`, { subject: text });
  };
}

/** `--out --json` is an option without its value, not a file called --json. */
export function refuseOptionsAsValues(command: Command): void {
  for (const option of command.options) {
    if (!option.required) continue;
    command.on(`option:${option.name()}`, (value: unknown) => {
      if (typeof value !== 'string' || !value.startsWith('--')) return;
      throw problem('USAGE', `${option.long} needs a value; ${value} is the next option.`, {
        subject: option.long ?? null,
      });
    });
  }
  for (const subverb of command.commands) refuseOptionsAsValues(subverb);
}
