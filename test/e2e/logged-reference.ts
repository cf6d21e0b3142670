import { reference } from '../chaos/reference.js';
import { readSagaLog, type Contents } from '../checker/index.js';
import type { KafkaOutsider, SeenRecord } from './kafka-outsider.js';

/** What the stores have to show of a namespace by what the saga log says of it, decoded as any client would. */
export async function loggedReference(
  outsider: KafkaOutsider,
  sagaLog: readonly SeenRecord[],
  namespace: string,
): Promise<Contents> {
  const own = sagaLog.filter(({ key }) => key.startsWith(`${namespace}/`));
  const log = await Promise.all(own.map((record) => outsider.decode(record)));
  return reference(log, readSagaLog(log));
}
