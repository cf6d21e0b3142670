import type { Consumer, EachBatchPayload, ISocketFactory, Kafka } from 'kafkajs';

import { classify, PermanentFailure, type PenstockFailure } from '#failure';

import { boundedWait } from './abortable-wait.js';
import type { PartitionHandler, RecordStage } from './contract.js';
import { boundsProblem } from './fetch-position.js';
import { commitFirstPlaces, firstPlaces } from './first-places.js';
import { byTopic, joinBounds, partitionKey, type Assignment } from './join-bounds.js';
import { kafkaClient, type KafkaConnection } from './kafka-client.js';
import { makeConsumer } from './make-consumer.js';
import { listenToSession, type SessionEnd } from './session-events.js';
import { OwnedPartition } from './owned-partition.js';
import { partitionOwner } from './partition-owner.js';
import { groupOf, topicsOf, type WorkerPorts } from './worker-ports.js';

export interface SessionOptions {
  readonly kafka: KafkaConnection;
  readonly instance: string;
  readonly socketFactory?: ISocketFactory | undefined;
  readonly ports: WorkerPorts;
  readonly open: (topic: string, partition: number) => PartitionHandler | RecordStage;
  /** Called each time partitions were assigned and checked. */
  readonly onJoined: () => void;
}

const closeMs = 10_000;
const stalledSessions = 3;
/** kafkajs would read on from the earliest or latest offset; this line is all it says before it does. */
const outOfRangeLine = 'Offset out of range, resetting to default offset';

