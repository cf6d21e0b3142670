import type { Neighbourhood } from '../api/types.js';

type Stated = Pick<Neighbourhood['facts'][number], 'documents' | 'documentCount'>;

/** A document that states a fact. */
export interface Statement {
  readonly name: string;
  readonly ingestionId: string;
}

/** Of longer names the beginning and the end are shown: those of attachments differ only there. */
const nameEnds = { first: 36, last: 20 };

/** The documents that state a fact, as far as they are named, and how many more there are. Pure. */
export function statedBy({ documents, documentCount }: Stated): {
  readonly named: readonly Statement[];
  readonly more: number;
} {
  const named = documents.map(({ documentId, ingestionId }) => ({ name: shortened(documentId), ingestionId }));
  return { named, more: Math.max(0, documentCount - named.length) };
}

function shortened(name: string): string {
  const { first, last } = nameEnds;
  const characters = [...name];
  if (characters.length <= first + last) return name;
  return `${characters.slice(0, first).join('')}…${characters.slice(-last).join('')}`;
}
