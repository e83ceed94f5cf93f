const longestCompared = 64;

/**
 * For the hint of a problem: the name most like `name`, or null when none comes near: first one that differs only in case, spaces or punctuation,
 * then one that is a single edit away, then one that contains it or is contained in it, then the smallest edit distance up
 * to a third of the length.
 */
export function closestName(name: string, names: readonly string[]): string | null {
  const wanted = folded(name);
  const sameLetters = names.find((candidate) => folded(candidate) === wanted);
  if (sameLetters !== undefined) return sameLetters;
  let best: string | null = null;
  let bestScore = Infinity;
  for (const candidate of names) {
    const score = dissimilarity(wanted, folded(candidate), bestScore);
    if (score < bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

/** Lower case, without what people write differently: spaces, underscores, hyphens, dots, brackets. */
function folded(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_\-.()[\]/]+/g, '');
}

/** Infinity when two names are not alike at all, or not more so than `known`; containment counts as less than any two edits. */
function dissimilarity(wanted: string, candidate: string, known: number): number {
  const shorter = Math.min(wanted.length, candidate.length);
  if (shorter === 0) return Infinity;
  const longer = Math.max(wanted.length, candidate.length);
  if (shorter >= 3 && (candidate.includes(wanted) || wanted.includes(candidate))) return 1 + (longer - shorter) / 1000;
  const most = Math.min(Math.max(1, Math.floor(longer / 3)), known);
  // At least as many letters have to be added or taken away: most names of a wide table need no closer look.
  if (Math.min(longer, longestCompared) - Math.min(shorter, longestCompared) > most) return Infinity;
  const distance = editDistance(wanted.slice(0, longestCompared), candidate.slice(0, longestCompared));
  return distance <= most ? distance : Infinity;
}

/** Levenshtein distance with neighbouring swaps counted as one edit (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast = new Uint16Array(b.length + 1);
  let last = Uint16Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = new Uint16Array(b.length + 1);
    current[0] = i;
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, current[j - 1]! + 1, last[j - 1]! + change);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      current[j] = cost;
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
