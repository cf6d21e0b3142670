import { factUuid, type Chunk, type Fact } from '#events';
import type { Extraction, FoundFact } from '#models';

import { evidenceAt, type PartEntities } from './entities.js';

/** Facts of a part, each once. */
export interface PartFacts {
  readonly facts: Fact[];
  /** How many were left out: an end that is no entity of the part, no relation, or words that do not occur. */
  readonly dropped: number;
}

/** Facts between the entities of a part; where several chunks say the same, the first counts. */
export function partFacts(
  namespace: string,
  chunks: readonly Chunk[],
  found: readonly Extraction[],
  entities: Pick<PartEntities, 'find'>,
): PartFacts {
  const facts = new Map<string, Fact>();
  let dropped = 0;
  chunks.forEach((chunk, index) => {
    for (const statement of found[index]?.facts ?? []) {
      const fact = factOf(namespace, chunk, statement, entities);
      if (!fact) dropped += 1;
      else if (!facts.has(fact.uuid)) facts.set(fact.uuid, fact);
    }
  });
  return { facts: [...facts.values()], dropped };
}

function factOf(
  namespace: string,
  chunk: Chunk,
  { source, relation, target, sentence, start, end, validAt, invalidAt }: FoundFact,
  entities: Pick<PartEntities, 'find'>,
): Fact | undefined {
  const from = entities.find(source);
  const to = entities.find(target);
  const evidence = evidenceAt(chunk.text, start, end);
  if (!from || !to || from === to || evidence === undefined || !/^[A-Z][A-Z0-9_]*$/.test(relation)) return undefined;
  return {
    uuid: factUuid(namespace, from.uuid, relation, to.uuid, sentence),
    sourceUuid: from.uuid,
    targetUuid: to.uuid,
    relation,
    fact: sentence,
    seq: chunk.seq,
    evidence,
    validAt: validAt ?? null,
    invalidAt: invalidAt ?? null,
  };
}
