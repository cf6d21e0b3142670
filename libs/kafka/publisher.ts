import kafkajs, { type CompressionTypes, type Producer } from 'kafkajs';

import { topics, type Emission, type EventCodec } from '#events';
import { classify, TransientFailure } from '#failure';
import type { Metrics, Tracer } from '#telemetry';

import { abortableWait, boundedWait } from './abortable-wait.js';
import type { Cause } from './cause-of.js';
import { encodedRuns } from './encoded-runs.js';
import { jitter } from './jitter.js';
import type { RawRecord } from './kafka-record.js';
import { refusedByBroker, tooLarge } from './kafka-errors.js';
import { makeProducer, type ProducerOptions } from './make-producer.js';
import { OutageLog } from './outage-log.js';
import { RecordPublisher } from './record-publisher.js';
import { backoffMs, defaultRetryPolicy } from './retry-policy.js';
import { traceSend } from './send-spans.js';
import {
  closed,
  countTogether,
  groupByTopic,
  live,
  pendingSend,
  splitByBytes,
  wanted,
  type PendingSend,
} from './send-queue.js';

export interface KafkaPublisherOptions extends ProducerOptions {
  readonly codec: Pick<EventCodec, 'encode' | 'dataSchema'>;
  readonly metrics: Metrics;
  readonly tracer?: Tracer | undefined;
  readonly nowMs: () => number;
}

/** Under the broker's default of 1 MiB for a batch of records, with room for its own framing. */
const requestBytesMax = 900_000;
const closeMs = 5000;
/** After so many failures in a row the producer itself is suspected and made anew. */
const failuresBeforeRenewal = 3;

/**
 * One kafkajs producer with one awaited request at a time: neither retries nor concurrent callers can reorder records.
 * What is published while a request is under way goes together into the next. A request that fails, or whose answer
 * is lost, is sent again with the same records until it is acknowledged, so a record may stand in the log twice. While
 * no broker answers, a call ends only by its signal or when the publisher is closed.
 */
export class KafkaPublisher extends RecordPublisher {
  private producer: Producer | undefined;
  private readonly waiting: PendingSend[] = [];
  private sending: Promise<void> | undefined;
  private inHand: readonly PendingSend[] = [];
  private pause = new AbortController();
  private readonly closing = new AbortController();
  private readonly outage: OutageLog;

  constructor(private readonly options: KafkaPublisherOptions) {
    super();
    this.outage = new OutageLog(options.log, options.nowMs);
  }

  /** @throws TransientFailure if no broker can be reached. */
  async start(): Promise<void> {
    this.producer = makeProducer(this.options);
    await this.producer.connect().catch((error: unknown) => Promise.reject(classify(error)));
  }

  /** Sends what waits, as far as that is possible in a few seconds, and closes; later publishing fails. */
  async close(): Promise<void> {
    const owed = [...this.inHand, ...this.waiting].some(live);
    if (owed) await boundedWait(this.sending ?? Promise.resolve(), closeMs);
    this.closing.abort();
    for (const pending of [...this.inHand, ...this.waiting.splice(0)]) pending.reject(closed());
    await boundedWait(this.producer?.disconnect() ?? Promise.resolve(), closeMs);
  }

  /**
   * @throws PoisonMessage if a payload does not fit its schema; PermanentFailure `message-too-large` if the broker
   *   refuses one of the records; TransientFailure if the publisher was closed or the signal aborted before.
   */
  async publish(emissions: readonly Emission[], cause: Cause = {}, signal?: AbortSignal): Promise<void> {
    const { role, nowMs, codec } = this.options;
    const context = { role, timeMs: nowMs(), causationId: cause.id, traceparent: cause.traceparent };
    for (const run of encodedRuns(emissions, codec, context)) await this.publishRaw(run, signal);
  }

  async publishRaw(records: readonly RawRecord[], signal?: AbortSignal): Promise<void> {
    await traceSend(this.options, records, (sent) => this.publishRuns(sent, signal));
  }

  private async publishRuns(records: readonly RawRecord[], signal: AbortSignal | undefined): Promise<void> {
    if (this.closing.signal.aborted) throw closed();
    const refusedKeys = new Set<string>();
    const sends = splitByBytes(records, requestBytesMax).map((run) => this.enqueue(run, signal, refusedKeys));
    this.sending ??= this.sendWaiting();
    const refused = (await Promise.allSettled(sends)).find((result) => result.status === 'rejected');
    if (refused !== undefined) throw classify(refused.reason);
  }

