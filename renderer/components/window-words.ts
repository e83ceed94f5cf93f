/**
 * What the engine says to all its hosts names flags and commands of the command line where they help there. Here stands
 * what helps in the window in their place; nothing where there is nothing.
 */
const said: readonly (readonly [RegExp, string])[] = [
  [/--header (?:yes|no) says otherwise\./g, '"Read it differently" says otherwise.'],
  [/Name the (\d+) in the model's order; take \d+ out of: --features .*$/gs, 'Choose the $1 that it takes.'],
  [
    /Name the (\d+) in the model's order(?:: --features .*$| in a recipe: import --recipe FILE\.)/gs,
    'Choose the $1 that it takes.',
  ],
  [/Name the columns: --features COL,\.\.\./g, 'Choose the columns.'],
  [/If that is meant: --features .*$/gs, 'Choose the columns if that is meant.'],
  [/ with --features COL,\.\.\./g, ''],
  [/; --(?:label|id) says so, --features overrules it\./g, '. Choose the columns if that is wrong.'],
  [/Name the features with --features if that is wrong\./g, 'Choose the columns if that is wrong.'],
  [/; --prediction names another\./g, "; the recipe's page takes another."],
  [
    / --prediction OUTPUT names the one that is the prediction\./g,
    " The recipe's page names the one that is the prediction.",
  ],
  [
    /Name the columns of each input in a recipe and import the model with --recipe FILE\./g,
    'Choose the columns of each input.',
  ],
  [/; drydock recipe export writes it to a file\./g, "; the recipe's page has it."],
  [/, with drydock import --recipe\./g, ": drop the recipe's file with the model."],
  [
    /drydock recipe export REF FILE writes one to start from\./g,
    'Edit the recipe of a version as JSON to have one to start from.',
  ],
  [/change that: drydock recipe export REF FILE/g, "change that, on the recipe's page."],
  [/drydock models restore .+? brings it back/g, 'The bin on the page Models brings it back'],
  [/Try again when drydock jobs shows nothing running\./g, 'Try again when no job runs.'],
  [/drydock import PATH brings one in\./g, 'Drop one.'],
  [/ ?\bdrydock [a-z ]+ (?:lists|shows) them\./g, ''],
  [/ ?or choose another folder with --workspace DIR\./g, 'or start Drydock with another folder.'],
];

/** A note or a hint as the window says it. */
export function inWindow(text: string): string {
  return said.reduce((words, [flag, instead]) => words.replace(flag, instead), text).trim();
}
