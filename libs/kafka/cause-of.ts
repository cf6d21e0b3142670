import { documentKey, type Emission } from '#events';

import type { ReceivedEvent } from './contract.js';
import { traceparentAfter } from './handled-by.js';

/** What an emission was caused by, as the publisher writes it into headers. */
export interface Cause {
  readonly id?: string;
  readonly traceparent?: string;
}

export interface EmissionGroup {
  readonly cause: Cause;
  readonly emissions: readonly Emission[];
}

/**
 * Finds the event of the batch that an emission follows from: the last one of the same ingestion, or else of the same
 * document. Neighbours with one cause stay together, and the order of the emissions is kept.
 */
export function groupByCause(emissions: readonly Emission[], batch: readonly ReceivedEvent[]): EmissionGroup[] {
  const causes = new Map<string, ReceivedEvent>();
  for (const event of batch) {
    causes.set(event.key, event);
    if (event.payload.ingestionId !== null) causes.set(event.payload.ingestionId, event);
  }
  const groups: { event: ReceivedEvent | undefined; emissions: Emission[] }[] = [];
  for (const emitted of emissions) {
    const event = causes.get(emitted.payload.ingestionId ?? '') ?? causes.get(documentKey(emitted.payload));
    const last = groups.at(-1);
    if (last !== undefined && last.event === event) last.emissions.push(emitted);
    else groups.push({ event, emissions: [emitted] });
  }
  return groups.map(({ event, emissions: grouped }) => ({ cause: causeFrom(event), emissions: grouped }));
}

function causeFrom(event: ReceivedEvent | undefined): Cause {
  if (event === undefined) return {};
  const traceparent = traceparentAfter(event);
  return { id: event.id, ...(traceparent === undefined ? {} : { traceparent }) };
}
