import { DocumentIndex, type KnownFact } from '#stores/reading';

/** A fact that holds. */
export function aKnownFact(given: Partial<KnownFact> = {}): KnownFact {
  return {
    ...{ uuid: 'f', source: 'John Smith', sourceUuid: 's', relation: 'CEO_OF', target: 'ACME', targetUuid: 'e' },
    ...{ fact: 'John Smith is the CEO of ACME.', validAt: null, invalidAt: null },
    ...{ documents: [{ documentId: 'd', version: 1, ingestionId: 'i' }], documentCount: 1 },
    ...given,
  };
}

/** Documents of a namespace that has none. */
export class NoDocuments extends DocumentIndex {
  override entitiesNamed: DocumentIndex['entitiesNamed'] = () => Promise.resolve([]);
  override stating: DocumentIndex['stating'] = () => Promise.resolve([]);
  override stated: DocumentIndex['stated'] = () => Promise.resolve(new Set());
  override mentioning: DocumentIndex['mentioning'] = () => Promise.resolve([]);
  override matching: DocumentIndex['matching'] = () => Promise.resolve([]);
  override cited: DocumentIndex['cited'] = () => Promise.resolve(new Map());
  override dataVersion: DocumentIndex['dataVersion'] = () => Promise.resolve('1');
}
