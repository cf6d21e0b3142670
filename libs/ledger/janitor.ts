import type { DocumentRef, IngestionConcluded } from '#events';
import { EmittingStage, type EventStageContext, type StageContext } from '#kafka';

/** Where the bytes of sources wait, as the janitor needs it. */
export abstract class StagedBytes {
  /** Removes the bytes; those that are gone already are no error. */
  abstract remove(ref: string): Promise<void>;
  abstract list(): AsyncIterable<{ readonly ref: string; readonly stagedAtMs: number }>;
}

/** Who still needs bytes of what came to no good end. */
export abstract class NeededBytes {
  /** @returns those of the references whose bytes a replay, or an ingestion under way, may read. */
  abstract among(refs: readonly string[]): Promise<readonly string[]>;
}

/** Documents that came out of others, such as attachments of mails. */
export abstract class Orphans {
  /** Retracts what nothing holds any more, now that this document came to an end; does nothing the second time. */
  abstract retract(concluded: DocumentRef, context: StageContext): Promise<void>;
}

/** Submissions of what came out of documents, which wait until those are live. */
export abstract class HeldChildren {
  /**
   * Submits those of a version that is live now and forgets those of one that is not; nothing is left to do twice.
   * @returns where the bytes of the forgotten ones wait.
   */
  abstract settle(concluded: DocumentRef, context: StageContext): Promise<readonly string[]>;
}

/** Ends after which nobody needs the bytes again; those of a failure are kept for a person to look at. */
const finalStatuses = new Set(['live', 'unchanged', 'superseded', 'retracted']);
/** References asked about in one go. */
const askedAtOnce = 500;

/**
 * Clears up after an end. Cleans staging: at once when an ingestion came to a good end, by age otherwise, and never of
 * what a dead letter is replayed from. Has what came out of a document come when that is live, and go when it is gone.
 * It emits nothing itself: what is submitted and retracted is said by the outbox.
 */
export class JanitorStage extends EmittingStage<'IngestionConcluded'> {
  /** Given up, what came out of a document that is live would never come. */
  override readonly patient = true;

  constructor(
    private readonly staged: StagedBytes,
    private readonly needed: NeededBytes,
    private readonly children: HeldChildren,
    private readonly orphans: Orphans,
    private readonly stagingTtlMs: number,
  ) {
    super();
  }

  override async handle(concluded: IngestionConcluded, context: EventStageContext): Promise<never[]> {
    const { namespace, documentId, status, stagingRef } = concluded;
    const forgotten = await this.children.settle({ namespace, documentId }, context);
    for (const ref of forgotten) await this.staged.remove(ref);
    await this.orphans.retract({ namespace, documentId }, context);
    if (stagingRef !== null && finalStatuses.has(status)) await this.staged.remove(stagingRef);
    return [];
  }

  /** Removes what is older than the time to live and nobody needs, whoever left it, and returns how many that were. */
  async sweep(nowMs: number): Promise<number> {
    let removed = 0;
    const aged: string[] = [];
    for await (const { ref, stagedAtMs } of this.staged.list()) {
      if (nowMs - stagedAtMs <= this.stagingTtlMs) continue;
      aged.push(ref);
      if (aged.length === askedAtOnce) removed += await this.removeUnneeded(aged.splice(0));
    }
    return removed + (await this.removeUnneeded(aged));
  }

  private async removeUnneeded(refs: readonly string[]): Promise<number> {
    if (refs.length === 0) return 0;
    const needed = new Set(await this.needed.among([...new Set(refs.map(bytesOf))]));
    const unneeded = refs.filter((ref) => !needed.has(bytesOf(ref)));
    for (const ref of unneeded) await this.staged.remove(ref);
    return unneeded.length;
  }
}

/** Notes on bytes lie beside them under the same reference, after a dot. */
function bytesOf(ref: string): string {
  return ref.split('.', 1)[0] ?? ref;
}
