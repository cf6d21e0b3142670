import { classify, type PenstockFailure } from '#failure';

import type { RawRecord } from './raw-publisher.js';

/** A record with the row that holds it. */
export interface OutboxRow extends RawRecord {
  readonly id: string;
}

/** The rows that wait, as whoever holds the relay's lock sees them. */
export interface OutboxRows {
  /** The oldest ones that are committed, in the order of their ids. */
  read(limit: number): Promise<readonly OutboxRow[]>;
  remove(rows: readonly OutboxRow[]): Promise<void>;
}

export interface RelayTurn {
  readonly batchSize: number;
  /** Resolves when all are acknowledged. Throws as `RawPublisher` says. */
  readonly publish: (records: readonly RawRecord[]) => Promise<void>;
  /** What is said instead of a row that the log refuses for good; nothing if the row may not be given up. */
  readonly refused: (row: OutboxRow, failure: PenstockFailure) => readonly RawRecord[] | undefined;
}

/** What a turn came to: no row waits, all read ones are gone, or what stopped it; then the same rows come again. */
export type TurnEnd = 'empty' | 'done' | PenstockFailure;

/**
 * One turn of the relay: reads rows, publishes them in their order, and removes those that were acknowledged and no
 * others. Only rows that were read are removed, so one that becomes visible later, with a smaller id, is not lost.
 * @throws what `rows` throws.
 */
export async function relayTurn(rows: OutboxRows, turn: RelayTurn): Promise<TurnEnd> {
  const waiting = await rows.read(turn.batchSize);
  if (waiting.length === 0) return 'empty';
  const failure = await failureOf(turn.publish(waiting));
  if (failure?.kind === 'transient') return failure;
  if (failure !== undefined) return relaySingly(rows, waiting, turn);
  await rows.remove(waiting);
  return 'done';
}

/** Gets all rows off but those the log refuses, which would hold up all others for ever. */
async function relaySingly(rows: OutboxRows, waiting: readonly OutboxRow[], turn: RelayTurn): Promise<TurnEnd> {
  for (const row of waiting) {
    let failure = await failureOf(turn.publish([row]));
    if (failure !== undefined && failure.kind !== 'transient') {
      const instead = turn.refused(row, failure);
      if (instead !== undefined) failure = await failureOf(turn.publish(instead));
    }
    if (failure !== undefined) return failure;
    await rows.remove([row]);
  }
  return 'done';
}

async function failureOf(work: Promise<void>): Promise<PenstockFailure | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return classify(error);
  }
}
