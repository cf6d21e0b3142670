import type { ReadDocument, ReadRequest } from './read-document.js';

/** Reads documents that nobody can vouch for, whatever they are and however small. */
export abstract class DocumentReader {
  /** @throws PermanentFailure with the reason; TransientFailure if the work was called off. */
  abstract read(request: ReadRequest, signal: AbortSignal): Promise<ReadDocument>;
}
