import type { DocumentQuestion } from '#stores/auditor';

import { compareDocument } from './compare.js';
import { findingKey, type Finding, type SeenDocument } from './finding.js';
import { look } from './look.js';
import { repairDocument, type Outcome, type RepairPorts } from './repair.js';

/** What every step of an audit works with. */
export interface Checking {
  readonly ports: RepairPorts;
  readonly repair: boolean;
  readonly remove: boolean;
  readonly namespace: string | undefined;
  readonly pageSize: number;
  readonly signal: AbortSignal;
  note(finding: Finding, outcome: Outcome): void;
  /** Waits until what was only passing has passed. */
  settle(): Promise<void>;
}

/**
 * Compares documents, and those with findings a second time: a cache that just expired, or a late write that its writer
 * takes back, is no damage. What both looks found is certain.
 */
export async function checkDocuments(
  checking: Checking,
  questions: readonly DocumentQuestion[],
  isAskedFor: (finding: Finding) => boolean = () => true,
): Promise<void> {
  const { ports, signal, repair, remove, note, settle } = checking;
  const suspects = (await look(ports.ledger, ports.auditors, questions, signal))
    .map((seen) => findingsOf(seen, isAskedFor))
    .filter(({ findings }) => findings.length > 0);
  if (suspects.length === 0) return;
  await settle();
  const again = suspects.map(({ seen, findings }) => ({
    ...seen.document,
    ingestionIds: findings.map(({ id }) => id),
  }));
  const seenAgain = await look(ports.ledger, ports.auditors, again, signal);
  for (const [index, seen] of seenAgain.entries()) {
    const before = new Set(suspects[index]?.findings.map(findingKey));
    const certain = findingsOf(seen, isAskedFor).findings.filter((finding) => before.has(findingKey(finding)));
    if (certain.length === 0) continue;
    const outcomes = repair ? await repairDocument(ports, seen, certain, { remove, signal }) : [];
    certain.forEach((finding, at) => note(finding, outcomes[at] ?? 'found'));
  }
}

function findingsOf(seen: SeenDocument, isAskedFor: (finding: Finding) => boolean) {
  return { seen, findings: compareDocument(seen).filter(isAskedFor) };
}
