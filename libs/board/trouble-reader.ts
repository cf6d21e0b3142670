import type { Pool } from 'pg';

import { LedgerReader, type Overdue } from '#ledger';
import { UsageReader, type HeldModel } from '#usage';

import { OpenBreakers, type OpenBreaker } from './open-breakers.js';

/** What does not go on by itself, or not for now. */
export interface Troubles {
  /** Ingestions and retractions past their deadline. */
  readonly stuck: Overdue;
  /** What is spared calls for now: stores by breakers, models because their provider asked for it. */
  readonly breakers: { readonly stores: readonly OpenBreaker[]; readonly models: readonly HeldModel[] };
}

const oldestMax = 5;

/** Reads them from PostgreSQL. Throws TransientFailure if it is away. */
export class TroubleReader {
  constructor(
    private readonly pool: Pool,
    private readonly options: { readonly sagaDeadlineMs: number; readonly nowMs: () => number },
  ) {}

  async read(): Promise<Troubles> {
    const { sagaDeadlineMs, nowMs } = this.options;
    const [stuck, stores, models] = await Promise.all([
      new LedgerReader(this.pool).overdue(sagaDeadlineMs, nowMs(), oldestMax),
      new OpenBreakers(this.pool).read(),
      new UsageReader(this.pool, []).heldModels(),
    ]);
    return { stuck, breakers: { stores, models } };
  }
}
