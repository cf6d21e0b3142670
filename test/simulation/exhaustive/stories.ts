import type { Request } from '../clients.js';
import type { Beginning } from '../world.js';

/** What clients ask for, and one trouble that an ingestion may have, which counts as a fault. */
export interface Story {
  readonly name: string;
  readonly requests: readonly Request[];
  readonly trouble: Trouble;
}

interface Trouble {
  readonly kind: 'none' | 'neo4j refuses' | 'postgres refuses' | 'a stage gives up' | 'a client cancels';
  readonly version: number;
}

const put: Request = { kind: 'put', document: 0, parts: 1 };
const remove: Request = { kind: 'delete', document: 0, parts: 1 };
const lives = {
  'create, update': [put, put],
  'create, delete, create again': [put, remove, put],
  'create, update, delete': [put, put, remove],
};
// Neo4j, Qdrant and Redis are one and the same to the saga; PostgreSQL says its receipts through the outbox.
const kinds = ['neo4j refuses', 'postgres refuses', 'a stage gives up', 'a client cancels'] as const;
const troubles: readonly Trouble[] = [
  { kind: 'none', version: 0 },
  ...kinds.flatMap((kind) => [1, 2].map((version) => ({ kind, version }))),
];

/** The whole scope: three lives of one document with two versions, each without and with each trouble. */
export const stories: readonly Story[] = Object.entries(lives).flatMap(([life, requests]) =>
  troubles.map((trouble) => ({ name: nameOf(life, trouble), requests, trouble })),
);

function nameOf(life: string, { kind, version }: Trouble): string {
  return kind === 'none' ? life : `${life}; ${kind} v${version}`;
}

export function beginningOf({ requests, trouble }: Story): Beginning {
  const hits = (kind: string, version: number): boolean => trouble.kind === kind && trouble.version === version;
  return {
    requests,
    refuses: ({ version }, store) => hits(`${store} refuses`, version),
    failsAt: ({ version }) => (hits('a stage gives up', version) ? 0 : undefined),
    cancels: ({ version }) => hits('a client cancels', version),
  };
}
