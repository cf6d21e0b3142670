import { topicOfEvent, topics } from '#events';

import { roleSpec } from '../../apps/roles.js';

export const stageRoles = ['stager', 'parser', 'extractor', 'embedder'] as const;
export const writerRoles = ['writer-neo4j', 'writer-postgres', 'writer-qdrant', 'writer-redis'] as const;
export const testedRoles = [
  'relay',
  ...stageRoles,
  'ledger',
  ...writerRoles,
  'dead-letters',
  'api',
  'janitor',
] as const;
export type TestedRole = (typeof testedRoles)[number];
export const operations = ['create', 'update', 'delete'] as const;
/** The API is also asked to replay what it had accepted and a stage refused. */
const allOperations = [...operations, 'replay'] as const;
export const faults = ['kill', 'permanent', 'stall'] as const;
export const deliveries = ['once', 'twice'] as const;
/** P8 to P10 go beyond the matrix: the same three points around the promotion, which no other point falls into. */
export const points = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10'] as const;
export type Point = (typeof points)[number];

/** One step that fails in one way: who, where, at what, how, and how often its input is delivered. */
export interface Cell {
  readonly role: TestedRole;
  readonly point: Point;
  readonly operation: (typeof allOperations)[number];
  readonly fault: (typeof faults)[number];
  readonly delivery: (typeof deliveries)[number];
}

/**
 * What a cell must come to. `refused` leaves nothing, and whoever asked for it was told so. `either` is live or
 * aborted, the same in all stores: the broker kept a record of which it said that it refused it, so the result and the
 * request to undo it both travel.
 */
export type CellEnd = 'live' | 'aborted' | 'retracted' | 'refused' | 'either';

/** All cells in the order of the matrix; those beyond it last. */
export function allCells(): Cell[] {
  const cells = testedRoles.flatMap((role) =>
    pointsOf(role).flatMap((point) =>
      operationsOf(role).flatMap((operation) =>
        faults.flatMap((fault) => deliveries.map((delivery): Cell => ({ role, point, operation, fault, delivery }))),
      ),
    ),
  );
  const sensible = cells.filter((cell) => !(isBeyond(cell) && cell.operation === 'delete'));
  return [...sensible.filter((cell) => !isBeyond(cell)), ...sensible.filter(isBeyond)];
}

/** Around the promotion, or a replay by the API: neither is in the matrix. */
export function isBeyond({ point, operation }: Pick<Cell, 'point' | 'operation'>): boolean {
  return operation === 'replay' || points.indexOf(point) >= points.indexOf('P8');
}

function operationsOf(role: TestedRole): readonly Cell['operation'][] {
  return role === 'api' ? allOperations : operations;
}

/** Whether nothing of its document is live before. */
export function begins({ operation }: Pick<Cell, 'operation'>): boolean {
  return operation === 'create' || operation === 'replay';
}

export function isWriter(role: TestedRole): role is (typeof writerRoles)[number] {
  return role.startsWith('writer-');
}

export function isStage(role: TestedRole): role is (typeof stageRoles)[number] {
  return (stageRoles as readonly string[]).includes(role);
}

export function nameOf({ role, point, operation, fault, delivery }: Cell): string {
  return [role, point, operation, fault, delivery].join('/');
}

/**
 * Cells that each comma separated word fits, as `writer-qdrant,P3,kill`; words of one dimension are alternatives. A
 * whole name of a cell also does.
 * @throws RangeError for a word that names nothing.
 */
