import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Driver, ManagedTransaction } from 'neo4j-driver';

import { TransientFailure } from '#failure';

import { given } from './given.js';
import { isCollision, neo4jFailure } from './neo4j-failure.js';

/**
 * A plan is kept until the server stops, or an index comes or goes. Every statement begins at keys that have an index,
 * however little is stored when it is planned, so a later plan would be no better; and a graph that grows would have
 * all of them made again and again.
 */
const planOnce = 'CYPHER replan=skip ';

/** Enough for many writers that meet on the same entities; a longer trouble is for the caller's retry policy. */
const attemptsMax = 8;
const pauseMs = 15;
const transactionTimeoutMs = 90_000;

export type Run = (cypher: string, parameters: Record<string, unknown>) => Promise<Record<string, unknown>[]>;
type Work<T> = (run: Run) => Promise<T>;

/**
 * Runs work in one transaction and commits it. Work must be idempotent: it is run again where transactions collided,
 * and a commit whose answer was lost is run again by the caller.
 * @throws TransientFailure or PermanentFailure; nothing of the work was done, except after a lost answer.
 */
export async function inTransaction<T>(driver: Driver, signal: AbortSignal, work: Work<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(driver, signal, work);
    } catch (error) {
      if (!isCollision(error) || attempt === attemptsMax || signal.aborted) throw neo4jFailure(error);
    }
    await delay(randomInt(pauseMs, 2 * pauseMs) * attempt);
  }
}

async function once<T>(driver: Driver, signal: AbortSignal, work: Work<T>): Promise<T> {
  if (signal.aborted) throw aborted();
  const session = driver.session({ database: 'neo4j' });
  // Closing the session resets its connection, which ends a running query on the server as well.
  const close = (): void => void session.close().catch(() => undefined);
  signal.addEventListener('abort', close, { once: true });
  try {
    const transaction = session.beginTransaction({ timeout: transactionTimeoutMs });
    try {
      const result = await work(runIn(transaction));
      await transaction.commit();
      return result;
    } finally {
      if (transaction.isOpen()) await transaction.close();
    }
  } catch (error) {
    throw signal.aborted ? aborted(error) : error;
  } finally {
    signal.removeEventListener('abort', close);
    await session.close().catch(() => undefined);
  }
}

function runIn(transaction: Pick<ManagedTransaction, 'run'>): Run {
  return async (cypher, parameters) => {
    const { records } = await transaction.run(planOnce + cypher, given(parameters));
    return records.map((record) => record.toObject() as Record<string, unknown>);
  };
}

function aborted(cause?: unknown): TransientFailure {
  return new TransientFailure('neo4j: the work was stopped', { reason: 'aborted', cause });
}