  private enqueue(...given: Parameters<typeof pendingSend>): Promise<void> {
    const { pending, done } = pendingSend(...given);
    // A backoff for records that nobody wants any more ends.
    done.catch(() => this.pause.abort());
    this.waiting.push(pending);
    return done;
  }

  private async sendWaiting(): Promise<void> {
    // Callers of the same tick get into the first request together.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      this.inHand = this.waiting.splice(0, countTogether(this.waiting, requestBytesMax));
      await this.deliver(this.inHand);
    }
    this.inHand = [];
    // In the same tick as the last look: a caller that comes now must find that nobody sends any more.
    this.sending = undefined;
  }

  private async deliver(group: readonly PendingSend[]): Promise<void> {
    try {
      await this.sendUntilAcknowledged(() => group.flatMap(wanted));
      for (const pending of group) if (live(pending)) pending.resolve();
    } catch (error) {
      if (classify(error).kind === 'transient') for (const { reject } of group) reject(classify(error));
      else for (const pending of group) await this.deliverSingly(pending);
    }
  }

  /** Finds the record at fault in a group the broker refused; all others but those behind it get through, in order. */
  private async deliverSingly(pending: PendingSend): Promise<void> {
    let refused: Error | undefined;
    for (const record of pending.records) {
      try {
        await this.sendUntilAcknowledged(() => wanted({ ...pending, records: [record] }));
      } catch (error) {
        refused = classify(error);
        pending.refusedKeys.add(String(record.key));
      }
    }
    if (refused === undefined) pending.resolve();
    else pending.reject(refused);
  }

  private async sendUntilAcknowledged(records: () => readonly RawRecord[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const toSend = records();
      if (toSend.length === 0) return;
      if (this.closing.signal.aborted) throw closed();
      try {
        const { role } = this.options;
        await this.outage.watch(this.send(toSend), { role }, 'publishing gets no answer');
        this.outage.recovered({ role }, 'publishing works again');
        return;
      } catch (error) {
        if (refusedByBroker(error)) throw tooLarge(toSend, error);
        const line = { role: this.options.role, attempt, error: classify(error).message };
        this.outage.failed(line, 'publishing failed and is tried again');
        this.pause = new AbortController();
        const over = AbortSignal.any([this.closing.signal, this.pause.signal]);
        await abortableWait(backoffMs(defaultRetryPolicy, attempt, jitter()), over);
        if (records().length === 0 || this.closing.signal.aborted) continue;
        if (attempt % failuresBeforeRenewal === failuresBeforeRenewal - 1) await this.renewProducer();
      }
    }
  }

  private async send(records: readonly RawRecord[]): Promise<void> {
    if (this.producer === undefined) throw new TransientFailure('publisher is not started', { reason: 'not-started' });
    const groups = [...groupByTopic(records)];
    // Dead letters may be records that were compressed and inflated; the others are small, and latency counts.
    const letters = groups.filter(([topic]) => topic === topics.deadLetter.name);
    const others = groups.filter(([topic]) => topic !== topics.deadLetter.name);
    await this.sendGroups(others, kafkajs.CompressionTypes.None);
    await this.sendGroups(letters, kafkajs.CompressionTypes.GZIP);
  }

  private async sendGroups(groups: readonly [string, RawRecord[]][], compression: CompressionTypes): Promise<void> {
    if (groups.length === 0) return;
    const topicMessages = groups.map(([topic, group]) => ({
      topic,
      messages: group.map(({ key, value, headers }) => ({ key, value, headers })),
    }));
    await this.producer?.sendBatch({ acks: -1, topicMessages, compression });
    for (const [topic, { length }] of groups)
      this.options.metrics.published.inc({ role: this.options.role, topic }, length);
  }

  private async renewProducer(): Promise<void> {
    await boundedWait(this.producer?.disconnect() ?? Promise.resolve(), closeMs);
    this.producer = makeProducer(this.options);
    await this.producer.connect().catch((error: unknown) => {
      this.outage.failed({ role: this.options.role, error: classify(error).message }, 'no broker can be reached');
    });
  }
}
