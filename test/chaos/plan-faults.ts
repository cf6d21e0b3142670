import { faultKinds, type FaultKind } from './fault-kinds.js';
import type { Seeded } from './seeded.js';

/** One fault of a trial: what, to whom, when and for how long. Seeds further choices of its own. */
export interface PlannedFault {
  readonly atMs: number;
  readonly kind: string;
  readonly hurts: FaultKind['hurts'];
  readonly victim: string;
  readonly holdMs: number;
  readonly random: Seeded;
}

/** Whom there is to hurt, by name. */
export interface Victims {
  readonly process: readonly string[];
  readonly link: readonly string[];
}

const gapMs = [200, 1800] as const;

/**
 * Draws the faults of one trial. Pure: the same seed gives the same faults at the same times, whatever they do to each
 * other when they are carried out.
 */
export function planFaults(
  random: Seeded,
  forMs: number,
  victims: Victims,
  kinds: readonly FaultKind[] = faultKinds,
): PlannedFault[] {
  const planned: PlannedFault[] = [];
  if (kinds.length === 0) return planned;
  for (let atMs = random.between(100, 800); atMs < forMs; atMs += random.between(...gapMs)) {
    const { kind, hurts, holdMs } = draw(kinds, random);
    const victim = victimOf(kind, hurts, victims, random);
    planned.push({ atMs, kind, hurts, victim, holdMs: random.between(...holdMs), random: random.fork() });
  }
  return planned;
}

/** Kinds whose name begins with one of the texts, e.g. `link, kill postgres`; all of them if there is none. */
export function kindsNamed(only: string, among: readonly FaultKind[] = faultKinds): FaultKind[] {
  const names = only.split(',').map((name) => name.trim());
  const chosen = among.filter(({ kind }) => names.some((name) => kind.startsWith(name)));
  if (chosen.length === 0) {
    throw new RangeError(`no fault is called ${only}; there are ${among.map(({ kind }) => kind).join(', ')}`);
  }
  return chosen;
}

function draw(kinds: readonly FaultKind[], random: Seeded): FaultKind {
  let dice = random.next() * kinds.reduce((sum, { weight }) => sum + weight, 0);
  for (const kind of kinds) {
    dice -= kind.weight;
    if (dice < 0) return kind;
  }
  return random.pick(kinds);
}

function victimOf(kind: string, hurts: FaultKind['hurts'], victims: Victims, random: Seeded): string {
  switch (hurts) {
    case 'process':
      return random.pick(victims.process.filter((name) => maySuffer(kind, name)));
    case 'link':
      return random.pick(victims.link);
    case 'service':
      return kind.split(' ')[1] ?? '';
    case 'log':
    case 'cache':
      return '';
  }
}

/** The doors share no group, and have a port that a second one could not have; only writers can refuse. */
function maySuffer(kind: string, name: string): boolean {
  const writer = name.startsWith('writer-');
  if (kind === 'writer refuses') return writer;
  const consumes = name !== 'api' && name !== 'relay';
  if (kind === 'rebalance storm') return consumes && !name.includes('+');
  return kind === 'twin process' ? name !== 'api' : true;
}
