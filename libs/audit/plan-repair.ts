import { metadataDigest, type PieceKind } from '#stores/auditor';
import type { StoreName } from '#stores/port';

import type { Finding, FindingKind, LedgerLive, SeenDocument } from './finding.js';
import { heldPieces, liveReference, wrongPieces, type LiveReference } from './live-reference.js';

/** Where the pieces of a version come from that some store has lost. */
export interface RebuildFrom {
  readonly chunks: 'postgres' | 'qdrant';
  /** Entities, mentions and facts: the rows, or the stored answers of the model. */
  readonly knowledge: 'postgres' | 'extraction';
  /** The row, or the ledger where that says the same as stores that are believed. */
  readonly metadata: 'postgres' | 'ledger';
}

export interface RebuildTarget {
  readonly store: StoreName;
  /** Kinds that are wrong there. */
  readonly kinds: readonly PieceKind[];
}

/** What heals one document, in this order. */
export interface RepairPlan {
  readonly removals: readonly Finding[];
  /** `impossible` if no store has the live version whole enough to make it again. */
  readonly live: 'well' | 'impossible' | { readonly targets: readonly RebuildTarget[]; readonly from: RebuildFrom };
}

const removed: ReadonlySet<FindingKind> = new Set(['orphan', 'stale-pending', 'second-version']);
const rebuilt: ReadonlySet<FindingKind> = new Set(['missing', 'torn', 'not-visible', 'wrong-marker']);
const knowledgeKinds: readonly PieceKind[] = ['entities', 'mentions', 'facts'];

/** Decides how the findings of a document are healed. Pure. */
export function planRepair(seen: SeenDocument, findings: readonly Finding[]): RepairPlan {
  const { live } = seen.ledger;
  const isOfLive = ({ id }: Finding): boolean => id === live?.ingestionId;
  const broken = findings.filter((finding) => rebuilt.has(finding.kind) && isOfLive(finding));
  // What the live version left behind as pending goes with the rebuilding; removing it would take the version itself.
  const leftBehind = findings.filter((finding) => removed.has(finding.kind) && isOfLive(finding));
  const targets = [...broken, ...leftBehind].map(({ store, kinds }) => ({ store, kinds }));
  return {
    removals: findings.filter((finding) => removed.has(finding.kind) && !isOfLive(finding)),
    live: targets.length === 0 || live === undefined ? 'well' : rebuildPlan(seen, live, targets),
  };
}

function rebuildPlan(seen: SeenDocument, live: LedgerLive, targets: readonly RebuildTarget[]): RepairPlan['live'] {
  const reference = liveReference(seen, live);
  const wrongIn = (name: StoreName): readonly PieceKind[] => {
    const store = seen.stores.find((one) => one.store === name);
    if (store === undefined) return ['chunks', ...knowledgeKinds, 'records'];
    return wrongPieces(heldPieces(store, live.ingestionId), store.keeps, reference).map(({ kind }) => kind);
  };
  const [rows, points] = [wrongIn('postgres'), wrongIn('qdrant')];
  // The text of a record as it was sent is nowhere else.
  if (rows.includes('records')) return 'impossible';
  const chunks = hasWholeChunks(rows) ? 'postgres' : hasWholeChunks(points) ? 'qdrant' : undefined;
  const metadata = metadataSource(seen, live, reference, rows);
  if (chunks === undefined || metadata === undefined) return 'impossible';
  const knowledge = knowledgeKinds.some((kind) => rows.includes(kind)) ? 'extraction' : 'postgres';
  return { targets, from: { chunks, knowledge, metadata } };
}

/** Chunks come with their places. */
function hasWholeChunks(wrong: readonly PieceKind[]): boolean {
  return !wrong.includes('chunks') && !wrong.includes('places');
}

/** Undefined if neither has what is believed: it is not replaced by something else. */
function metadataSource(
  seen: SeenDocument,
  live: LedgerLive,
  { digests, disputed }: LiveReference,
  wrongRows: readonly PieceKind[],
): RebuildFrom['metadata'] | undefined {
  if (disputed.has('metadata')) return undefined;
  const row = seen.stores.find(({ store }) => store === 'postgres');
  const hasRow = row !== undefined && 'metadata' in heldPieces(row, live.ingestionId);
  if (hasRow && !wrongRows.includes('metadata')) return 'postgres';
  const believed = digests.get('metadata');
  return believed === undefined || believed === metadataDigest(live.metadata) ? 'ledger' : undefined;
}
