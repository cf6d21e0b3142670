/** Knows which ingestions have come to their end; the bytes of those may have been removed. */
export abstract class Endings {
  /** False for one that nobody has heard of. @throws TransientFailure if it can't be asked. */
  abstract hasEnded(ingestionId: string): Promise<boolean>;
}
