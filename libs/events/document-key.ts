import { PermanentFailure } from '#failure';

/** What identifies a document. */
export interface DocumentRef {
  readonly namespace: string;
  readonly documentId: string;
}

const namespacePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
const documentIdBytesMax = 512;
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/u;

/** Says what is wrong with a namespace or documentId, or nothing. */
export function documentRefProblem({ namespace, documentId }: DocumentRef): string | undefined {
  if (!namespacePattern.test(namespace)) return 'namespace must match [a-z0-9][a-z0-9-]{0,62}';
  if (documentId.length === 0) return 'documentId must not be empty';
  if (Buffer.byteLength(documentId) > documentIdBytesMax) return `documentId is over ${documentIdBytesMax} bytes`;
  if (controlCharacters.test(documentId)) return 'documentId must not contain control characters';
  if (!documentId.isWellFormed()) return 'documentId must be well-formed Unicode';
  return undefined;
}

/** The record key `namespace/documentId`: unambiguous, since a namespace has no slash. */
export function documentKey({ namespace, documentId }: DocumentRef): string {
  return `${namespace}/${documentId}`;
}

/**
 * The document a record key speaks of.
 * @throws PermanentFailure if the key is not `namespace/documentId`.
 */
export function parseDocumentKey(key: string): DocumentRef {
  const slash = key.indexOf('/');
  const ref = { namespace: key.slice(0, Math.max(slash, 0)), documentId: key.slice(slash + 1) };
  const problem = slash < 0 ? 'key must be namespace/documentId' : documentRefProblem(ref);
  if (problem !== undefined) throw new PermanentFailure(problem, { reason: 'bad-key' });
  return ref;
}
