import { endsRole, endsWithAll, type TestedRole } from './cells.js';
import { armsOf, type CellDocument } from './documents.js';
import type { Doubles } from './failpoints.js';
import type { RoleUnderTest } from './role-under-test.js';
import type { Suffering } from './suffer.js';
import { until } from './until.js';

/** What is refused twenty times waits up to ten seconds before each of its later tries. */
const settleMs = 300_000;
/** How long a stalled process goes on standing still once another one has its partitions. */
const takenOverMs = 5000;

/** Documents that stand at their points, and those that have theirs still before them. */
export interface Struck {
  readonly now: readonly CellDocument[];
  readonly later: readonly CellDocument[];
  readonly doubles: Doubles;
  /** Whether another process has done all that it can. */
  readonly isTakenOver: () => Promise<boolean> | boolean;
  /** What clients do who wait for nobody that stands still. */
  readonly meanwhile: () => void;
}

/** All stand at their points: now it happens. */
export async function strike(suffering: Suffering, struck: Struck): Promise<void> {
  const { world, wave } = suffering;
  const fault = wave.cells[0]?.fault;
  world.note(`all are at their points: ${fault}`);
  if (fault === 'permanent' && wave.cells.some(endsRole)) {
    await Promise.all(wave.roles.map((role) => endOneByOne(suffering, role, struck)));
  } else if (fault === 'permanent') {
    const processes = processesOf(suffering);
    for (const { key, cell } of struck.now) world.process(cell.role).release(key, 'throw');
    await haveSettled(processes, suffering, struck);
    if (wave.cells.some(endsWithAll)) await haveEnded(processes, suffering, struck);
  } else if (fault === 'kill') {
    for (const one of processesOf(suffering)) one.kill();
    for (const role of wave.roles) await world.replace(role, struck.doubles, armsOf(struck.later)).isReady();
  } else {
    await stall(suffering, struck);
  }
  world.note('the fault is over');
}

function processesOf({ world, wave }: Suffering): RoleUnderTest[] {
  return wave.roles.map((role) => world.process(role));
}

/** Stopped until another process has taken over and done what it can; then it goes on as if nothing had been. */
async function stall(suffering: Suffering, struck: Struck): Promise<void> {
  const { world, wave } = suffering;
  const stalled = processesOf(suffering);
  for (const one of stalled) one.freeze();
  const others = wave.roles.map((role) => world.replace(role, struck.doubles, armsOf(struck.later)));
  await Promise.all(others.map((one) => one.isReady()));
  struck.meanwhile();
  const over = until('the other one to be done', struck.isTakenOver, takenOverMs);
  // What needs a lock that the stalled one holds waits for it.
  await over.catch(() => undefined);
  for (const { key, cell } of struck.now) stalled.find(({ role }) => role === cell.role)?.release(key, 'continue');
  for (const one of stalled) one.thaw();
  await haveSettled(stalled, suffering, struck);
  for (const one of stalled) await one.stop();
}

/** Everything that was let go on has come to its end, or its process has. */
async function haveSettled(
  processes: readonly RoleUnderTest[],
  { trouble }: Suffering,
  { now }: Struck,
): Promise<void> {
  const isOver = ({ key, cell }: CellDocument): boolean =>
    processes.some((one) => one.role === cell.role && (one.settled.has(key) || one.died));
  await until('what was let go on to end', () => now.every(isOver), settleMs).catch((error: Error) =>
    trouble.push(error.message),
  );
}

/** The error was one that ends the process, with all that it had in hand. */
async function haveEnded(
  processes: readonly RoleUnderTest[],
  { world, trouble }: Suffering,
  { doubles, later }: Struck,
): Promise<void> {
  for (const one of processes) {
    await until(`${one.role} to end`, () => one.died, settleMs).catch((error: Error) => trouble.push(error.message));
    await world.replace(one.role, doubles, armsOf(later)).isReady();
  }
}

/** Each error ends the process, and what waits at its point in the next one has been delivered once more. */
async function endOneByOne(suffering: Suffering, role: TestedRole, { now, doubles }: Struck): Promise<void> {
  const { world, trouble } = suffering;
  const left = now.filter(({ cell }) => cell.role === role);
  for (;;) {
    const [next] = left.splice(0, 1);
    if (next === undefined) return;
    const one = world.process(role);
    one.release(next.key, 'throw');
    await until(`${role} to end`, () => one.died, settleMs).catch((error: Error) => trouble.push(error.message));
    const another = world.replace(role, doubles, armsOf(left));
    await another.isReady();
    const areThere = (): boolean => left.every(({ key }) => another.reached.has(key));
    await until('the others to be at their points again', areThere, settleMs).catch((error: Error) =>
      trouble.push(error.message),
    );
  }
}
