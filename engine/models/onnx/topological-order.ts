/**
 * Orders things so that each comes after those it depends on (Kahn 1962). `dependencies[i]` holds the numbers of the
 * things that i depends on; repeated numbers are allowed. Where that is impossible, one cycle is given in its place,
 * each member depending on the one before it and the first on the last.
 */
export function topologicalOrder(
  dependencies: readonly (readonly number[])[],
): { order: number[]; cycle: null } | { order: null; cycle: number[] } {
  const count = dependencies.length;
  const waiting = new Int32Array(count);
  const dependents: number[][] = dependencies.map(() => []);
  dependencies.forEach((list, index) => {
    waiting[index] = list.length;
    for (const dependency of list) dependents[dependency]?.push(index);
  });
  const order: number[] = [];
  for (let index = 0; index < count; index += 1) if (waiting[index] === 0) order.push(index);
  for (let at = 0; at < order.length; at += 1) {
    for (const dependent of dependents[order[at] as number] ?? []) {
      waiting[dependent] = (waiting[dependent] as number) - 1;
      if (waiting[dependent] === 0) order.push(dependent);
    }
  }
  if (order.length === count) return { order, cycle: null };
  return { order: null, cycle: findCycle(dependencies, waiting) };
}

/** Everything that still waits has a dependency that still waits: going back through them must meet itself. */
function findCycle(dependencies: readonly (readonly number[])[], waiting: Int32Array): number[] {
  const trail: number[] = [];
  const placeInTrail = new Map<number, number>();
  let at = waiting.findIndex((left) => left > 0);
  while (!placeInTrail.has(at)) {
    placeInTrail.set(at, trail.length);
    trail.push(at);
    at = dependencies[at]?.find((dependency) => (waiting[dependency] ?? 0) > 0) ?? at;
  }
  return trail.slice(placeInTrail.get(at)).toReversed();
}
