import { shown } from './words.ts';

/**
 * Names made unique without regard to case, as databases compare column names: a name that is taken gets `_2`, `_3`, ...
 * Every change becomes a note.
 */
export function uniqueNames(
  names: readonly string[],
  reserved: readonly string[] = [],
): { names: string[]; notes: string[] } {
  const taken = new Set(reserved.map((name) => name.toLowerCase()));
  const given = new Set(names.map((name) => name.toLowerCase()));
  const notes: string[] = [];
  const unique = names.map((name) => {
    let candidate = name;
    for (let count = 2; taken.has(candidate.toLowerCase()); count += 1) {
      candidate = `${name}_${count}`;
      if (given.has(candidate.toLowerCase())) taken.add(candidate.toLowerCase());
    }
    taken.add(candidate.toLowerCase());
    if (candidate !== name)
      notes.push(`The result column ${shown(name)} is called ${shown(candidate)}, because that name is taken.`);
    return candidate;
  });
  return { names: unique, notes };
}
