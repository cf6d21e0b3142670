import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Driver } from 'neo4j-driver';

import { entityUuid } from '#events';
import type { FactTime, KnownFact } from '#stores/reading';

import { anIngestion, ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { stating } from '../contract/contradictions.contract.js';
import type { Parts } from '../contract/harness.contract.js';
import { createNeo4jDriver, Neo4jFactIndex, Neo4jStoreWriter } from './index.js';

const signal = new AbortController().signal;
const newDriver = (): Driver => createNeo4jDriver({ url: testStack().neo4j, user: 'neo4j', password: 'penstock' });
const [may, june] = [1_777_593_600_000, 1_780_272_000_000];

describe('facts that a question finds in Neo4j', () => {
  let driver: Driver;
  let writer: Neo4jStoreWriter;
  const namespace = `facts-${randomUUID()}`;

  beforeAll(async () => {
    [driver, writer] = [newDriver(), new Neo4jStoreWriter(newDriver())];
    await writer.prepare();
  });

  afterAll(async () => {
    const leftOver = 'MATCH (n) WHERE coalesce(n.group_id, n.namespace) = $namespace DETACH DELETE n';
    await driver.executeQuery(leftOver, { namespace }, { database: 'neo4j' });
    await writer.close();
    await driver.close();
  });

  async function makeLive(parts: Parts): Promise<void> {
    await writer.writePending({ parts, receipts: [], signal });
    await writer.promote([ref(parts)], signal);
  }

  const around = (name: string, time: FactTime = 'ever'): Promise<KnownFact[]> =>
    new Neo4jFactIndex(driver).around([entityUuid(namespace, 'Person', name)], time, {
      ...{ namespace, limit: 10, signal },
    });

  it('name the documents that state them: the first three, and how many there are', async () => {
    const documents = ['a', 'b', 'c', 'd'].map((id) =>
      stating(namespace, id, may, { source: 'Ada', relation: 'MET_WITH', target: 'Charles' }),
    );
    for (const document of documents) await makeLive(document);

    const facts = await around('Charles');

    expect(facts).toEqual([
      expect.objectContaining({
        ...{ source: 'Ada', target: 'Charles', documentCount: 4 },
        documents: documents
          .slice(0, 3)
          .map(ref)
          .map(({ documentId, version, ingestionId }) => ({ documentId, version, ingestionId })),
      }),
    ]);
  });

  it('are none of a version that is pending, and none of one that is retracted', async () => {
    const parts = stating(namespace, 'passing', may, { source: 'Emil', relation: 'MET_WITH', target: 'Otto' });
    await writer.writePending({ parts, receipts: [], signal });
    const pending = await around('Otto');
    await writer.promote([ref(parts)], signal);
    const live = await around('Otto');
    await writer.retract([ref(parts)], signal);

    expect([pending.length, live.length, (await around('Otto')).length]).toEqual([0, 1, 0]);
  });

  it('name the version that is live, and none that was', async () => {
    const version = (number: number) =>
      anIngestion({ namespace, documentId: 'updated', version: number })
        .withEntities(['Grace', 'Alan'])
        .withFacts()
        .build();
    await makeLive(version(1));
    await makeLive(version(2));

    const facts = await around('Grace');

    expect(facts.map(({ documents, documentCount }) => ({ documents, documentCount }))).toEqual([
      {
        documents: [{ documentId: 'updated', version: 2, ingestionId: ref(version(2)).ingestionId }],
        documentCount: 1,
      },
    ]);
  });

  it('have ended where a later document contradicts them; what is stated nowhere has no times', async () => {
    const before = stating(namespace, 'before', may, { source: 'Emmy', target: 'Erlangen', validAt: may });
    const after = stating(namespace, 'after', june, { source: 'Felix', target: 'Erlangen' });
    await makeLive(before);
    await makeLive(after);
    const [ended, open] = [before, after].map(([part]) => part?.facts[0]?.uuid ?? '');

    const times = await new Neo4jFactIndex(driver).times([ended ?? '', open ?? '', randomUUID()], {
      namespace,
      signal,
    });
    const elsewhere = await new Neo4jFactIndex(driver).times([ended ?? ''], { namespace: 'elsewhere', signal });

    expect(Object.fromEntries(times)).toEqual({
      [ended ?? '']: { validAt: may, invalidAt: june },
      [open ?? '']: { validAt: null, invalidAt: null },
    });
    expect(elsewhere.size).toBe(0);
  });

  it('that say what is asked for come first, then those that tie what is named together', async () => {
    const met = (target: string) => ({ source: 'Nernst', relation: 'MET_WITH', target });
    await makeLive(stating(namespace, 'met-both', may, met('Planck'), met('Rubens')));
    await makeLive(stating(namespace, 'met-one', may, met('Planck')));
    await makeLive(stating(namespace, 'praised', may, { ...met('Sommerfeld'), relation: 'SPOKE_WELL_OF' }));
    const uuids = ['Nernst', 'Rubens'].map((name) => entityUuid(namespace, 'Person', name));
    const targets = async (words?: readonly string[], limit = 10): Promise<string[]> => {
      const scope = { namespace, limit, signal, ...(words === undefined ? {} : { words }) };
      return (await new Neo4jFactIndex(driver).around(uuids, {}, scope)).map(({ target }) => target);
    };

    expect((await targets())[0]).toBe('Planck');
    expect(await targets([])).toEqual(['Rubens', 'Planck', 'Sommerfeld']);
    expect(await targets(['well', 'nothing'])).toEqual(['Sommerfeld', 'Rubens', 'Planck']);
    expect(await targets(['sommerfeld'], 1)).toEqual(['Sommerfeld']);
  });

  describe('that state no beginning', () => {
    const day = 86_400_000;
    const sources = async (name: string, asOf?: number): Promise<string[]> =>
      (await around(name, asOf === undefined ? {} : { asOf })).map(({ source }) => source).sort();

    it('held always, but not while those held that they ended', async () => {
      await makeLive(stating(namespace, 'first', may, { source: 'Gauss', target: 'Bonn', validAt: may }));
      await makeLive(stating(namespace, 'second', june, { source: 'Hilbert', target: 'Bonn' }));
      await makeLive(stating(namespace, 'third', june + 30 * day, { source: 'Ida', target: 'Bonn' }));

      expect(await sources('Bonn', may + 14 * day)).toEqual(['Gauss']);
      expect(await sources('Hilbert', may + 14 * day)).toEqual([]);
      expect(await sources('Bonn', june)).toEqual(['Hilbert']);
      expect(await sources('Bonn', june + 29 * day)).toEqual(['Hilbert']);
      expect(await sources('Bonn')).toEqual(['Ida']);
    });

    it('had not begun before the end that one before them states', async () => {
      const until = may + 20 * day;
      const before = { source: 'Jacobi', target: 'Halle', validAt: may, invalidAt: until };
      await makeLive(stating(namespace, 'until', may, before));
      await makeLive(stating(namespace, 'from-then-on', june, { source: 'Klein', target: 'Halle' }));

      expect(await sources('Halle', until - day)).toEqual(['Jacobi']);
      expect(await sources('Halle', until)).toEqual(['Klein']);
    });

    it('are ended and begin in the same way where a thing has one target at a time', async () => {
      const livesIn = (target: string) => ({ source: 'Lise', relation: 'LIVES_IN', target });
      await makeLive(stating(namespace, 'vienna', may, livesIn('Vienna')));
      await makeLive(stating(namespace, 'stockholm', june, livesIn('Stockholm')));
      const targets = async (asOf: number): Promise<string[]> =>
        (await around('Lise', { asOf })).map(({ target }) => target);

      expect(await targets(may - day)).toEqual(['Vienna']);
      expect(await targets(june)).toEqual(['Stockholm']);
    });

    it('hold side by side where nothing contradicts them', async () => {
      const met = (target: string) => ({ source: 'Max', relation: 'MET_WITH', target });
      await makeLive(stating(namespace, 'met-once', may, { ...met('Niels'), validAt: may, invalidAt: june }));
      await makeLive(stating(namespace, 'met-again', june, met('Otto')));

      const facts = await around('Max', { asOf: may });

      expect(facts.map(({ target }) => target).sort()).toEqual(['Niels', 'Otto']);
    });
  });
});
