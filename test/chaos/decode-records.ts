import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';

import type { LogRecord } from '../checker/index.js';
import { poisonHeader } from './poison-letters.js';
import type { SeenRecord } from './read-topics.js';

const namespacePrefix = 'io.penstock.events.v1.';

/** A record that could be decoded. */
export type DecodedRecord = SeenRecord & LogRecord;

/** Decodes records as any Confluent client would; what was poisoned on purpose is left out. */
export async function decodeRecords(registry: string, records: readonly SeenRecord[]): Promise<DecodedRecord[]> {
  const schemas = new SchemaRegistry({ host: registry });
  const decoded: DecodedRecord[] = [];
  for (const record of records) {
    if (record.value === null || record.headers[poisonHeader] !== undefined) continue;
    const payload = (await schemas.decode(record.value)) as object;
    decoded.push({ ...record, payload, type: (record.headers['ce_type'] ?? '').replace(namespacePrefix, '') });
  }
  return decoded;
}
