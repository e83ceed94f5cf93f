const mostNames = 20;
/** Notes of a description travel through calls and are read by people: more would be neither. */
const mostNotes = 50;
const longestNote = 2000;

/** Names as they stand in a sentence; of very many the first, and how many more. */
export function listedNames(names: readonly string[]): string {
  if (names.length <= mostNames) return names.join(', ');
  return `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} others`;
}

/** Notes on files: the same note on several files is said once, with the first file's name. */
export class FileNotes {
  readonly #files = new Map<string, { name: string; count: number }>();

  add(name: string, notes: readonly string[]): void {
    for (const note of notes) {
      const known = this.#files.get(note);
      if (known === undefined) this.#files.set(note, { name, count: 1 });
      else known.count++;
    }
  }

  /** `named` is false where there is one file only, which goes without saying. */
  listed(named: boolean): string[] {
    return [...this.#files].map(([note, { name, count }]) => {
      if (!named) return note;
      return count === 1 ? `${name}: ${note}` : `${name} and ${count - 1} more: ${note}`;
    });
  }
}

/** The first notes, none longer than a paragraph, and how many more there are. */
export function boundedNotes(notes: readonly string[]): string[] {
  const kept = notes
    .slice(0, mostNotes)
    .map((note) => (note.length > longestNote ? `${note.slice(0, longestNote)}…` : note));
  return notes.length > mostNotes ? [...kept, `${notes.length - mostNotes} more notes like these.`] : kept;
}
