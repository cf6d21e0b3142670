import {
  digestOfLine,
  documentLine,
  entriesIn,
  episodeLine,
  episodeWords,
  metadataDigest,
  type PieceKind,
  type Pieces,
} from '#stores/auditor';

import type { LedgerLive, SeenDocument, SeenInStore } from './finding.js';

/**
 * What every store should hold of the live version: counts, and what it says of the document, by the ledger; contents
 * by what most stores agree on.
 */
export interface LiveReference {
  readonly counts: Readonly<Record<Exclude<PieceKind, 'parts'>, number>>;
  readonly digests: ReadonlyMap<PieceKind, string>;
  /** Of what stores say of the document, each as it words it; empty if the ledger does not know it. */
  readonly documents: ReadonlySet<string>;
  /** Kinds of which as many stores say one thing as another: none of them is believed. */
  readonly disputed: ReadonlySet<PieceKind>;
}

export function liveReference(seen: SeenDocument, live: LedgerLive): LiveReference {
  const { chunks, entities, mentions, facts } = live.counts;
  const counts = {
    ...{ documents: 1, metadata: 1, chunks, places: chunks, entities, mentions, facts },
    records: live.source === 'json_record' ? 1 : 0,
  };
  const digests = new Map<PieceKind, string>();
  const disputed = new Set<PieceKind>();
  for (const kind of ['metadata', 'chunks', 'places', 'entities', 'facts'] as const) {
    const said = seen.stores.flatMap((store) => {
      const sum = heldPieces(store, live.ingestionId)[kind];
      return sum?.digest !== undefined && sum.count === counts[kind] ? [sum.digest] : [];
    });
    const [most, ...others] = kind === 'metadata' ? withLedger(said, live) : mostOften(said);
    if (others.length > 0) disputed.add(kind);
    else if (most !== undefined) digests.set(kind, most);
  }
  return { counts, digests, documents: documentDigests(seen, live), disputed };
}

function documentDigests({ document: { documentId } }: SeenDocument, live: LedgerLive): ReadonlySet<string> {
  const { title, source, location, mediaType } = live;
  if (source === null || mediaType === null) return new Set();
  const fields = { documentId, title, source, location, mediaType };
  const lines = [documentLine(fields), episodeLine(episodeWords(fields))];
  return new Set(lines.map((line) => String(digestOfLine(line))));
}

/**
 * What is believed of the metadata that stores say. The ledger has a voice if a store says the same, and with that it
 * decides where stores are at odds. But its row may lack what the document says of itself, if it heard of the stages
 * out of order before it kept what each of them knew: against a store that says more it only makes a dispute.
 */
function withLedger(said: readonly string[], { metadata }: LedgerLive): string[] {
  const [ledger, among] = [metadataDigest(metadata), mostOften(said)];
  if (!said.includes(ledger)) return among;
  const together = mostOften([...said, ledger]);
  const believed = new Set([...among, ...together]);
  const mayLack = said.some((one) => entriesIn(one) > entriesIn(ledger));
  return believed.size > 1 && !mayLack ? [ledger] : [...believed];
}

/** Kinds of which there is a wrong number, or other content than elsewhere, and a word on each. */
export function wrongPieces(
  pieces: Pieces,
  keeps: readonly PieceKind[],
  reference: LiveReference,
): { readonly kind: PieceKind; readonly detail: string }[] {
  return keeps.flatMap((kind) => {
    if (kind === 'parts' || isUnsaid(kind, pieces, reference)) return [];
    const { count, digest } = pieces[kind] ?? { count: 0 };
    const wanted = reference.counts[kind];
    if (count !== wanted) {
      return [
        { kind, detail: kind === 'metadata' ? 'copies of the metadata that differ' : `${count} of ${wanted} ${kind}` },
      ];
    }
    if (kind === 'documents' && digest !== undefined && reference.documents.size > 0) {
      return reference.documents.has(digest)
        ? []
        : [{ kind, detail: 'other words on the document than the ledger has' }];
    }
    if (digest !== undefined && reference.disputed.has(kind)) {
      return [{ kind, detail: `other ${kind} than elsewhere, and as many stores say one as the other` }];
    }
    const expected = reference.digests.get(kind);
    const differs = digest !== undefined && expected !== undefined && digest !== expected;
    return differs ? [{ kind, detail: `other ${kind} than elsewhere` }] : [];
  });
}

/** What a store wrote before it said such things, or would say with what it lost, which is a finding by itself. */
function isUnsaid(kind: PieceKind, pieces: Pieces, { counts }: LiveReference): boolean {
  if (kind === 'places' && pieces.chunks?.count !== counts.chunks) return true;
  return (kind === 'metadata' || kind === 'places') && pieces[kind] === undefined;
}

/** What a store holds of an ingestion, visible or not: of a version that was hidden the content is still good. */
export function heldPieces({ held }: SeenInStore, ingestionId: string): Pieces {
  const holding = held.holdings.find((one) => one.ingestionId === ingestionId);
  const { visible = {}, hidden = {} } = holding ?? {};
  return Object.keys(visible).length > 0 ? visible : hidden;
}

/** Those that come most often. */
function mostOften(values: readonly string[]): string[] {
  const votes = new Map<string, number>();
  for (const value of values) votes.set(value, (votes.get(value) ?? 0) + 1);
  const most = Math.max(0, ...votes.values());
  return [...votes].flatMap(([value, count]) => (count === most ? [value] : []));
}
