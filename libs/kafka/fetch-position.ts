/** Where the reading of one assigned partition stands. */
export interface FetchPosition {
  /** Offset the next fetch must ask for; absent until something was fetched and nothing had been committed. */
  readonly next: bigint | undefined;
  /** Offset from which a restart would read. */
  readonly committed: bigint | undefined;
}

/**
 * What a fetch means: `append` continues, `duplicate` repeats what is already queued (another broker answered late),
 * `rewind` starts again at or before the committed offset, `gap` skips records that nobody saw.
 */
export type FetchVerdict = 'append' | 'duplicate' | 'rewind' | 'gap';

/**
 * Judges a fetch by the offset that was asked for, not by its first record: transaction markers leave holes between
 * records, but the broker answers a request below its log start with an error, so only the asked-for offset can jump.
 */
export function judgeFetch({ next, committed }: FetchPosition, asked: bigint): FetchVerdict {
  if (next === undefined || asked === next) return 'append';
  if (asked > next) return 'gap';
  return committed === undefined || asked <= committed ? 'rewind' : 'duplicate';
}

/** What the broker knows of a partition when it is assigned. Offsets below 0 mean that nothing was committed. */
export interface PartitionBounds {
  readonly committed: bigint;
  readonly low: bigint;
  readonly high: bigint;
}

/** Why reading can't go on from the committed offset without skipping, or nothing. */
export function boundsProblem({ committed, low, high }: PartitionBounds): string | undefined {
  if (committed < 0n) return undefined;
  if (committed < low) return `retention removed offsets ${committed} to ${low - 1n} before they were handled`;
  if (committed > high) return `the log ends at ${high}, before the committed offset ${committed}`;
  return undefined;
}

/** Where reading starts after assignment. */
export function startPosition({ committed }: PartitionBounds): FetchPosition {
  const known = committed < 0n ? undefined : committed;
  return { next: known, committed: known };
}

/**
 * Offset to commit after a batch: not past what the handler still needs, and never backwards.
 * @returns nothing if there is nothing new to commit.
 */
export function commitOffset(
  end: bigint,
  lowWater: bigint | undefined,
  committed: bigint | undefined,
): bigint | undefined {
  const next = lowWater !== undefined && lowWater < end ? lowWater : end;
  return committed !== undefined && next <= committed ? undefined : next;
}
