import { TransientFailure } from '#failure';

import { recordBytes, type RawRecord } from './kafka-record.js';
import { lostAssignment } from './with-deadline.js';

/** Records that are sent together or not at all, and whoever waits for their acknowledgement. */
export interface PendingSend {
  readonly records: readonly RawRecord[];
  readonly bytes: number;
  /** Aborted when the sender may no longer publish. */
  readonly signal: AbortSignal | undefined;
  /** Shared by the sends of one call: keys of which a record was refused, so that none may overtake it. */
  readonly refusedKeys: Set<string>;
  readonly resolve: () => void;
  readonly reject: (failure: Error) => void;
}

/**
 * A send that has to be waited for. It rejects as soon as its signal aborts, whatever is under way: a broker that is
 * away may not hold up whoever has to stop.
 */
export function pendingSend(
  records: readonly RawRecord[],
  signal: AbortSignal | undefined,
  refusedKeys = new Set<string>(),
): { readonly pending: PendingSend; readonly done: Promise<void> } {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(lostAssignment());
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const forget = (): void => signal?.removeEventListener('abort', abort);
  done.then(forget, forget);
  const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0);
  return { pending: { records, bytes, signal, refusedKeys, resolve, reject }, done };
}

/** What is thrown by whatever was not sent before the publisher closed. */
export const closed = (): TransientFailure =>
  new TransientFailure('publisher is closed', { reason: 'publisher-closed' });

/** Whether somebody still wants it sent. */
export const live = ({ signal }: Pick<PendingSend, 'signal'>): boolean => signal?.aborted !== true;

/** What of it is still to be sent: nothing that nobody wants any more, or that stands behind a refused record. */
export function wanted(pending: Pick<PendingSend, 'records' | 'signal' | 'refusedKeys'>): readonly RawRecord[] {
  if (!live(pending)) return [];
  return pending.records.filter(({ key }) => key === null || !pending.refusedKeys.has(String(key)));
}

/**
 * Cuts records, in order, into runs that a broker takes in one request; a record over the bound stands alone.
 */
export function splitByBytes(records: readonly RawRecord[], bytesMax: number): RawRecord[][] {
  const runs: RawRecord[][] = [];
  let bytes = 0;
  for (const record of records) {
    const size = recordBytes(record);
    const run = runs.at(-1);
    if (run !== undefined && bytes + size <= bytesMax) {
      run.push(record);
      bytes += size;
    } else {
      runs.push([record]);
      bytes = size;
    }
  }
  return runs;
}

/** How many of the waiting sends, from the front, fit into one request; at least one if any waits. */
export function countTogether(waiting: readonly Pick<PendingSend, 'bytes'>[], bytesMax: number): number {
  let bytes = 0;
  let count = 0;
  for (const pending of waiting) {
    bytes += pending.bytes;
    if (count > 0 && bytes > bytesMax) break;
    count += 1;
  }
  return count;
}

/** Records by topic, each topic in the order given, as kafkajs takes them. */
export function groupByTopic(records: readonly RawRecord[]): Map<string, RawRecord[]> {
  const groups = new Map<string, RawRecord[]>();
  for (const record of records) {
    const group = groups.get(record.topic);
    if (group === undefined) groups.set(record.topic, [record]);
    else group.push(record);
  }
  return groups;
}
