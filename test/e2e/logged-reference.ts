import { reference } from '../chaos/reference.js';
import { readSagaLog, type Contents, type LogRecord } from '../checker/index.js';
import type { KafkaOutsider, SeenRecord } from './kafka-outsider.js';

/** What the stores have to show of a namespace by what the saga log says of it, decoded as any client would. */
export async function loggedReference(
  { registry }: KafkaOutsider,
  sagaLog: readonly SeenRecord[],
  namespace: string,
): Promise<Contents> {
  const own = sagaLog.filter(({ key }) => key.startsWith(`${namespace}/`));
  const decoded = own.map(async ({ value, headers }): Promise<LogRecord> => {
    const type = headers['ce_type']?.split('.').at(-1) ?? '';
    return { type, payload: (await registry.decode(value ?? Buffer.alloc(0))) as object };
  });
  const log = await Promise.all(decoded);
  return reference(log, readSagaLog(log));
}
