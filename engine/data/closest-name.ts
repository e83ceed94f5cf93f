/** The name most like the given one, or null when none is within half of its length in edits (case not counted). */
export function closestName(name: string, names: string[]): string | null {
  const wanted = name.toLowerCase().slice(0, 100);
  let best: string | null = null;
  let least = Math.floor(wanted.length / 2) + 1;
  for (const candidate of names) {
    // At least as many letters have to be added or taken away.
    if (Math.abs(Math.min(candidate.length, 100) - wanted.length) >= least) continue;
    const edits = editDistance(wanted, candidate.toLowerCase().slice(0, 100));
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein distance: insertions, deletions and substitutions. */
function editDistance(left: string, right: string): number {
  let above = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (above[column - 1] as number) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (above[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    above = current;
  }
  return above[right.length] as number;
}
