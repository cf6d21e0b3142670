import { Partitioners, type ISocketFactory, type Producer } from 'kafkajs';

import type { Log } from '#telemetry';

import { kafkaClient, type KafkaConnection } from './kafka-client.js';

/** What a producer of a role's instance is made of. */
export interface ProducerOptions extends KafkaConnection {
  readonly role: string;
  readonly instance: string;
  readonly log: Log;
  readonly socketFactory?: ISocketFactory;
}

/** A producer that neither reorders nor retries for long by itself, not yet connected. */
export function makeProducer(options: ProducerOptions): Producer {
  const { brokers, tls, sasl, role, instance, log, socketFactory } = options;
  const clientId = `penstock.${role}.${instance}`;
  return kafkaClient({ brokers, tls, sasl, clientId, log, socketFactory }).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    idempotent: false,
    maxInFlightRequests: 1,
    retry: { retries: 1 },
  });
}
