import type { Troubles } from './trouble-reader.js';

/** Where one role stood at a moment, as the log and the ledger say it. */
export interface RoleSample {
  readonly role: string;
  /** Processes that consume for it. */
  readonly instances: number;
  /** Grows by one with each event that it has handled. */
  readonly handled: number;
  /** Events that wait for it. */
  readonly lag: number;
}

/** All roles at one moment. */
export interface FlowSample {
  readonly atMs: number;
  readonly roles: readonly RoleSample[];
}

/** One stage of the board. */
export interface BoardStage extends RoleSample {
  readonly eventsPerSecond: number;
  /** Documents that are with it now; null where no document is ever with it. */
  readonly inFlight: number | null;
}

/** What is not on its way in the log. */
export interface OpenWork extends Troubles {
  /** Documents by the role that has them now; a writer's are those that its store has not settled. */
  readonly inFlight: Readonly<Record<string, number>>;
  /** Ingestions that are not concluded. */
  readonly open: number;
  readonly outbox: { readonly rows: number; readonly ageSeconds: number; readonly refused: number };
  /** Dead letters that were not replayed. */
  readonly deadLetters: number;
  /** Statuses of the newest ingestions. */
  readonly recent: Readonly<Record<string, number>>;
}

/** The board as clients see it. A part whose service is away is null, and `away` names it. */
export interface Board {
  readonly at: string;
  readonly stages: readonly BoardStage[] | null;
  readonly work: OpenWork | null;
  readonly away: readonly ('kafka' | 'postgres')[];
}

/**
 * The board that follows from samples of the log, oldest first, and from the work that is open. Rates are those of the
 * time that the samples span; an offset that was set back counts as nothing handled. Pure.
 */
export function boardOf(atMs: number, samples: readonly FlowSample[] | null, work: OpenWork | null): Board {
  const away: Board['away'][number][] = [];
  const newest = samples?.at(-1);
  if (newest === undefined) away.push('kafka');
  if (work === null) away.push('postgres');
  const stages = newest?.roles.map((role) => stageOf(role, newest, samples?.[0], work)) ?? null;
  return { at: new Date(atMs).toISOString(), stages, work, away };
}

/** The board without anything that counts documents: those of all namespaces are not everybody's to know. Pure. */
export function withoutDocuments(board: Board): Board {
  return { ...board, work: null, stages: board.stages?.map((stage) => ({ ...stage, inFlight: null })) ?? null };
}

function stageOf(
  role: RoleSample,
  newest: FlowSample,
  oldest: FlowSample | undefined,
  work: OpenWork | null,
): BoardStage {
  const before = oldest?.roles.find((one) => one.role === role.role);
  const seconds = (newest.atMs - (oldest?.atMs ?? newest.atMs)) / 1000;
  const handled = Math.max(0, role.handled - (before?.handled ?? role.handled));
  const eventsPerSecond = seconds > 0 ? Math.round((handled / seconds) * 100) / 100 : 0;
  return { ...role, eventsPerSecond, inFlight: work?.inFlight[role.role] ?? null };
}
