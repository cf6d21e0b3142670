import type { Emission } from '#events';

import type { Cause } from './cause-of.js';
import { EventPublisher } from './contract.js';
import type { RawRecord } from './kafka-record.js';

/** Publishes events and also records that are encoded already; what the consumer loop and the outbox relay need. */
export abstract class RecordPublisher extends EventPublisher {
  abstract override publish(emissions: readonly Emission[], cause?: Cause, signal?: AbortSignal): Promise<void>;
  /**
   * As `publish`, for encoded records: the outbox and dead letters. Those behind a refused one of their key are not
   * sent, as they would overtake it.
   */
  abstract publishRaw(records: readonly RawRecord[], signal?: AbortSignal): Promise<void>;
}
