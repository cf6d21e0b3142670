import type { ISocketFactory } from 'kafkajs';

import { TransientFailure, type PenstockFailure } from '#failure';

import { ConsumerSession } from './consumer-session.js';
import { ConsumerSupervision } from './consumer-supervision.js';
import { EmittingStage, PartitionStage, RecordStage, type PartitionHandler } from './contract.js';
import { insisting } from './insisting.js';
import type { KafkaConnection } from './kafka-client.js';
import type { SessionEnd } from './session-events.js';
import { producedBy, StagePartitionHandler, type AnyStage } from './stage-partition-handler.js';
import { topicsOf, type WorkerPorts } from './worker-ports.js';

export interface BatchConsumerOptions extends WorkerPorts, KafkaConnection {
  readonly stage: AnyStage | PartitionStage | RecordStage;
  /** Tells the processes of a role apart in `client.id`. */
  readonly instance: string;
  /** Called once when the role has stopped for good, because going on would lose or skip something. */
  readonly onFatal: (failure: PenstockFailure) => void;
  /** Makes the sockets of the consumer's connections. */
  readonly socketFactory?: ISocketFactory;
}

/** How a role instance is doing, for health checks and `penstock status`. */
export interface ConsumerState {
  /** `recovering`: its consumer ended and a new one is being made. `failed`: stopped for good. */
  readonly status: 'stopped' | 'starting' | 'running' | 'recovering' | 'failed';
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[];
  /** Last sign of life of the connection, in milliseconds since the epoch. */
  readonly lastActivityMs: number | undefined;
  readonly failure: PenstockFailure | undefined;
}

const outputBytesMax = 1_000_000;
const sliceMs = 1000;
const graceMs = 5000;

/**
 * Runs one stage as one role instance: reads its topics in the group `penstock.<role>`, a worker for each assigned
 * partition, at least once. Fetching and heartbeats never wait for a handler, so a slow one delays its own partition
 * and nothing else. Offsets are committed after the output of the records before them is acknowledged.
 */
export class BatchConsumer {
  private status: ConsumerState['status'] = 'stopped';
  private failure: PenstockFailure | undefined;
  private supervision: ConsumerSupervision | undefined;
  private readonly firstJoin = Promise.withResolvers<void>();

  constructor(private readonly options: BatchConsumerOptions) {}

  /**
   * Starts and resolves when partitions have been assigned for the first time.
   * @throws PermanentFailure if the role can't be run or offsets were lost; TransientFailure if it was stopped before.
   */
  async start(): Promise<void> {
    const open = this.opener();
    const { role, log, metrics, nowMs, config } = this.options;
    this.status = 'starting';
    // A rate sees no rise of a counter that was not there before, and one dead letter is to be seen.
    for (const topic of topicsOf(role)) metrics.events.inc({ role: role.role, topic, outcome: 'dead_letter' }, 0);
    this.supervision = new ConsumerSupervision({
      role: role.role,
      open: () => this.session(open),
      watchMs: config.sessionTimeoutMs / 20,
      drainMs: config.handlerDeadlineMs + graceMs,
      onEnd: (end) => this.onEnd(end),
      log,
      metrics,
      nowMs,
    });
    this.supervision.start();
    await this.firstJoin.promise;
  }

  /** Finishes and commits the batches in hand, within the handler deadline, and leaves the group. */
  async stop(): Promise<void> {
    await this.supervision?.stop();
    if (this.status !== 'failed') this.status = 'stopped';
    this.firstJoin.promise.catch(() => undefined);
    this.firstJoin.reject(new TransientFailure('stopped before it had joined', { reason: 'stopped' }));
  }

  state(): ConsumerState {
    const session = this.supervision?.session;
    return {
      status: this.status,
      partitions: session?.partitions ?? [],
      lastActivityMs: session?.lastActivityMs,
      failure: this.failure,
    };
  }

  private session(open: (topic: string, partition: number) => PartitionHandler | RecordStage): ConsumerSession {
    const { brokers, instance, socketFactory, role, codec, publisher, config, log, metrics, tracer, nowMs } =
      this.options;
    const ports = { role, codec, publisher, config, log, metrics, tracer, nowMs };
    const onJoined = (): void => {
      this.status = 'running';
      this.firstJoin.resolve();
    };
    const { tls, sasl } = this.options;
    const kafka = { brokers, tls, sasl };
    return new ConsumerSession({ kafka, instance, socketFactory, ports, open, onJoined });
  }

  private onEnd({ failure }: SessionEnd): void {
    if (failure === undefined) {
      this.status = 'recovering';
      return;
    }
    this.status = 'failed';
    this.failure = failure;
    this.firstJoin.promise.catch(() => undefined);
    this.firstJoin.reject(failure);
    this.options.onFatal(failure);
  }

  private opener(): (topic: string, partition: number) => PartitionHandler | RecordStage {
    const { stage, role, config, tracer } = this.options;
    if (stage instanceof RecordStage) return () => stage;
    if (stage instanceof PartitionStage) return (topic, partition) => insisting(stage.open(topic, partition));
    const { handlerDeadlineMs, writeDeadlineMs } = config;
    const produces = stage instanceof EmittingStage ? undefined : producedBy(role);
    const deadlines = { handlerDeadlineMs, writeDeadlineMs, graceMs };
    const settings = { role: role.role, produces, outputBytesMax, sliceMs, tracer, ...deadlines };
    return () => new StagePartitionHandler(stage, settings);
  }
}
