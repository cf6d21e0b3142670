import { Server, type CustomTransportStrategy } from '@nestjs/microservices';

import { BatchConsumer, type BatchConsumerOptions } from './batch-consumer.js';

/**
 * A role as a Nest microservice. Nest starts and stops it; everything else is the batch consumer's, because Nest's own
 * Kafka transport hands out one message at a time, turned into strings, and counts events without a handler as done.
 */
export class KafkaStageTransport extends Server implements CustomTransportStrategy {
  readonly consumer: BatchConsumer;

  constructor(options: BatchConsumerOptions) {
    super();
    this.consumer = new BatchConsumer(options);
  }

  listen(callback: (error?: unknown) => void): void {
    this.consumer.start().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  close(): Promise<void> {
    return this.consumer.stop();
  }

  /** Nest's status events speak of one connection; ask the consumer for its state instead. */
  on(): void {
    return undefined;
  }

  unwrap<T>(): T {
    return this.consumer as T;
  }
}
