import { emission, type Emission } from '#events';

import { foldBatch } from '../../libs/ledger/fold-batch.js';
import { ledgerEvents, type LedgerEvent, type LedgerRow } from '../../libs/ledger/ledger-row.js';
import type { LedgerLine } from '../checker/index.js';
import type { Coverage } from './coverage.js';
import { atMs } from './documents.js';
import type { SimulatedOutbox } from './outbox.js';

const names = new Set<string>(ledgerEvents);
const topics = ['saga', 'outcomes'] as const;

/** The ledger: the real fold over two topics, read at different speeds; rows and timeline change in one step. */
export class LedgerActor {
  readonly rows = new Map<string, LedgerRow>();
  private readonly seen = new Set<string>();
  private readonly positions = { saga: 0, outcomes: 0 };

  constructor(
    private readonly records: Readonly<Record<(typeof topics)[number], readonly Emission[]>>,
    private readonly outbox: SimulatedOutbox,
    private readonly coverage: Coverage,
    private readonly fold: typeof foldBatch = foldBatch,
  ) {}

  /** Goes on where another one stands; rows never change, but are replaced. */
  takeOver({ rows, seen, positions }: LedgerActor): void {
    for (const [ingestionId, row] of rows) this.rows.set(ingestionId, row);
    for (const key of seen) this.seen.add(key);
    Object.assign(this.positions, positions);
  }

  get idle(): boolean {
    return topics.every((topic) => this.positions[topic] === this.records[topic].length);
  }

  /** Takes a batch of one topic; a crash before the offset is committed brings the batch again. */
  step(topic: (typeof topics)[number], count: number, crash: boolean): void {
    const from = this.positions[topic];
    const batch = this.records[topic].slice(from, from + count);
    if (batch.length === 0) return;
    if (topic === 'outcomes' && this.positions.saga < this.records.saga.length) this.coverage.note('ledger-reordered');
    this.apply(batch);
    if (crash) this.coverage.note('ledger-repeat');
    else this.positions[topic] += batch.length;
  }

  reset(): void {
    this.positions.saga = 0;
    this.positions.outcomes = 0;
  }

  lines(): LedgerLine[] {
    return [...this.rows.values()].map(({ ingestionId, namespace, documentId, version, kind, status, counts }) => {
      const document = `${namespace}/${documentId}`;
      return { ingestionId, document, version, kind, status, counts: { ...counts }, stagingRef: null };
    });
  }

  private apply(batch: readonly Emission[]): void {
    const fresh = batch.filter((event) => names.has(event.type) && this.isNew(event)) as LedgerEvent[];
    if (fresh.length === 0) return;
    const { changed, concluded } = this.fold([...this.rows.values()], fresh);
    for (const row of changed) this.rows.set(row.ingestionId, row);
    if (concluded.length > 0) this.outbox.commit(this.outbox.insert(concluded.map(conclusion), 'ledger'));
  }

  private isNew({ type, payload }: Emission): boolean {
    const told = payload as { store?: string; part?: number; requestedBy?: string };
    const what = told.store ?? told.requestedBy ?? told.part ?? '';
    const key = `${type} ${payload.namespace}/${payload.documentId} ${payload.ingestionId} ${what}`;
    return !this.seen.has(key) && this.seen.add(key) !== undefined;
  }
}

function conclusion({ namespace, documentId, ingestionId, version, status, counts }: LedgerRow): Emission {
  const ref = { namespace, documentId, ingestionId, version };
  const said = { ...ref, status, error: null, stagingRef: null, counts: { ...counts }, concludedAt: atMs };
  return emission('IngestionConcluded', said);
}
