import { AdminActs } from '#access';
import { readLastAudit, type AuditReport, type Finding, type LastAudit, type Outcome } from '#audit';
import type { Log, Metrics } from '#telemetry';

import { StoreAudits } from './audit.js';
import type { Platform } from './platform.js';
import { showAudit } from './show-audit.js';

const byJanitor = { actor: 'janitor', actorName: 'janitor', act: 'stores.repair', namespace: null, subject: 'heal' };
/** Findings of one audit that are logged one by one. */
const loggedMax = 50;
const outcomes: readonly Outcome[] = ['found', 'healed', 'removed', 'left'];

/** The janitor's audits: one whenever the last of all namespaces, by whomever, was long enough ago. */
export class AuditSchedule {
  private readonly stopped = new AbortController();
  private readonly audits: StoreAudits;

  constructor(private readonly platform: Platform) {
    this.audits = new StoreAudits(platform);
    // A rate sees no rise of a counter that was not there before.
    for (const outcome of outcomes) platform.metrics.auditOutcomes.inc({ outcome }, 0);
    const { auditIntervalMs } = platform.config;
    if (auditIntervalMs !== undefined) platform.metrics.auditInterval.set(auditIntervalMs / 1000);
  }

  /** Shows what the last audit of all namespaces came to, whoever ran it and when; nothing if there was none. */
  async showLast(): Promise<LastAudit | undefined> {
    const { metrics, pool } = this.platform;
    const last = await readLastAudit(pool);
    if (last !== undefined) showAudit(metrics, { ...last, finishedAtMs: Date.parse(last.finishedAt) });
    return last;
  }

  async runIfDue(): Promise<void> {
    const { config, metrics, nowMs, pool } = this.platform;
    const last = await this.showLast();
    if (config.auditIntervalMs === undefined || this.stopped.signal.aborted) return;
    if (last !== undefined && nowMs() - Date.parse(last.finishedAt) < config.auditIntervalMs) return;
    try {
      const findings = new FindingLog(this.platform.log);
      const onFinding = findings.note.bind(findings);
      const run = () => this.audits.run({ repair: config.auditRepair, onFinding }, this.stopped.signal);
      const report = config.auditRepair ? await new AdminActs(pool).record(byJanitor, run) : await run();
      if (report !== undefined) measure(metrics, report);
    } catch (error) {
      if (this.stopped.signal.aborted) return;
      metrics.audits.inc({ outcome: 'failed' });
      throw error;
    }
  }

  async collectTombstones(): Promise<void> {
    await this.audits.collect(this.stopped.signal);
  }

  /** What is under way stops at its next step. */
  abort(): void {
    this.stopped.abort();
  }

  async close(): Promise<void> {
    await this.audits.close();
  }
}

class FindingLog {
  private logged = 0;

  constructor(private readonly log: Log) {}

  note({ kind, store, document, namespace, id, detail }: Finding, outcome: Outcome): void {
    this.logged += 1;
    if (this.logged > loggedMax) return;
    const of = document === null ? { id } : { ...document, ingestionId: id };
    this.log.warn({ kind, store, namespace, ...of, detail, outcome }, 'audit found damage');
  }
}

function measure(metrics: Metrics, report: AuditReport): void {
  const { findings, startedAtMs, finishedAtMs } = report;
  showAudit(metrics, report);
  for (const outcome of outcomes) metrics.auditOutcomes.inc({ outcome }, report.outcomes[outcome]);
  metrics.audits.inc({ outcome: findings.length === 0 ? 'clean' : 'findings' });
  metrics.auditSeconds.set((finishedAtMs - startedAtMs) / 1000);
}
