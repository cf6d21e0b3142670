import type { DocumentRef } from '#events';
import type { StoreAuditor } from '#stores/auditor';
import type { IngestionRef, StoreName } from '#stores/port';

import { compareDocument } from './compare.js';
import { findingKey, type Finding, type SeenDocument } from './finding.js';
import type { LedgerSource } from './ledger-source.js';
import { look } from './look.js';
import { planRepair, type RebuildFrom, type RebuildTarget, type RepairPlan } from './plan-repair.js';

/** `moved-on`: the store has another version by now, or the document is gone. `impossible`: nothing is changed. */
export type Rebuilt = 'rebuilt' | 'moved-on' | 'impossible';

/** Makes a version whole again in one store, under that store's fence. */
export abstract class Rebuilder {
  abstract rebuild(
    target: RebuildTarget,
    ingestion: IngestionRef,
    from: RebuildFrom,
    signal: AbortSignal,
  ): Promise<Rebuilt>;
}

/** Removes a document everywhere, as if a user had asked for it; who runs the audit did. */
export abstract class Retractor {
  /** Answers false, and does nothing, if anything of the document is under way or another version is live. */
  abstract retract(document: DocumentRef, liveIngestionId: string): Promise<boolean>;
}

/** Tells the ledger what a store did not say. */
export abstract class Announcer {
  /** That a version is live in a store, whole and visible. */
  abstract announceLive(ingestion: IngestionRef, store: StoreName): Promise<void>;
}

/**
 * What became of a finding. `removed`: the document is retracted, as there was nothing left to heal it from and that
 * was allowed; `left`: it was not, or the store refused, or something came in between.
 */
export type Outcome = 'found' | 'healed' | 'removed' | 'left';

export interface RepairPorts {
  readonly ledger: LedgerSource;
  readonly auditors: readonly StoreAuditor[];
  readonly rebuilder: Rebuilder;
  readonly retractor: Retractor;
  readonly announcer: Announcer;
}

export interface RepairOptions {
  /** Whether a document that can't be healed may be deleted everywhere. */
  readonly remove: boolean;
  readonly signal: AbortSignal;
}

/** Heals the findings of one document while traffic runs, then looks again and says what became of each. */
export async function repairDocument(
  ports: RepairPorts,
  seen: SeenDocument,
  findings: readonly Finding[],
  how: RepairOptions,
): Promise<readonly Outcome[]> {
  const { signal } = how;
  const plan = planRepair(seen, findings);
  for (const finding of plan.removals) await removeEnded(ports, finding, signal);
  const isRetracted = await healLive(ports, seen, plan.live, how);
  const ids = findings.map(({ id }) => id);
  const [after] = await look(ports.ledger, ports.auditors, [{ ...seen.document, ingestionIds: ids }], signal);
  const left = after === undefined ? [] : await announceHealed(ports, after, compareDocument(after));
  const still = new Set(left.map(findingKey));
  return findings.map((finding) => {
    if (isRetracted && finding.id === seen.ledger.live?.ingestionId) return 'removed';
    return still.has(findingKey(finding)) ? 'left' : 'healed';
  });
}

/** Says of each store that was behind, and has caught up, that it is live there; answers what is still wrong. */
async function announceHealed(
  { announcer }: RepairPorts,
  { document, ledger: { live } }: SeenDocument,
  findings: readonly Finding[],
): Promise<readonly Finding[]> {
  const isWhole = ({ store, id }: Finding): boolean =>
    findings.every((other) => other.store !== store || other.id !== id || other.kind === 'unconcluded');
  const said = findings.filter((finding) => finding.kind === 'unconcluded' && isWhole(finding));
  for (const { store } of said) {
    if (live === undefined) break;
    const { ingestionId, version } = live;
    await announcer.announceLive({ ...document, ingestionId, version }, store);
  }
  return findings.filter((finding) => !said.includes(finding));
}

/** That an ingestion ended never changes; whether one that nobody submitted still is none is asked right before. */
async function removeEnded({ ledger, auditors }: RepairPorts, finding: Finding, signal: AbortSignal): Promise<void> {
  const owner = (await ledger.owners([finding.id])).get(finding.id);
  if (owner?.says === 'open' || owner?.isLive === true) {
    const isOwn = owner.document.documentId === finding.document?.documentId;
    if (isOwn && owner.document.namespace === finding.document?.namespace) return;
  }
  const found = { ingestionId: finding.id, document: finding.document ?? undefined };
  await auditorOf(auditors, finding.store)?.remove(found, signal);
}

async function healLive(
  ports: RepairPorts,
  seen: SeenDocument,
  plan: RepairPlan['live'],
  { signal, remove }: RepairOptions,
): Promise<boolean> {
  const { live } = seen.ledger;
  if (plan === 'well' || live === undefined) return false;
  const giveUp = async (): Promise<boolean> => remove && ports.retractor.retract(seen.document, live.ingestionId);
  if (plan === 'impossible') return giveUp();
  const { ingestionId, version } = live;
  let { from } = plan;
  for (const target of inOrder(plan.targets)) {
    if (!(await isStillLive(ports.ledger, seen.document, ingestionId))) return false;
    const ref = { ...seen.document, ingestionId, version };
    const rebuilt = await ports.rebuilder.rebuild(target, ref, from, signal);
    if (rebuilt === 'impossible') return giveUp();
    // The rows are whole now, and what they were made from may be the next to be taken away.
    const isWhole = target.store === 'postgres' && rebuilt === 'rebuilt';
    if (isWhole) from = { chunks: 'postgres', knowledge: 'postgres', metadata: 'postgres' };
  }
  return false;
}

/** PostgreSQL first: the others are made from it. */
function inOrder(targets: readonly RebuildTarget[]): RebuildTarget[] {
  return targets.toSorted((a, b) => Number(b.store === 'postgres') - Number(a.store === 'postgres'));
}

async function isStillLive(ledger: LedgerSource, document: DocumentRef, ingestionId: string): Promise<boolean> {
  const signs = await ledger.signs([document]);
  const [now] = (await ledger.read([{ ...document, ingestionIds: [] }], signs)).values();
  return now !== undefined && !now.inMotion && now.live?.ingestionId === ingestionId;
}

function auditorOf(auditors: readonly StoreAuditor[], store: StoreName): StoreAuditor | undefined {
  return auditors.find((auditor) => auditor.store === store);
}
