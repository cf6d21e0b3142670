import { classify, type PenstockFailure } from '#failure';

import type { RawRecord } from './raw-publisher.js';

/** A record with the row that holds it. */
export interface OutboxRow extends RawRecord {
  readonly id: string;
  /** The log refused it before, and it was held. */
  readonly held?: boolean;
}

/** The rows that wait, as whoever holds the relay's lock sees them. */
export interface OutboxRows {
  /** The oldest ones that are committed, in the order of their ids; none at or behind a row of its key that is held. */
  read(limit: number): Promise<readonly OutboxRow[]>;
  remove(rows: readonly OutboxRow[]): Promise<void>;
}

export interface RelayTurn {
  readonly batchSize: number;
  /** Resolves when all are acknowledged. Throws as `RawPublisher` says. */
  readonly publish: (records: readonly RawRecord[]) => Promise<void>;
  /** What is said instead of a row that the log refuses for good; nothing if the row may not be given up. */
  readonly refused: (row: OutboxRow, failure: PenstockFailure) => readonly RawRecord[] | undefined;
  /** Keeps a row that may not be given up, and all behind it of its key, from being read again for a while. */
  readonly hold: (row: OutboxRow, failure: PenstockFailure) => Promise<void>;
}

/** What a turn came to: no row waits, all read ones are gone, or what stopped it; then the same rows come again. */
export type TurnEnd = 'empty' | 'done' | PenstockFailure;

/**
 * One turn of the relay: reads rows, publishes them in their order, and removes those that were acknowledged and no
 * others. Only rows that were read are removed, so one that becomes visible later, with a smaller id, is not lost.
 * Rows that were held are tried first and alone, since they are likely to be refused again; each is the first of its
 * key, so no order changes by that.
 * @throws what `rows` and `hold` throw.
 */
export async function relayTurn(rows: OutboxRows, turn: RelayTurn): Promise<TurnEnd> {
  const read = await rows.read(turn.batchSize);
  if (read.length === 0) return 'empty';
  const held = read.filter((row) => row.held === true);
  const tried = await relaySingly(rows, held, turn);
  if (tried.failure !== undefined) return tried.failure;
  const waiting = read.filter((row) => row.held !== true && !tried.stuck.has(row.key));
  if (waiting.length === 0) return 'done';
  const failure = await failureOf(turn.publish(waiting));
  if (failure?.kind === 'transient') return failure;
  if (failure !== undefined) return (await relaySingly(rows, waiting, turn)).failure ?? 'done';
  await rows.remove(waiting);
  return 'done';
}

interface TriedSingly {
  /** What stopped it, if something did. */
  readonly failure: PenstockFailure | undefined;
  /** Keys of rows that are held. */
  readonly stuck: ReadonlySet<string>;
}

/** Gets all rows off but those the log refuses, and those behind them that may not overtake them. */
async function relaySingly(rows: OutboxRows, waiting: readonly OutboxRow[], turn: RelayTurn): Promise<TriedSingly> {
  const stuck = new Set<string>();
  for (const row of waiting) {
    if (stuck.has(row.key)) continue;
    const failure = await relayOne(row, turn);
    if (failure?.kind === 'transient') return { failure, stuck };
    if (failure === undefined) await rows.remove([row]);
    else {
      await turn.hold(row, failure);
      stuck.add(row.key);
    }
  }
  return { failure: undefined, stuck };
}

/** Publishes a row, or what is said instead of it. */
async function relayOne(row: OutboxRow, turn: RelayTurn): Promise<PenstockFailure | undefined> {
  const failure = await failureOf(turn.publish([row]));
  if (failure === undefined || failure.kind === 'transient') return failure;
  const instead = turn.refused(row, failure);
  return instead === undefined ? failure : failureOf(turn.publish(instead));
}

async function failureOf(work: Promise<void>): Promise<PenstockFailure | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return classify(error);
  }
}
