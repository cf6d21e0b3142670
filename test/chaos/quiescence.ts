import { fetchLag } from '#kafka';
import { createLogger } from '#telemetry';
import type { StackAddresses } from '#stack';

import { eventually } from '../e2e/eventually.js';
import type { StoreContents } from './store-contents.js';

/** Waits until nothing is under way: no outbox row, no lag, no open ingestion. @throws Error saying what still is. */
export async function quiescence(
  addresses: StackAddresses,
  contents: StoreContents,
  namespaces: readonly string[],
  withinMs: number,
): Promise<void> {
  let last = 'nothing could be read';
  let calm = 0;
  const calmNow = async (): Promise<true | undefined> => {
    last = await unrest(addresses, contents, namespaces).catch(String);
    calm = last === '' ? calm + 1 : 0;
    return calm >= 2 || undefined;
  };
  try {
    await eventually('quiescence', calmNow, withinMs);
  } catch (cause) {
    throw new Error(`no quiescence within ${withinMs} ms: ${last}`, { cause });
  }
}

async function unrest(
  addresses: StackAddresses,
  contents: StoreContents,
  namespaces: readonly string[],
): Promise<string> {
  const [outbox] = await contents.sql<{ rows: number }>('SELECT count(*)::int AS rows FROM penstock.outbox');
  const open = (await contents.ledger(namespaces)).filter(({ concluded }) => !concluded);
  const log = createLogger('silent');
  const lags = (await fetchLag({ brokers: addresses.kafka.split(','), log })).filter(({ lag }) => lag !== 0);
  return [
    ...((outbox?.rows ?? 0) === 0 ? [] : [`${outbox?.rows} rows in the outbox`]),
    ...open.map(
      (row) =>
        `${row.document} v${row.version} ${row.ingestion_id} ${row.kind} ${row.status} ${JSON.stringify(row.stores)}`,
    ),
    ...lags.map(({ group, topic, partition, lag }) => `${group} is ${lag} behind on ${topic}/${partition}`),
  ].join('\n');
}
