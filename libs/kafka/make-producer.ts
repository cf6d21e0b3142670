import { Partitioners, type ISocketFactory, type Producer } from 'kafkajs';

import type { Log } from '#telemetry';

import { kafkaClient } from './kafka-client.js';

/** What a producer of a role's instance is made of. */
export interface ProducerOptions {
  readonly brokers: readonly string[];
  readonly role: string;
  readonly instance: string;
  readonly log: Log;
  readonly socketFactory?: ISocketFactory;
}

/** A producer that neither reorders nor retries for long by itself, not yet connected. */
export function makeProducer(options: ProducerOptions): Producer {
  const { brokers, role, instance, log, socketFactory } = options;
  return kafkaClient({ brokers, clientId: `penstock.${role}.${instance}`, log, socketFactory }).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    idempotent: false,
    maxInFlightRequests: 1,
    retry: { retries: 1 },
  });
}
