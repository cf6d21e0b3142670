import { emission, type DocumentEmbedded, type Emission } from '#events';
import type { PenstockFailure } from '#failure';
import type { DeadLetterNote, ReceivedEvent } from '#kafka';

/** Requests to undo what a store could not be made to take. */
export function compensations(
  parts: readonly DocumentEmbedded[],
  refused: ReadonlyMap<string, PenstockFailure>,
  requestedBy: string,
  requestedAt: number,
): Emission[] {
  const refs = new Map(
    parts.map(({ namespace, documentId, ingestionId, version }) => [
      ingestionId,
      { namespace, documentId, ingestionId, version },
    ]),
  );
  return [...refused].flatMap(([ingestionId, { reason, message }]) => {
    const ref = refs.get(ingestionId);
    return ref === undefined
      ? []
      : [emission('CompensationRequested', { ...ref, requestedBy, reason, message, requestedAt, confirmed: false })];
  });
}

/** What a store refused can be looked at and replayed: the first part of each ingestion in the batch stands for all. */
export function lettersOf(
  batch: readonly ReceivedEvent[],
  refused: ReadonlyMap<string, PenstockFailure>,
): DeadLetterNote[] {
  const letters = new Map<string, DeadLetterNote>();
  for (const { type, payload, offset } of batch) {
    const failure = type === 'DocumentEmbedded' ? refused.get(payload.ingestionId) : undefined;
    if (failure === undefined || letters.has(payload.ingestionId ?? '')) continue;
    letters.set(payload.ingestionId ?? '', { offset, failure });
  }
  return [...letters.values()];
}
