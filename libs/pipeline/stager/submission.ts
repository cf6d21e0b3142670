import { derivedUuidV7, documentRefProblem, isUuid, type DocumentSubmitted } from '#events';
import { PermanentFailure } from '#failure';

/** Every part repeats these, so they must be small beside a part. */
const metadataBytesMax = 32 * 1024;
const locationBytesMax = 4 * 1024;
const titleBytesMax = 4 * 1024;

function refuse(message: string, reason: string): never {
  throw new PermanentFailure(message, { reason });
}

/**
 * Refuses what can never become a document, with a reason a person can act on.
 * @throws PermanentFailure `bad-namespace`, `bad-document-id`, `bad-ingestion-id`, `bad-version` or `too-large`.
 */
export function checkSubmission(submitted: DocumentSubmitted): void {
  const problem = documentRefProblem(submitted);
  if (problem !== undefined) refuse(problem, problem.startsWith('namespace') ? 'bad-namespace' : 'bad-document-id');
  const { ingestionId, version, metadata, location, title } = submitted;
  if (ingestionId !== null && !isUuid(ingestionId)) {
    refuse('ingestionId must be a UUID in lower case', 'bad-ingestion-id');
  }
  if (version !== null && !(Number.isSafeInteger(version) && version > 0)) {
    refuse('version must be a whole number from 1', 'bad-version');
  }
  if (Buffer.byteLength(JSON.stringify(metadata)) > metadataBytesMax) refuse('metadata is over 32 KiB', 'too-large');
  if (Buffer.byteLength(location) > locationBytesMax) refuse('location is over 4 KiB', 'too-large');
  if (Buffer.byteLength(title ?? '') > titleBytesMax) refuse('title is over 4 KiB', 'too-large');
}

/** The id of an ingestion: the submission's own, or one that depends only on the event, so redelivery keeps it. */
export function ingestionIdOf(submitted: DocumentSubmitted, eventId: string): string {
  return submitted.ingestionId ?? derivedUuidV7(submitted.submittedAt, eventId);
}
