import { setTimeout as pause } from 'node:timers/promises';

import type { StoreName } from '#stores/port';

import { checkDocuments, type Checking } from './check-documents.js';
import type { Finding, FindingKind } from './finding.js';
import { findStrays } from './find-strays.js';
import { checkLinks } from './check-links.js';
import { checkLeftovers } from './check-leftovers.js';
import { checkTombstones } from './check-tombstones.js';
import type { Outcome, RepairPorts } from './repair.js';

export interface AuditOptions {
  readonly repair: boolean;
  /** Whether a repair may delete a document everywhere that it can't heal; no by default. */
  readonly remove?: boolean;
  /** Of one namespace only. */
  readonly namespace?: string | undefined;
  readonly tombstoneTtlMs: number;
  readonly nowMs: () => number;
  /** How long to wait before what was found is looked at again; a second by default. */
  readonly confirmAfterMs?: number;
  /** Documents that are looked at together. */
  readonly pageSize?: number;
  /** Told of each finding as soon as it is certain. */
  readonly onFinding?: (finding: Finding, outcome: Outcome) => void;
  readonly signal: AbortSignal;
}

/** What an audit came to. */
export interface AuditReport {
  readonly documents: number;
  /** By kind and store; what is zero is left out. */
  readonly findings: readonly { readonly kind: FindingKind; readonly store: StoreName; readonly count: number }[];
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
}

const confirmAfterDefaultMs = 1_000;
const pageSizeDefault = 100;
/** The janitor collects tombstones a while after they are due; only what it missed for so long is worth a word. */
const tombstoneGraceMs = 3 * 60 * 60 * 1000;

/**
 * Compares the stores with the ledger and with each other, in pages: documents of the ledger first, then what a store
 * holds that the ledger does not lead to, then which names are one, then what hangs on no document, then tombstones.
 * Memory is that of a page.
 */
export async function runAudit(ports: RepairPorts, options: AuditOptions): Promise<AuditReport> {
  const { namespace, signal, nowMs, pageSize = pageSizeDefault } = options;
  const startedAtMs = nowMs();
  const tally = new Tally(options.onFinding);
  const checking: Checking = {
    ports,
    repair: options.repair,
    remove: options.remove ?? false,
    namespace,
    pageSize,
    signal,
    note: (finding, outcome) => tally.note(finding, outcome),
    settle: () => pause(options.confirmAfterMs ?? confirmAfterDefaultMs, undefined, { signal }),
  };
  const documents = await checkLedger(checking);
  for (const auditor of ports.auditors) await findStrays(checking, auditor);
  for (const auditor of ports.auditors) await checkLinks(checking, auditor);
  for (const auditor of ports.auditors) await checkLeftovers(checking, auditor);
  const beforeMs = nowMs() - options.tombstoneTtlMs - tombstoneGraceMs;
  for (const auditor of ports.auditors) await checkTombstones(checking, auditor, beforeMs);
  return { documents, findings: tally.findings(), outcomes: tally.outcomes, startedAtMs, finishedAtMs: nowMs() };
}

/** Every document that was ever submitted. */
async function checkLedger(checking: Checking): Promise<number> {
  const { ports, namespace, pageSize, signal } = checking;
  let documents = 0;
  let page = await ports.ledger.documents(undefined, pageSize, namespace);
  while (page.length > 0) {
    signal.throwIfAborted();
    documents += page.length;
    await checkDocuments(
      checking,
      page.map((document) => ({ ...document, ingestionIds: [] })),
    );
    page = page.length < pageSize ? [] : await ports.ledger.documents(page.at(-1), pageSize, namespace);
  }
  return documents;
}

class Tally {
  readonly outcomes: Record<Outcome, number> = { found: 0, healed: 0, removed: 0, left: 0 };
  private readonly counts = new Map<string, { kind: FindingKind; store: StoreName; count: number }>();

  constructor(private readonly onFinding: AuditOptions['onFinding']) {}

  note(finding: Finding, outcome: Outcome): void {
    const { kind, store } = finding;
    this.outcomes[outcome] += 1;
    const name = `${kind} ${store}`;
    this.counts.set(name, { kind, store, count: (this.counts.get(name)?.count ?? 0) + 1 });
    this.onFinding?.(finding, outcome);
  }

  findings(): AuditReport['findings'] {
    return [...this.counts.values()];
  }
}
