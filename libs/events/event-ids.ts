import { parse, v5 } from 'uuid';

import type { EventName, EventPayloads } from './generated/events.js';

/** Root of every UUIDv5 Penstock makes; never change it, or identifiers of stored data change with it. */
const penstockNamespace = parse('6f0d2c5e-2b1f-5c1a-9a57-8f2d9d1f4c3e');

/** UUIDv5 of what it stands for; the parts are length-prefixed so that no two lists of parts collide. */
export function deterministicId(kind: string, ...parts: readonly (string | number)[]): string {
  return uuidOf([kind, ...parts].map((part) => `${String(part).length}:${part}`).join('|'));
}

/**
 * A document takes a hundred of these. Bytes spare the package its own way to them, which takes longer than the hash.
 * @throws URIError for half a surrogate pair, as the package does: it would count as the mark that stands for any.
 */
function uuidOf(name: string): string {
  if (!name.isWellFormed()) throw new URIError('an identifier can not be derived from a part of a character');
  return v5(Buffer.from(name), penstockNamespace);
}

export function chunkId(ingestionId: string, seq: number): string {
  return deterministicId('chunk', ingestionId, seq);
}

/** Point of the document as a whole in the documents collection. */
export function documentPointId(ingestionId: string): string {
  return deterministicId('document-point', ingestionId);
}

export function entityUuid(namespace: string, type: string, name: string): string {
  return deterministicId('entity', namespace, type, name);
}

export function factUuid(namespace: string, source: string, relation: string, target: string, fact: string): string {
  return deterministicId('fact', namespace, source, relation, target, fact);
}

/** What tells two events of one type and one ingestion apart. */
function discriminator<N extends EventName>(type: N, payload: EventPayloads[N]): string | number {
  if ('part' in payload) return payload.part;
  if ('store' in payload) return payload.store;
  if ('requestedBy' in payload) return payload.requestedBy;
  return '';
}

/** The `ce_id` of an event: the same event made twice has the same id, so duplicates fold away. */
export function eventId<N extends EventName>(type: N, payload: EventPayloads[N]): string {
  const submittedAt = 'submittedAt' in payload ? payload.submittedAt : '';
  const subject = payload.ingestionId ?? `${payload.namespace}/${payload.documentId}/${submittedAt}`;
  return deterministicId('event', type, subject, discriminator(type, payload));
}

/**
 * A UUIDv7 that depends on nothing but its inputs: 48 bits of time, the rest from a UUIDv5 of the seed.
 * It names an ingestion whose submission carried no id, so that a redelivered submission gets the same one.
 * Layout: RFC 9562, section 5.7.
 */
export function derivedUuidV7(timestampMs: number, seed: string): string {
  const hex = uuidOf(seed).replaceAll('-', '');
  const time = Math.max(0, Math.trunc(timestampMs)).toString(16).padStart(12, '0').slice(-12);
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  return [
    time.slice(0, 8),
    time.slice(8),
    `7${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}
