import { emission, type Emission } from '#events';

import type { OutboxRow } from '../../libs/outbox/relay-turn.js';
import { newRow, type LedgerRow } from '../../libs/ledger/ledger-row.js';
import type { Operation } from '../checker/index.js';
import type { Coverage } from './coverage.js';
import { atMs, documents, retractionId, versionOf, type Version } from './documents.js';
import type { SimulatedOutbox } from './outbox.js';

/** What clients ask for. */
export interface Request {
  /** Its place in `documents`. */
  readonly document: number;
  readonly kind: 'put' | 'delete';
  readonly parts: number;
}

interface Open {
  readonly rows: readonly OutboxRow[];
  readonly row: LedgerRow;
  readonly operation: Operation;
  readonly version: Version | undefined;
  readonly number: number;
  readonly document: number;
}

/** The API: each request is one transaction of version, ledger row and outbox row, under the lock of its document. */
export class Clients {
  readonly history: Operation[] = [];
  readonly accepted = new Map<string, Version>();
  private readonly last = new Map<number, number>();
  private readonly open: Open[] = [];
  private asked = 0;

  constructor(
    private readonly requests: readonly Request[],
    private readonly outbox: SimulatedOutbox,
    private readonly enter: (row: LedgerRow) => void,
    private readonly coverage: Coverage,
    private readonly answers: 'after-commit' | 'before-commit' = 'after-commit',
  ) {}

  /** Goes on where others stand whose requests are all answered. */
  takeOver({ history, accepted, last, asked }: Clients): void {
    this.history.push(...history);
    for (const [ingestionId, version] of accepted) this.accepted.set(ingestionId, version);
    for (const [document, number] of last) this.last.set(document, number);
    this.asked = asked;
  }

  get waiting(): boolean {
    return this.open.length > 0 || this.asked < this.requests.length;
  }

  /** Begins the next request, or ends one that is open: commit, lost answer, or rollback. */
  step(which: number, end: 'commit' | 'lost-answer' | 'rollback'): void {
    const request = this.requests[this.asked];
    if (request !== undefined && (which % 2 === 0 || this.open.length === 0)) {
      const locked = this.open.some(({ document }) => document === request.document);
      if (!locked) return this.begin(request);
    }
    const [open] = this.open.splice(which % Math.max(this.open.length, 1), 1);
    if (open === undefined) return;
    if (this.open.some(({ rows }) => Number(rows[0]?.id) < Number(open.rows[0]?.id))) this.coverage.note('outbox-gap');
    if (end === 'rollback') {
      this.coverage.note('api-rollback');
      this.last.set(open.document, open.number - (open.version === undefined ? 0 : 1));
      if (this.answers === 'before-commit') this.history.push(open.operation);
      return;
    }
    this.outbox.commit(open.rows);
    this.enter(open.row);
    if (open.version !== undefined) this.accepted.set(open.operation.ingestionId ?? '', open.version);
    this.history.push(end === 'commit' ? open.operation : { ...open.operation, result: 'info' });
  }

  private begin({ document, kind, parts }: Request): void {
    this.asked += 1;
    const { namespace, documentId } = documents[document % documents.length] ?? documents[0];
    const last = this.last.get(document) ?? 0;
    const number = kind === 'put' ? last + 1 : last;
    if (number === 0) return;
    this.last.set(document, number);
    const version = kind === 'put' ? versionOf(document, number, parts) : undefined;
    const ingestionId = version?.ref.ingestionId ?? retractionId(this.asked);
    const ref = { namespace, documentId, ingestionId, version: number };
    const said: Emission =
      version === undefined
        ? emission('DocumentRetracted', { ...ref, reason: '', retractedAt: atMs })
        : emission('DocumentSubmitted', { ...ref, ...submission });
    const row = newRow({ ...ref, kind: version === undefined ? 'retraction' : 'ingestion' });
    const content = version?.parts[0]?.chunks[0]?.text ?? '';
    const operation: Operation = { kind, namespace, documentId, content, result: 'ok', ingestionId, version: number };
    const rows = this.outbox.insert([said], 'api');
    this.open.push({ rows, row, operation, version, number, document });
  }
}

const empty = { location: '', content: null, mediaType: null, title: null, metadata: {}, force: false };
const submission = { source: 'inline', ...empty, submittedAt: atMs };