export function cellsNamed(text: string, cells: readonly Cell[] = allCells()): Cell[] {
  const words = text
    .split(/[,/]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const dimensions: readonly (readonly string[])[] = [testedRoles, points, allOperations, faults, deliveries];
  const wanted = dimensions.map((known) => words.filter((word) => known.includes(word)));
  const unknown = words.filter((word) => !dimensions.some((known) => known.includes(word)));
  if (unknown.length > 0) throw new RangeError(`no cell is called ${unknown.join(', ')}`);
  return cells.filter((cell) => {
    const own = nameOf(cell).split('/');
    return wanted.every((some, i) => some.length === 0 || some.includes(own[i] ?? ''));
  });
}

function pointsOf(role: TestedRole): readonly Point[] {
  return isWriter(role) ? points : points.slice(0, 5);
}

/** Names of the topics whose records a role takes in. The relay takes rows. */
export function inputTopics(role: TestedRole): ReadonlySet<string> {
  const { consumes, takes = [] } = roleSpec(role);
  return new Set([...consumes.map((type) => topicOfEvent[type]), ...takes].map((key) => topics[key].name));
}

/** What is undone at P6 and P7 was refused by another writer, or removed by a retraction. */
export function isUndo({ point }: Pick<Cell, 'point'>): boolean {
  return point === 'P6' || point === 'P7';
}

/**
 * Whether the fault ends the process by itself. A writer has moved on in the log when its result can't be published,
 * and can only read it again; so it says why it ends, and its supervisor starts it anew.
 */
export function endsRole({ role, point, operation, fault }: Cell): boolean {
  if (fault !== 'permanent' || !isWriter(role)) return false;
  if (role === 'writer-postgres' && operation !== 'delete' && (point === 'P4' || point === 'P5')) return false;
  return point === 'P4' || point === 'P5' || point === 'P7' || point === 'P10';
}

/** What is taken as it lies there is never given up: an error for good ends the process, with all it has in hand. */
export function endsWithAll({ role, fault }: Cell): boolean {
  return role === 'dead-letters' && fault === 'permanent';
}

/** A number, since processes tell each other in JSON. */
export const throwsAlways = Number.MAX_SAFE_INTEGER;
/** One undoing of each writer fails so often that a bound on its tries would show. */
const throwsOfLongUndo = 20;

/** How often a permanent error is thrown: where nothing may ever be given up it goes away in the end. */
export function throwsMax(cell: Cell): number {
  const { role, point, operation, delivery } = cell;
  if (endsRole(cell)) return 1;
  if (point === 'P6' && operation === 'create' && delivery === 'once') return throwsOfLongUndo;
  const isRefused =
    isStage(role) ||
    isRefusedByApi(cell) ||
    role === 'janitor' ||
    (operation !== 'delete' && isWriter(role) && ['P2', 'P3'].includes(point)) ||
    (operation !== 'delete' && role === 'relay' && ['P2', 'P3', 'P4'].includes(point));
  return isRefused ? throwsAlways : 3;
}

/** The API fails for good before it has committed anything, and says so to whoever asks. */
function isRefusedByApi({ role, point, fault }: Cell): boolean {
  return role === 'api' && fault === 'permanent' && ['P1', 'P2', 'P3'].includes(point);
}

/** The error is that of a connection which breaks after all was done: the answer to the commit is lost. */
export function isLostAnswer({ role, point }: Pick<Cell, 'role' | 'point'>): boolean {
  return role === 'api' && point === 'P4';
}

export function endOf(cell: Cell): CellEnd {
  const { role, point, operation, fault } = cell;
  if (isRefusedByApi(cell)) return 'refused';
  if (operation === 'delete') return 'retracted';
  if (isUndo(cell)) return 'aborted';
  // Refused once before it, it is live when its letter has been replayed; what the janitor meets is live before.
  if (role === 'dead-letters' || role === 'api' || role === 'janitor') return 'live';
  if (fault !== 'permanent' || isBeyond(cell) || role === 'ledger' || endsRole(cell)) return 'live';
  // A writer insists on what comes in; only its store may refuse it.
  if (isWriter(role) && point === 'P1') return 'live';
  if (role === 'relay' && (point === 'P1' || point === 'P5')) return 'live';
  if (point === 'P5' || (point === 'P4' && (role === 'relay' || role === 'writer-postgres'))) return 'either';
  return 'aborted';
}
