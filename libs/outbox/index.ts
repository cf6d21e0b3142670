export { appendToOutbox } from './append-to-outbox.js';
export { appendRecordToOutbox } from './append-record.js';
export { OutboxRelay } from './outbox-relay.js';
export type { OutboxRelayOptions } from './outbox-relay.js';
export { outboxMigrations } from './outbox-table.js';
export { RawPublisher } from './raw-publisher.js';
export type { RawRecord } from './raw-publisher.js';
