import { PermanentFailure, type PenstockFailure } from '#failure';
import type { Emission } from '#events';
import { loggedFailure } from '#telemetry';

import { groupByCause, type Cause } from './cause-of.js';
import { compensationOfRecord } from './compensation.js';
import type { PartitionResult, ReceivedEvent } from './contract.js';
import { deadLetter } from './dead-letter.js';
import { textHeaders, type KafkaRecord, type RawRecord } from './kafka-record.js';
import { documentOfEvent, documentOfRecord, loggedDocuments } from './logged-documents.js';
import { publishLetters } from './publish-letters.js';
import type { Triaged } from './triage-record.js';
import { groupOf, type WorkerPorts } from './worker-ports.js';

/** A record that is given up, and why. */
export interface GivenUp {
  readonly record: KafkaRecord;
  /** What it says, if that could be read. */
  readonly event?: ReceivedEvent;
  readonly failure: PenstockFailure;
  readonly attempts?: number;
}

type EventRecord = Extract<Triaged, { kind: 'event' }>;

/** Publishes what a handler made of these events, dead letters included, and resolves when all is acknowledged. */
export async function publishResult(
  ports: WorkerPorts,
  signal: AbortSignal,
  result: PartitionResult,
  items: readonly EventRecord[],
  attempts: number,
): Promise<void> {
  const { publisher, metrics, role } = ports;
  const givenUp = (result.deadLetters ?? []).flatMap(({ offset, failure }) =>
    items.flatMap(({ record, event }) => (record.offset === offset ? [{ record, event, failure, attempts }] : [])),
  );
  const groups = groupByCause(
    result.emissions,
    items.map(({ event }) => event),
  );
  const sends = groups.map(({ emissions, cause }) => publisher.publish(emissions, cause, signal));
  const letters = givenUp.map((item) => letterOf(ports, item));
  if (letters.length > 0) sends.push(publishLetters(publisher, letters, signal));
  await allOf(sends);
  count(ports, givenUp);
  const handled = items.length - givenUp.length;
  if (items[0] !== undefined)
    metrics.events.inc({ role: role.role, topic: items[0].record.topic, outcome: 'done' }, handled);
}

/**
 * Sends records to the dead letters and asks to undo the ingestions they belonged to: those given, or else the one that
 * key and headers of each record name.
 */
export async function buryRecords(
  ports: WorkerPorts,
  signal: AbortSignal,
  givenUp: readonly GivenUp[],
  undo?: readonly (Emission | undefined)[],
): Promise<void> {
  if (givenUp.length === 0) return;
  const { publisher, role, nowMs } = ports;
  const compensations =
    undo ??
    givenUp.map(({ record, failure }) => compensationOfRecord(record, { role: role.role, failure, nowMs: nowMs() }));
  const letters = givenUp.map((item) => letterOf(ports, item));
  const sends = [publishLetters(publisher, letters, signal)];
  compensations.forEach((emission, index) => {
    if (emission !== undefined) sends.push(publisher.publish([emission], traceOf(givenUp[index]), signal));
  });
  await allOf(sends);
  count(ports, givenUp);
}

/** Asking to undo is part of what the record was part of. */
function traceOf(givenUp: GivenUp | undefined): Cause {
  const { traceparent } = textHeaders(givenUp?.record.headers ?? {});
  return traceparent === undefined ? {} : { traceparent };
}

function letterOf({ role, nowMs }: WorkerPorts, { record, failure, attempts }: GivenUp): RawRecord {
  const context = { group: groupOf(role.role), stage: role.role, attempts: attempts ?? 1, failedAtMs: nowMs() };
  return deadLetter(record, failure, context);
}

function count({ metrics, role, log }: WorkerPorts, givenUp: readonly GivenUp[]): void {
  for (const { record, event, failure } of givenUp) {
    const { topic, partition } = record;
    metrics.events.inc({ role: role.role, topic, outcome: 'dead_letter' });
    const documents = [event === undefined ? documentOfRecord(record) : documentOfEvent(event)];
    const at = { role: role.role, topic, partition, offset: String(record.offset) };
    const line = { ...at, ...loggedDocuments(documents, failure), ...loggedFailure(failure), failure: failure.name };
    log.warn(line, 'record went to the dead letters');
  }
}

/** Waits for all, then fails as the worst did: a permanent refusal says more than that the publisher was closed. */
async function allOf(sends: readonly Promise<void>[]): Promise<void> {
  const rejected = (await Promise.allSettled(sends)).filter((result) => result.status === 'rejected');
  const worst = rejected.find(({ reason }) => reason instanceof PermanentFailure) ?? rejected[0];
  if (worst !== undefined) throw worst.reason;
}

/** State that has moved on can't take back what it made. */
export function unpublishable(failure: PenstockFailure): PermanentFailure {
  return new PermanentFailure(`a handler with state made an event that can't be published: ${failure.message}`, {
    reason: failure.reason,
    cause: failure,
  });
}
