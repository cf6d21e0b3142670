import { endOf, isStage, isUndo, type Cell, type TestedRole } from './cells.js';

/** What there is to see of a dead letter. */
export interface LetterSeen {
  readonly headers: Readonly<Record<string, string>>;
}

/** A record that a stage took in, as there is to see of it. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** The one that gives something of a cell up, if one does. */
export function givesUp(cell: Cell): TestedRole | undefined {
  const { role, operation, fault } = cell;
  if (isUndo(cell)) return operation === 'delete' ? undefined : refuserFor(role);
  // Where letters are kept, there is one to be kept.
  if (role === 'dead-letters' || operation === 'replay') return 'stager';
  if (fault !== 'permanent') return undefined;
  // A stage has an update in hand, which a deletion overtakes.
  if (isStage(role) || role === 'janitor') return role;
  return ['aborted', 'either'].includes(endOf(cell)) ? role : undefined;
}

/** The writer that refuses a document so that this one has to undo it. */
export function refuserFor(role: TestedRole): 'writer-postgres' | 'writer-redis' {
  return role === 'writer-redis' ? 'writer-postgres' : 'writer-redis';
}

/**
 * I12: there is one dead letter for each permanent error, by its place in the log and its group, and none where nothing
 * was refused. Pure.
 * @param taken records of the document's ingestion that the role under test took in.
 */
export function letterProblems(cell: Cell, letters: readonly LetterSeen[], taken: readonly Place[]): string[] {
  const by = givesUp(cell);
  const found = new Map<string, number>();
  const bad: string[] = [];
  for (const { headers } of letters) {
    const place = placeOf(headers);
    if (headers['deadletter.group'] !== `penstock.${by}`)
      bad.push(`I12 ${place} is a dead letter, but was not refused`);
    else found.set(place, (found.get(place) ?? 0) + 1);
  }
  const copies = cell.role === 'dead-letters' && cell.delivery === 'twice' ? 2 : 1;
  bad.push(
    ...[...found].filter(([, times]) => times > copies).map(([place, times]) => `I12 ${place}: ${times} letters`),
  );
  if (by === undefined) return bad;
  if (found.size === 0 && isSurelyRefused(cell)) bad.push(`I12 ${by} gave up, and there is no dead letter`);
  if (!isRefusedAtSight(cell)) return bad;
  if (taken.length === 0) bad.push(`I12 ${by} took nothing in that it could refuse`);
  const lost = taken
    .map(({ topic, partition, offset }) => nameOf(topic, partition, offset, `penstock.${by}`))
    .filter((place) => !found.has(place));
  return [...bad, ...lost.map((place) => `I12 ${place} was refused, and is no dead letter`)];
}

/**
 * What was done when the error came is done again, one by one. By then the ingestion may have ended, by what was
 * published or by the deletion that overtook it, and is passed over.
 */
function isSurelyRefused({ role, point, operation }: Cell): boolean {
  return !isStage(role) || !(point === 'P5' || (point === 'P4' && operation === 'delete'));
}

/** Whatever a stage is handed of the ingestion fails before it can be passed over. */
function isRefusedAtSight({ role, point, operation, fault }: Cell): boolean {
  return isStage(role) && fault === 'permanent' && point === 'P1' && operation !== 'delete';
}

function placeOf(headers: LetterSeen['headers']): string {
  const [topic, partition, offset, group] = ['topic', 'partition', 'offset', 'group'].map(
    (name) => headers[`deadletter.${name}`],
  );
  // A row of the outbox lay in no partition.
  return nameOf(topic, partition ?? 'outbox', offset, group);
}

function nameOf(...[topic, partition, offset, group]: readonly unknown[]): string {
  return `${String(topic)}/${String(partition)}/${String(offset)} of ${String(group)}`;
}
