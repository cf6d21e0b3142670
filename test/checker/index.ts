export { violations } from './at-rest.js';
export { fingerprint, unchanged, unlikeReference } from './comparison.js';
export { letterViolations } from './letters.js';
export { momentsOf } from './moments.js';
export type { Moments, TimedRecords } from './moments.js';
export type {
  Artefact,
  Contents,
  EventIdentity,
  Graph,
  LedgerLine,
  LogRecord,
  Observed,
  Operation,
} from './observed.js';
export { outboxViolations } from './outbox.js';
export type { Announcement } from './outbox.js';
export { readViolations } from './reads.js';
export type { Reading, ShownVersion, Source } from './reads.js';
export { readSagaLog } from './saga-log.js';
export type { LoggedIngestion, LogReading, Manifest } from './saga-log.js';
export { tombstoneViolations } from './tombstones.js';
export type { Markers } from './tombstones.js';
