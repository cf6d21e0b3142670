import pg from 'pg';

import { eventNameOf, topics } from '#events';
import { RecordPublisher, type RawRecord } from '#kafka';

import type { Arm, Failpoints } from './failpoints.js';

/**
 * The points of the relay: rows read (P1), before they are published (P2), half of them published (P3), all of them
 * acknowledged and none removed (P4), removed without having heard so (P5).
 */
export class ProbedRelayPublisher extends RecordPublisher {
  /** How often a row that tells an end was refused, by its id. */
  private readonly refusedEnds = new Map<string, number>();

  constructor(
    private readonly publisher: RecordPublisher,
    private readonly failpoints: Failpoints,
  ) {
    super();
  }

  override publish(...given: Parameters<RecordPublisher['publish']>): Promise<void> {
    return this.publisher.publish(...given);
  }

  override async publishRaw(records: readonly RawRecord[], signal?: AbortSignal): Promise<void> {
    // What is said instead of a refused row is another record, which nothing refuses.
    const isInstead = records.some(({ topic }) => topic === topics.deadLetter.name);
    const refusable = isInstead ? [] : records.filter((record) => this.isRefusable(record));
    const arms = armsOf(this.failpoints, refusable);
    if (arms.length === 0) return this.publisher.publishRaw(records, signal);
    const ends = refusable.filter(isEnd).map(idOf);
    await this.failpoints.settling(arms, async () => {
      for (const id of ends) this.refusedEnds.set(id, (this.refusedEnds.get(id) ?? 0) + 1);
      await all(this.failpoints, 'P2', arms);
      const half = Math.floor(records.length / 2);
      await this.publisher.publishRaw(records.slice(0, half), signal);
      await all(this.failpoints, 'P3', arms);
      await this.publisher.publishRaw(records.slice(half), signal);
      await all(this.failpoints, 'P4', arms);
    });
  }

  /** The end of what was refused comes the same way. It may not be given up, so it is refused for a while only. */
  private isRefusable(record: RawRecord): boolean {
    return !isEnd(record) || (this.refusedEnds.get(idOf(record)) ?? 0) < refusedEndsMax;
  }
}

const refusedEndsMax = 3;

const isEnd = ({ headers }: RawRecord): boolean => eventNameOf(String(headers['ce_type'])) === 'IngestionConcluded';
const idOf = ({ headers }: RawRecord): string => String(headers['ce_id']);

interface Keyed {
  readonly key?: unknown;
}

function armsOf(failpoints: Failpoints, rows: readonly Keyed[]): Arm[] {
  const arms = rows.map(({ key }) => failpoints.armOf([String(key)])).filter((arm) => arm !== undefined);
  return [...new Set(arms)];
}

async function all(failpoints: Failpoints, point: Arm['point'], arms: readonly Arm[]): Promise<void> {
  const results = await Promise.allSettled(arms.map((arm) => failpoints.at(point, arm)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

type Query = (...given: unknown[]) => Promise<{ readonly rows: readonly Keyed[] }>;

/** The relay has a connection of its own, made where nobody can hand it one: all of this process are watched. */
export function watchRelayConnection(failpoints: Failpoints): void {
  const client = pg.Client.prototype as unknown as { query: Query };
  const { query } = client;
  let read: readonly Keyed[] = [];
  client.query = async function watched(this: unknown, ...given: unknown[]) {
    const answer = query.apply(this, given);
    const [statement] = given;
    if (typeof statement !== 'string') return answer;
    if (statement.startsWith('SELECT id, topic')) {
      const { rows } = await answer;
      read = rows;
      const arms = armsOf(failpoints, rows);
      await failpoints.settling(arms, () => all(failpoints, 'P1', arms));
    }
    if (statement.startsWith('DELETE FROM penstock.outbox')) {
      await answer;
      const arms = armsOf(failpoints, read);
      await failpoints.settling(arms, () => all(failpoints, 'P5', arms));
    }
    return answer;
  };
}
