import { createHash } from 'node:crypto';

import { derivedUuidV7, type DocumentStaged, type DocumentSubmitted } from '#events';

import type { ChildDocument } from './formats/document-text.js';

export interface NestingLimits {
  /** How deep documents may lie in one another. */
  readonly childDepthMax: number;
  /** Most documents that may come out of one, at any depth. */
  readonly childrenMax: number;
  /** Most bytes they may hold together. */
  readonly childBytesMax: number;
}

/** What may still come out of a document: what its own parent left for it. */
export interface Nesting {
  readonly depth: number;
  readonly countLeft: number;
  readonly bytesLeft: number;
}

const idBytesMax = 512;
const hashChars = 16;
/** Field of a child's metadata that hands the limits down. */
const nestingField = 'nesting';

/** Where a document stands, by its metadata; who makes up a field of his own gets no more than the settings allow. */
export function nestingOf({ metadata }: Pick<DocumentStaged, 'metadata'>, limits: NestingLimits): Nesting {
  const [depth = 0, count = Infinity, bytes = Infinity] = /^\d+\/\d+\/\d+$/u.test(metadata[nestingField] ?? '')
    ? (metadata[nestingField] ?? '').split('/').map(Number)
    : [];
  return {
    depth,
    countLeft: Math.min(count, limits.childrenMax),
    bytesLeft: Math.min(bytes, limits.childBytesMax),
  };
}

/** Why none of the children may become documents, or nothing if they may. */
export function nestingProblem(
  children: readonly ChildDocument[],
  nesting: Nesting,
  { childDepthMax }: NestingLimits,
): string | undefined {
  const bytes = children.reduce((sum, child) => sum + child.bytes.length, 0);
  if (children.length === 0) return undefined;
  const what = children.length === 1 ? 'the document inside was' : `the ${children.length} documents inside were`;
  if (nesting.depth >= childDepthMax) return `${what} not read: nested over ${childDepthMax} levels`;
  if (children.length > nesting.countLeft) return `${what} not read: too many documents in one`;
  return bytes > nesting.bytesLeft ? `${what} not read: too many bytes in one document` : undefined;
}

/** Parent, kind, number and name; what would be too long ends in a hash of the whole. */
export function childDocumentId(parentId: string, { kind, name }: ChildDocument, number: number): string {
  const shown = name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/gu, '').toWellFormed();
  const id = `${parentId}!/${kind}/${number}-${shown}`;
  if (Buffer.byteLength(id) <= idBytesMax) return id;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, hashChars);
  const room = idBytesMax - hashChars - 1;
  const cut = Buffer.from(id)
    .subarray(0, room)
    .toString('utf8')
    .replace(/\ufffd+$/u, '');
  return `${cut}~${hash}`;
}

/**
 * The submission of a child. It says whose child it is, keeps what the submitter said of the parent, and is the same
 * each time, so that a repeat changes nothing. Its bytes wait in staging under its ingestionId.
 */
export function childSubmission(
  parent: DocumentStaged,
  child: ChildDocument,
  place: { readonly number: number; readonly siblings: number; readonly bytes: number; readonly nesting: Nesting },
): DocumentSubmitted & { ingestionId: string } {
  const { number, siblings, bytes, nesting } = place;
  const ingestionId = derivedUuidV7(parent.submittedAt, `child ${parent.ingestionId} ${number}`);
  const share = (left: number, used: number): number => Math.max(0, Math.floor((left - used) / siblings));
  const left = `${share(nesting.countLeft, siblings)}/${share(nesting.bytesLeft, bytes)}`;
  return {
    namespace: parent.namespace,
    documentId: childDocumentId(parent.documentId, child, number),
    ingestionId,
    version: null,
    force: false,
    ...{ source: 'local_upload', location: `staging:${ingestionId}`, content: null },
    ...{ mediaType: child.mediaType, title: null },
    metadata: {
      ...parent.metadata,
      filename: child.name.replaceAll('\u0000', '').toWellFormed().slice(0, idBytesMax),
      parent_document_id: parent.documentId,
      parent_ingestion_id: parent.ingestionId,
      [nestingField]: `${nesting.depth + 1}/${left}`,
    },
    submittedAt: parent.submittedAt,
  };
}