/** The life of one kafkajs consumer, from its creation until it crashes, stalls or is closed. Never used again. */
export class ConsumerSession {
  lastActivityMs: number;
  private lastHeartbeatMs: number;
  private readonly end = Promise.withResolvers<SessionEnd>();
  private readonly over = new AbortController();
  private epoch = new AbortController();
  private owned = new Map<string, OwnedPartition>();
  private kafka: Kafka | undefined;
  private consumer: Consumer | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: SessionOptions) {
    this.lastActivityMs = options.ports.nowMs();
    this.lastHeartbeatMs = this.lastActivityMs;
  }

  /** Resolves when the session can't go on. */
  get ended(): Promise<SessionEnd> {
    return this.end.promise;
  }

  /**
   * Whether it shows no sign of life. Without a heartbeat for the session timeout the broker has given its partitions
   * away, even if nobody could tell it; while it has none, other members may keep it waiting for longer.
   */
  get stalled(): boolean {
    const { nowMs, config } = this.options.ports;
    if (this.owned.size > 0) return nowMs() - this.lastHeartbeatMs > config.sessionTimeoutMs;
    return nowMs() - this.lastActivityMs > config.sessionTimeoutMs * stalledSessions;
  }

  get partitions(): { topic: string; partition: number }[] {
    return [...this.owned.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  /** Starts in the background; what goes wrong ends the session. */
  start(): void {
    this.running = this.run().catch((error: unknown) => this.finishWith({ cause: 'connect', error: classify(error) }));
  }

  /** Fetches no more and waits, up to a bound, for the batches in hand to be published and committed. */
  async drain(boundMs: number): Promise<void> {
    const partitions = [...this.owned.values()];
    for (const { topic, partition } of partitions) this.consumer?.pause([{ topic, partitions: [partition] }]);
    await boundedWait(Promise.all(partitions.map((partition) => partition.finish())), boundMs);
  }

  /** Gives the partitions up and leaves the group. kafkajs must not be stopped while it joins: it would start later. */
  async close(): Promise<void> {
    this.over.abort();
    this.lose();
    await boundedWait(this.running, this.options.ports.config.sessionTimeoutMs);
    await boundedWait(this.consumer?.disconnect() ?? Promise.resolve(), closeMs);
  }

  private async run(): Promise<void> {
    const { kafka, instance, ports, socketFactory } = this.options;
    const clientId = `${groupOf(ports.role.role)}.${instance}`;
    const onLogLine = (line: string, details: Readonly<Record<string, unknown>>): void => this.guard(line, details);
    this.kafka = kafkaClient({ ...kafka, clientId, log: ports.log, socketFactory, onLogLine });
    const consumer = makeConsumer(this.kafka, ports);
    this.consumer = consumer;
    this.listen(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: topicsOf(ports.role), fromBeginning: true });
    const eachBatch = (payload: EachBatchPayload): Promise<void> => Promise.resolve(this.eachBatch(payload));
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
  }

  private listen(consumer: Consumer): void {
    listenToSession(consumer, {
      alive: () => (this.lastActivityMs = this.options.ports.nowMs()),
      heard: () => (this.lastHeartbeatMs = this.options.ports.nowMs()),
      joined: (assignment) => this.joined(assignment),
      rebalancing: () => this.lose(),
      ended: (cause, error) => this.finishWith({ cause, error }),
      passedOver: (key, first, last) => this.owned.get(key)?.passOver(first, last),
    });
  }

  /** Nothing may escape into kafkajs: it would take our error for its own and crash. */
  private eachBatch(payload: EachBatchPayload): void {
    const { topic, partition } = payload.batch;
    try {
      this.owned.get(partitionKey(topic, partition))?.take(payload);
    } catch (error) {
      this.finishWith({ cause: 'batch', error: classify(error) });
    }
  }

  /** Runs inside kafkajs before it fetches anything: fetching waits, paused, until the offsets are checked. */
  private joined(assignment: Assignment): void {
    this.lose();
    if (this.over.signal.aborted) {
      void boundedWait(this.consumer?.disconnect() ?? Promise.resolve(), closeMs);
      return;
    }
    this.epoch = new AbortController();
    this.consumer?.pause(byTopic(assignment));
    this.adopt(assignment, this.epoch.signal).catch((error: unknown) => {
      this.finishWith({ cause: 'adopt', error: classify(error) });
    });
  }

  private async adopt(assignment: Assignment, signal: AbortSignal): Promise<void> {
    const { kafka, consumer } = this;
    if (kafka === undefined || consumer === undefined) return;
    const bounds = await joinBounds(kafka, this.options.ports, assignment, signal);
    if (bounds === undefined || signal.aborted) return;
    const restart = (cause: string): void => this.finishWith({ cause });
    const fatal = (failure: PenstockFailure): void => this.fail(failure);
    const owner = partitionOwner(consumer, kafka, this.options, { restart, fatal });
    for (const { topic, partitions } of byTopic(assignment)) {
      for (const partition of partitions) {
        const known = bounds.get(partitionKey(topic, partition)) ?? { committed: -1n, low: 0n, high: 0n };
        const problem = boundsProblem(known);
        if (problem !== undefined) {
          this.gap(topic, partition, problem);
          return;
        }
        this.owned.set(partitionKey(topic, partition), new OwnedPartition(topic, partition, owner, known));
      }
    }
    await commitFirstPlaces(consumer, firstPlaces(assignment, bounds), this.options.ports);
    if (signal.aborted) return;
    for (const partition of this.owned.values()) partition.reportLag();
    consumer.resume(byTopic(assignment));
    this.options.onJoined();
  }

  /** Throws out of kafkajs's own log call, so that it can't overwrite the committed offset, which is the evidence. */
  private guard(line: string, { topic, partition }: Readonly<Record<string, unknown>>): void {
    if (line !== outOfRangeLine) return;
    throw this.gap(String(topic), Number(partition), 'the broker no longer has the offset to be read next');
  }

  private gap(topic: string, partition: number, problem: string): PermanentFailure {
    const { metrics, log, role } = this.options.ports;
    const failure = new PermanentFailure(`${topic}/${partition}: ${problem}`, { reason: 'offset-gap' });
    if (this.over.signal.aborted) return failure;
    metrics.offsetGaps.inc({ role: role.role, topic });
    log.error({ role: role.role, topic, partition, reason: failure.reason }, `records would be skipped: ${problem}`);
    this.fail(failure);
    return failure;
  }

  private fail(failure: PenstockFailure): void {
    this.over.abort();
    this.lose();
    this.end.resolve({ cause: failure.reason, failure });
  }

  private finishWith({ cause, error }: { cause: string; error?: Error | undefined }): void {
    if (this.over.signal.aborted) return;
    this.over.abort();
    this.lose();
    const { log, role } = this.options.ports;
    log.warn({ role: role.role, cause, error: error?.message }, 'consumer ended');
    this.end.resolve({ cause });
  }

  /** Ends the work of the partitions held so far; their late results go nowhere. */
  private lose(): void {
    this.epoch.abort();
    for (const partition of this.owned.values()) partition.lose();
    this.owned.clear();
  }
}
