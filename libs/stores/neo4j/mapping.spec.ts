import { describe, expect, it } from '@jest/globals';

import { anIngestion } from '../../../test/builders/index.js';
import { documentsToLock, ingestionRow, noTime, pendingPartRow } from './mapping.js';

const first = <T>(values: readonly T[]): T => {
  const [value] = values;
  if (value === undefined) throw new RangeError('there is none');
  return value;
};

describe('pendingPartRow', () => {
  it('keeps entities and facts in parallel arrays', () => {
    const part = first(anIngestion().withEntities(['Ada', 'Grace']).withFacts().build());

    const row = pendingPartRow(part);

    expect(row).toMatchObject({
      key: `${part.ingestionId}/1`,
      entityUuids: part.entities.map(({ uuid }) => uuid),
      entityNames: ['Ada', 'Grace'],
      entityTypes: ['Person', 'Person'],
      entityLabels: ['Person', 'Person'],
      factUuids: part.facts.map(({ uuid }) => uuid),
      factSources: [part.entities[0]?.uuid],
      factTargets: [part.entities[1]?.uuid],
      chunkCount: 2,
    });
  });

  it('holds nothing but what a Neo4j property can be: no null, no map, no mixed array', () => {
    const part = first(anIngestion().withParts(2).withEntities(['Ada', 'Grace', 'Linus']).withFacts().build());

    for (const value of Object.values(pendingPartRow({ ...part, title: null, location: null }))) {
      const kinds = new Set([value].flat().map((item) => typeof item));
      expect([...kinds].every((kind) => kind === 'string' || kind === 'number')).toBe(true);
      expect(kinds.size).toBeLessThanOrEqual(1);
    }
  });

  it('keeps what is claimed of names beside them, and no column for it where nothing is', () => {
    const part = first(anIngestion().withEntities(['Ada', 'Grace']).build());
    const [ada, grace] = part.entities.map(({ uuid }) => uuid);
    const claim = { entityUuid: grace ?? '', otherUuid: ada ?? '', otherIngestionId: part.ingestionId, isShort: true };

    expect(pendingPartRow({ ...part, claims: [claim, claim] })['entityClaims']).toEqual([
      '',
      `${ada} ${part.ingestionId} short`,
    ]);
    expect(pendingPartRow(part)).not.toHaveProperty('entityClaims');
  });

  it('marks a time that the text does not give', () => {
    const part = first(anIngestion().withEntities(['Ada', 'Grace', 'Linus']).withFacts().build());

    expect(pendingPartRow(part)['factValidAts']).toEqual(part.facts.map(({ validAt }) => validAt ?? noTime));
    expect(pendingPartRow(part)['factInvalidAts']).toEqual(part.facts.map(() => noTime));
  });

  it('gives only types of the ontology a label', () => {
    const part = first(anIngestion().withEntities(['Ada'], 'Person`) DETACH DELETE n //').build());

    expect(pendingPartRow(part)['entityLabels']).toEqual(['Entity']);
  });

  it('gives an entity the same mention from every part, and another one from every ingestion', () => {
    const [one, two] = anIngestion().withParts(2).withEntities(['Ada', 'Grace']).withFacts().build();
    const other = first(anIngestion({ version: 2 }).withEntities(['Ada', 'Grace']).build());
    if (one === undefined || two === undefined) throw new RangeError('there are two parts');
    const shared = { ...two, entities: one.entities };

    expect(pendingPartRow(shared)['mentionUuids']).toEqual(pendingPartRow(one)['mentionUuids']);
    expect(pendingPartRow(other)['mentionUuids']).not.toEqual(pendingPartRow(one)['mentionUuids']);
  });

  it('shows a bounded, well-formed beginning of the text, on the first part only', () => {
    const texts = [`${'x'.repeat(8191)}🦀`];
    const [one, two] = anIngestion().withParts(2).withTexts(texts).build();
    if (one === undefined || two === undefined) throw new RangeError('there are two parts');

    const content = pendingPartRow(one)['content'] as string;

    expect(content).toHaveLength(8192);
    expect(content.isWellFormed()).toBe(true);
    expect(pendingPartRow(two)['content']).toBe('');
  });

  it('shows a record as its JSON, with the source that Graphiti knows', () => {
    const part = first(anIngestion().withRecord('{"price":1}').build());

    expect(pendingPartRow(part)).toMatchObject({
      content: '{"price":1}',
      source: 'json',
      sourceDescription: 'json_record',
    });
  });
});

describe('documentsToLock', () => {
  it('names each document once, in sorted order', () => {
    const rows = ['b', 'a', 'b'].map((documentId) =>
      ingestionRow({ namespace: 'n', documentId, ingestionId: 'i', version: 1 }),
    );

    expect(documentsToLock(rows).map(({ key }) => key)).toEqual(['n/a', 'n/b']);
  });
});
