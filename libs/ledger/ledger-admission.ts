import type { Pool } from 'pg';

import { inTransaction, rowsOf } from '#database';
import type { EventCodec } from '#events';
import type { Metrics } from '#telemetry';

import { admit, admittedBefore, type AdmittedAgain, type LedgerSubmission } from './admit.js';
import {
  compareContent,
  judgeUnmodified,
  liveSource,
  type ComparedContent,
  type Judged,
  type LiveSource,
  type Verdict,
} from './compare-content.js';
import { measureConclusion } from './conclusion.js';

const selectEnded = 'SELECT FROM penstock.ingestions WHERE ingestion_id = $1 AND concluded_at IS NOT NULL';
const selectCancelled = {
  name: 'penstock-is-cancelled',
  text: 'SELECT FROM penstock.ingestions WHERE ingestion_id = $1 AND cancelled_at IS NOT NULL',
};

/**
 * Admission for a stage that has no transaction of its own. Every method throws TransientFailure if the database is
 * away.
 */
export class LedgerAdmission {
  constructor(
    private readonly pool: Pool,
    private readonly codec: EventCodec,
    private readonly metrics: Metrics,
  ) {}

  /** @throws PermanentFailure as `admit` does. */
  async admit(submission: LedgerSubmission): Promise<AdmittedAgain> {
    const before = await admittedBefore(this.pool, submission);
    return before ?? inTransaction(this.pool, (client) => admit(client, submission));
  }

  /** Whether work for an ingestion is still wanted; one that this ledger never heard of is. */
  async isWanted(ingestionId: string): Promise<boolean> {
    return (await rowsOf(this.pool, selectCancelled, [ingestionId])).length === 0;
  }

  /** Whether an ingestion has come to its end; one that this ledger never heard of has not. */
  async hasEnded(ingestionId: string): Promise<boolean> {
    return (await rowsOf(this.pool, selectEnded, [ingestionId])).length > 0;
  }

  liveSource(content: Pick<ComparedContent, 'ingestionId' | 'described'>): Promise<LiveSource | undefined> {
    return liveSource(this.pool, content);
  }

  compare(content: ComparedContent, nowMs: number): Promise<Verdict> {
    return this.measured(compareContent(this.pool, this.codec, content, nowMs));
  }

  unmodified(content: Parameters<typeof judgeUnmodified>[2], nowMs: number): Promise<Verdict> {
    return this.measured(judgeUnmodified(this.pool, this.codec, content, nowMs));
  }

  private async measured(judging: Promise<Judged>): Promise<Verdict> {
    const { verdict, concluded } = await judging;
    if (concluded !== undefined) measureConclusion(this.metrics, concluded);
    return verdict;
  }
}
