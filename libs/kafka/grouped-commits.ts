import type { EachBatchPayload } from 'kafkajs';

import { lostAssignment } from './with-deadline.js';

export interface OffsetCommit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Aborted when the partition is somebody else's. */
  readonly signal: AbortSignal;
  /** As it was handed out with the last batch. */
  readonly via: EachBatchPayload['commitOffsetsIfNecessary'];
}

interface Owed extends OffsetCommit {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits of all partitions of a consumer. One goes out at once; those that come while it is under way go together: a
 * request costs the broker much, and an offset in it little.
 */
export class GroupedCommits {
  private owed: Owed[] = [];
  private sending: Promise<void> | undefined;

  /**
   * Resolves when the broker has taken it.
   * @throws TransientFailure `assignment-lost`; else what the request throws that it was sent in.
   */
  commit(one: OffsetCommit): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.owed.push({ ...one, resolve, reject });
    this.sending ??= this.sendOwed();
    return promise;
  }

  private async sendOwed(): Promise<void> {
    // Those of the same tick get into the first request together.
    await Promise.resolve();
    while (this.owed.length > 0) await send(this.owed.splice(0));
    // In the same tick as the last look: one that comes now must find that nobody sends any more.
    this.sending = undefined;
  }
}

async function send(owed: readonly Owed[]): Promise<void> {
  const group = owed.filter(({ signal }) => !signal.aborted);
  for (const { signal, reject } of owed) if (signal.aborted) reject(lostAssignment());
  const last = group.at(-1);
  if (last === undefined) return;
  try {
    const topics = Map.groupBy(group, ({ topic }) => topic);
    await last.via({ topics: [...topics].map(([topic, all]) => ({ topic, partitions: all.map(placeOf) })) });
    for (const { resolve } of group) resolve();
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}

function placeOf({ partition, offset }: OffsetCommit): { partition: number; offset: string } {
  return { partition, offset: String(offset) };
}
