import type { IngestionConcluded } from '#events';
import { StageHandler, type EventStageContext } from '#kafka';

/** Where the bytes of sources wait, as the janitor needs it. */
export abstract class StagedBytes {
  /** Removes the bytes; those that are gone already are no error. */
  abstract remove(ref: string): Promise<void>;
  abstract list(): AsyncIterable<{ readonly ref: string; readonly stagedAtMs: number }>;
}

/** Ends after which nobody needs the bytes again; those of a failure are kept for a person to look at. */
const finalStatuses = new Set(['live', 'unchanged', 'superseded', 'retracted']);

/** Cleans staging: at once when an ingestion came to a good end, by age otherwise. */
export class JanitorStage extends StageHandler<'IngestionConcluded', never> {
  constructor(
    private readonly staged: StagedBytes,
    private readonly stagingTtlMs: number,
  ) {
    super();
  }

  override async handle({ status, stagingRef }: IngestionConcluded, _context: EventStageContext): Promise<never[]> {
    if (stagingRef !== null && finalStatuses.has(status)) await this.staged.remove(stagingRef);
    return [];
  }

  /** Removes what is older than the time to live, whoever left it, and returns how many that were. */
  async sweep(nowMs: number): Promise<number> {
    let removed = 0;
    for await (const { ref, stagedAtMs } of this.staged.list()) {
      if (nowMs - stagedAtMs <= this.stagingTtlMs) continue;
      await this.staged.remove(ref);
      removed += 1;
    }
    return removed;
  }
}
