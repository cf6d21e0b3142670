import { factUuid, type Entity, type Fact, type Mention } from '#events';

const relation = 'WORKS_WITH';

/** A fact from each entity to the next, stated in the chunk where the first of them stands. */
export function factsBetween(namespace: string, entities: readonly Entity[], chunkCount: number): Fact[] {
  return entities.slice(1).map((target, index) => {
    const source = entities[index] ?? target;
    const fact = `${source.name} works with ${target.name}.`;
    return {
      uuid: factUuid(namespace, source.uuid, relation, target.uuid, fact),
      sourceUuid: source.uuid,
      targetUuid: target.uuid,
      relation,
      fact,
      seq: index % chunkCount,
      evidence: fact,
      validAt: index % 2 === 0 ? 1_767_225_600_000 : null,
      invalidAt: null,
    };
  });
}

/** The sentences of one chunk that speak of entities. */
export function sentencesOf(
  entities: readonly Entity[],
  facts: readonly Fact[],
  seq: number,
  chunkCount: number,
): string[] {
  const standing = entities.filter((_, index) => index % chunkCount === seq).map(({ name }) => `Here is ${name}.`);
  return [...standing, ...facts.filter((fact) => fact.seq === seq).map(({ fact }) => fact)];
}

/** One mention for each entity that stands in the chunk or in a fact it states. */
export function mentionsIn(
  entities: readonly Entity[],
  facts: readonly Fact[],
  seq: number,
  text: string,
  chunkCount: number,
): Mention[] {
  const stated = facts
    .filter((fact) => fact.seq === seq)
    .flatMap(({ sourceUuid, targetUuid }) => [sourceUuid, targetUuid]);
  const here = entities.filter(({ uuid }, index) => index % chunkCount === seq || stated.includes(uuid));
  return here.map(({ uuid, name }) => {
    const startOffset = text.indexOf(name);
    return { entityUuid: uuid, seq, evidence: name, startOffset, endOffset: startOffset + name.length };
  });
}
