import { AnswerClaims, claimLeaseMs } from './answer-claims.js';

interface HeldClaim {
  readonly owner: string;
  readonly untilMs: number;
}

/** Claims of one process: for tests. Same contract as the table. */
export class MemoryAnswerClaims extends AnswerClaims {
  /** @param held by all that share it. */
  constructor(
    leaseMs = claimLeaseMs,
    private readonly held = new Map<string, HeldClaim>(),
  ) {
    super(leaseMs);
  }

  override async claim(ids: readonly string[], owner: string): Promise<ReadonlySet<string>> {
    const free = ids.filter((id) => (this.held.get(id)?.untilMs ?? 0) <= Date.now());
    for (const id of free) this.hold(id, owner);
    return new Set(free);
  }

  override async renew(ids: readonly string[], owner: string): Promise<void> {
    for (const id of this.owned(ids, owner)) this.hold(id, owner);
  }

  override async release(ids: readonly string[], owner: string): Promise<void> {
    for (const id of this.owned(ids, owner)) this.held.delete(id);
  }

  private hold(id: string, owner: string): void {
    this.held.set(id, { owner, untilMs: Date.now() + this.leaseMs });
  }

  private owned(ids: readonly string[], owner: string): string[] {
    return ids.filter((id) => this.held.get(id)?.owner === owner);
  }
}
