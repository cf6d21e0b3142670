import { createHash } from 'node:crypto';

/**
 * What an ingestion is made of in a store. `documents` is the one row, node, point or hash that stands for it, and
 * `metadata` what a store filters documents by or shows of them, however many copies it keeps of that. `places` are
 * those of chunks; a kind of its own, since points of before there were audits do not have them.
 */
export const pieceKinds = [
  'documents',
  'metadata',
  'parts',
  'chunks',
  'places',
  'entities',
  'mentions',
  'facts',
  'records',
] as const;
export type PieceKind = (typeof pieceKinds)[number];

export interface PieceSum {
  readonly count: number;
  /** Of the contents, in whatever order they come; the same in all stores. Undefined for what is only counted. */
  readonly digest?: string;
}

/** Kinds of which there is nothing are left out. */
export type Pieces = Readonly<Partial<Record<PieceKind, PieceSum>>>;

const modulus = 2 ** 48;
const digestBytes = 6;

/** What the digest of chunks is made of; stores that compute it themselves build the same text. */
export function chunkLine(seq: number, chunkId: string, text: string): string {
  return `${seq} ${chunkId} ${text}`;
}

interface Place {
  readonly seq: number;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly headingPath: unknown;
  readonly origin?: unknown;
}

/** Fields of an origin in the order of the line; one that is absent is null. */
export const originFields = ['page', 'lastPage', 'sheet', 'row', 'lastRow'] as const;

/** Where a chunk stands: in the text of its document, under which headings, and where in the source that is. */
export function placeLine({ seq, startOffset, endOffset, headingPath, origin }: Place): string {
  const known = (origin ?? {}) as Readonly<Record<string, unknown>>;
  const words = [headingPath, ...originFields.map((field) => known[field] ?? null)].map((one) => JSON.stringify(one));
  return [seq, startOffset, endOffset, ...words].join(' ');
}

interface FactWords {
  readonly uuid: string;
  readonly sourceUuid: string;
  readonly targetUuid: string;
  readonly relation: string;
  readonly fact: string;
}

export function factLine({ uuid, sourceUuid, targetUuid, relation, fact }: FactWords): string {
  return [uuid, sourceUuid, targetUuid, relation, fact].join(' ');
}

/** With what its document claims of the name, sorted. */
export function entityLine(uuid: string, type: string, name: string, claims: readonly string[]): string {
  return [uuid, type, name, ...claims].join(' ');
}

/** What stores say of a document beside its pieces. */
interface DocumentFields {
  readonly documentId: string;
  readonly title: string | null;
  readonly source: string;
  readonly location: string | null;
  readonly mediaType: string;
}

export function documentLine({ title, source, location, mediaType }: Omit<DocumentFields, 'documentId'>): string {
  return JSON.stringify([plain(title), plain(source), plain(location), plain(mediaType)]);
}

/** The digest of metadata as an object, as it was kept: whatever that is by now. What is absent is empty. */
export function metadataDigest(kept: unknown): string {
  if (kept === null || kept === undefined) return entriesDigest([]);
  return typeof kept === 'object' ? entriesDigest(Object.entries(kept)) : `0 ${digestOfLine(JSON.stringify(kept))}`;
}

/**
 * The digest of the metadata's entries, in whatever order they were kept; how many there are stands in front. Keys that
 * are the same once they are plain stay two: no document with such is live, since what is said of it is cleaned before
 * it is stored.
 */
export function entriesDigest(entries: readonly (readonly [key: string, value: unknown])[]): string {
  const lines = entries.map(([key, value]) =>
    JSON.stringify([plain(key), typeof value === 'string' ? plain(value) : value]),
  );
  return `${entries.length} ${digestOfLine(lines.sort().join('\n'))}`;
}

/** Of how many entries a digest of metadata is. */
export function entriesIn(digest: string): number {
  return Number.parseInt(digest, 10);
}

/** What Graphiti's episodes say of a document. */
interface EpisodeWords {
  readonly name: string;
  readonly sourceDescription: string;
}

export function episodeWords(fields: Omit<DocumentFields, 'mediaType'>): EpisodeWords {
  const { documentId, title, source, location } = fields;
  return { name: title ?? documentId, sourceDescription: location === null ? source : `${source}: ${location}` };
}

export function episodeLine({ name, sourceDescription }: EpisodeWords): string {
  return JSON.stringify([plain(name), plain(sourceDescription)]);
}

/** Without what some of the stores can't keep. */
function plain(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '').toWellFormed();
}

/** The digest of one piece, as it is summed. */
export function digestOfLine(line: string): number {
  return createHash('sha256').update(line).digest().readUIntBE(0, digestBytes);
}

/**
 * Counts pieces and sums their digests one by one, so that an ingestion of any size takes the same memory. The digest
 * is the sum, modulo 2^48, of the first six bytes of the SHA-256 of each piece: it guards against damage, not against
 * somebody who looks for collisions.
 */
export class PieceTally {
  private readonly counts = new Map<PieceKind, number>();
  private readonly sums = new Map<PieceKind, number>();
  /** What the first copy says of kinds of which there may be several. */
  private readonly copies = new Map<PieceKind, string>();

  /** Without a line the piece is only counted. */
  add(kind: PieceKind, line?: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    if (line === undefined) return;
    this.sums.set(kind, ((this.sums.get(kind) ?? 0) + digestOfLine(line)) % modulus);
  }

  /** Copies that say the same as the first one are one piece with it; each of the others is one more. */
  addCopy(kind: PieceKind, digest: string): void {
    if (this.copies.get(kind) === digest) return;
    if (!this.copies.has(kind)) this.copies.set(kind, digest);
    this.add(kind);
  }

  pieces(): Pieces {
    const entries = [...this.counts].map(([kind, count]) => {
      const digest = this.copies.get(kind) ?? this.sums.get(kind);
      return [kind, digest === undefined ? { count } : { count, digest: String(digest) }] as const;
    });
    return Object.fromEntries(entries);
  }
}
