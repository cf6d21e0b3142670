import { createHash } from 'node:crypto';

import { deterministicId, documentRefProblem, eventId, isUuid, parseDocumentKey, topics, type Emission } from '#events';
import type { DocumentRef } from '#events';
import { textHeaders, type KafkaRecord } from '#kafka';
import { ingestionIdOf } from '#pipeline/stager';

/** Header by which a replayed record names the letter it came from. */
export const replayOfHeader = 'deadletter.replay-of';

/** A header as it was: its name and the base64 of its value. */
export type HeaderPair = readonly [name: string, value: string];

/** A dead letter: the original record, and why, where and when it was given up. */
export interface Letter {
  /**
   * UUIDv5 of the place of the original, of who gave it up and of what it holds: the same letter read twice is one, and
   * one that somebody wrote with the place of another does not hide that one.
   */
  readonly id: string;
  readonly namespace: string | null;
  readonly documentId: string | null;
  readonly ingestionId: string | null;
  /** Name of the event, if the value could be decoded. */
  readonly event: string | null;
  /** Role that gave it up. */
  readonly stage: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly HeaderPair[];
  readonly failureType: string;
  readonly reason: string;
  readonly message: string;
  readonly attempts: number;
  readonly failedAtMs: number;
  /** Bytes the value had, if the broker would not take the letter whole and the rest was cut off. */
  readonly truncatedFromBytes: number | null;
  /** Letter whose replay this is. */
  readonly replayOf: string | null;
}

const ownPrefix = 'deadletter.';

/**
 * Reads a record of the dead-letter topic. It never fails: a record without our headers, written by somebody else, is
 * a letter from the place where it lies.
 * @param decoded what the value says, if anything.
 */
export function letterOf(record: KafkaRecord, decoded: Emission | undefined): Letter {
  const headers = textHeaders(record.headers);
  const told = (name: string, otherwise: string): string => storable(headers[`${ownPrefix}${name}`] ?? otherwise);
  const stage = told('stage', 'unknown');
  const place = {
    topic: told('topic', record.topic),
    partition: wholeNumber(told('partition', ''), record.partition),
    offset: /^\d{1,18}$/.test(told('offset', '')) ? told('offset', '') : String(record.offset),
  };
  const replayOf = headers[replayOfHeader] ?? '';
  const { namespace, documentId } = documentOf(record, decoded) ?? { namespace: null, documentId: null };
  return {
    id: deterministicId(
      ...(['dead-letter', place.topic, place.partition, place.offset] as const),
      ...[told('group', stage), digestOf(record.key), digestOf(record.value)],
    ),
    ...{ namespace, documentId, ingestionId: ingestionOf(headers, decoded) },
    ...{ event: decoded?.type ?? null, stage, ...place, key: record.key, value: record.value },
    headers: originalHeaders(record.headers),
    failureType: told('failure-type', 'unknown'),
    reason: told('failure-reason', 'unknown'),
    message: told('failure-message', ''),
    attempts: wholeNumber(told('attempts', ''), 1),
    failedAtMs: [Date.parse(told('failed-at', '')), record.timestampMs].find(isMoment) ?? 0,
    truncatedFromBytes: cutFrom(headers[`${ownPrefix}truncated`]),
    replayOf: isUuid(replayOf) ? replayOf : null,
  };
}

function documentOf({ key }: KafkaRecord, decoded: Emission | undefined): DocumentRef | undefined {
  if (decoded !== undefined && documentRefProblem(decoded.payload) === undefined) return decoded.payload;
  try {
    return parseDocumentKey(key?.toString() ?? '');
  } catch {
    return undefined;
  }
}

/** A submission that carried no id has the one the stager gave it. */
function ingestionOf(headers: Readonly<Record<string, string>>, decoded: Emission | undefined): string | null {
  const told = headers['ce_ingestionid'] ?? '';
  const id =
    decoded?.type === 'DocumentSubmitted'
      ? ingestionIdOf(decoded.payload, headers['ce_id'] ?? eventId(decoded.type, decoded.payload))
      : (decoded?.payload.ingestionId ?? told);
  return isUuid(id) ? id : null;
}

function originalHeaders(headers: KafkaRecord['headers']): HeaderPair[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (name.startsWith(ownPrefix) || value === undefined) return [];
    const values = Array.isArray(value) ? value : [value];
    return values.map((one): HeaderPair => [storable(name), Buffer.from(one).toString('base64')]);
  });
}

function digestOf(bytes: Buffer | null): string {
  return bytes === null ? '' : createHash('sha256').update(bytes).digest('hex');
}

const latestMs = Date.UTC(9999, 11, 31);

/** Whoever writes a record chooses its time; the database holds no year before 4713 BC, and JSON none after 9999. */
function isMoment(ms: number): boolean {
  return ms >= 0 && ms <= latestMs;
}

function wholeNumber(text: string, otherwise: number): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}

/** That the header is there says that something was cut, if only key or headers; 0 for a number that can't be. */
function cutFrom(told: string | undefined): number | null {
  return told === undefined ? null : wholeNumber(told, 0);
}

/** PostgreSQL keeps neither NUL nor lone surrogates. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

/** Whether a topic is one of Penstock's own, so that a record may be sent to it again. */
export function isEventTopic(name: string): boolean {
  return name !== topics.deadLetter.name && Object.values(topics).some((topic) => topic.name === name);
}
