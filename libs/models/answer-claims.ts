/** For how long a claim holds that nobody renews, as when whoever claimed has died. */
export const claimLeaseMs = 10_000;

/** Says who asks a question that has no answer yet, over all processes: others wait instead of paying as well. */
export abstract class AnswerClaims {
  constructor(readonly leaseMs: number) {}

  /**
   * Claims what nobody else claims. It never waits for others, so no two can wait for each other.
   * @param ids of questions, see `answerId`.
   * @param owner a UUID of whoever asks.
   * @returns what is the owner's now. @throws TransientFailure if claims can't be kept.
   */
  abstract claim(ids: readonly string[], owner: string): Promise<ReadonlySet<string>>;

  /** Lets claims hold for longer; those that somebody else took over stay theirs. */
  abstract renew(ids: readonly string[], owner: string): Promise<void>;

  /** Ends claims; those that somebody else took over stay theirs. */
  abstract release(ids: readonly string[], owner: string): Promise<void>;
}
