import { endsRole, isUndo, type Cell, type TestedRole } from './cells.js';

/** Cells that are tried side by side: their documents lie in partitions of their own, so none waits for another. */
export interface Wave {
  readonly roles: readonly TestedRole[];
  readonly cells: readonly Cell[];
}

/**
 * As few waves as possible: one process of a role is killed, or stalls, with all its documents of the wave in hand.
 * Faults that end a role by themselves come one after the other, in several roles at once.
 */
export function planWaves(cells: readonly Cell[], partitions: number): Wave[] {
  const groups = Map.groupBy(
    cells.filter((cell) => !endsRole(cell)),
    // A row that is refused makes the relay take all rows one by one, and a relay that goes on after a stall has all
    // rows in hand: those of another point would stand in its way.
    ({ role, fault, point }) =>
      role === 'relay' && fault !== 'kill' ? `${role} ${fault} ${point}` : `${role} ${fault}`,
  );
  const together = [...groups.values()].flatMap((group) => chunks(group, partitions));
  const endingOf = (undo: boolean): Cell[][] => {
    const own = cells.filter((cell) => endsRole(cell) && isUndo(cell) === undo);
    return [...Map.groupBy(own, ({ role }) => role).values()];
  };
  // Only a writer that is not under test can be told to refuse what another one is then to undo.
  const undoing = endingOf(true).flatMap((group) => chunks(group, partitions));
  const ending = endingOf(false);
  const share = Math.max(1, Math.floor(partitions / Math.max(1, ending.length)));
  const shares = ending.map((own) => chunks(own, share));
  const longest = Math.max(0, ...shares.map(({ length }) => length));
  const mixed = Array.from({ length: longest }, (_, i) => shares.flatMap((own) => own[i] ?? []));
  return [...together, ...undoing, ...mixed].map((own) => ({
    roles: [...new Set(own.map(({ role }) => role))],
    cells: own,
  }));
}

/** Of nearly equal size, none larger than the bound. */
function chunks(cells: readonly Cell[], sizeMax: number): Cell[][] {
  const count = Math.ceil(cells.length / sizeMax);
  const size = Math.ceil(cells.length / count);
  return Array.from({ length: count }, (_, i) => cells.slice(i * size, (i + 1) * size));
}
