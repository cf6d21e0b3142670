import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { episodeLine, episodeWords } from '#stores/auditor';

import { ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { stating } from '../contract/contradictions.contract.js';
import type { Parts } from '../contract/harness.contract.js';
import { storeAuditorContract } from '../store-auditor.contract.js';
import { createNeo4jDriver, Neo4jStoreAuditor, Neo4jStoreWriter } from './index.js';

const connect = () => createNeo4jDriver({ url: testStack().neo4j, user: 'neo4j', password: 'penstock' });

storeAuditorContract('neo4j', () => {
  const driver = connect();
  return Promise.resolve({
    auditor: new Neo4jStoreAuditor(driver),
    writer: new Neo4jStoreWriter(driver),
    lineOf: (part) => episodeLine(episodeWords(part)),
    close: () => Promise.resolve(),
  });
});

/** One company has one head: the later fact ends the earlier. */
describe('the times of facts, after a repair', () => {
  const signal = new AbortController().signal;
  const [may, june] = [1_777_593_600_000, 1_780_272_000_000];
  const driver = connect();
  const writer = new Neo4jStoreWriter(driver);
  const auditor = new Neo4jStoreAuditor(driver);
  let namespace: string;

  async function makeLive(parts: Parts): Promise<void> {
    await writer.writePending({ parts, receipts: [], signal });
    expect((await writer.promote([ref(parts)], signal))[0]?.state).toBe('live');
  }

  /** Sentence, beginning and end of every fact of the namespace. */
  async function facts(): Promise<unknown[]> {
    const { records } = await driver.executeQuery(
      `MATCH ()-[r:RELATES_TO {group_id: $namespace}]->()
       RETURN r.fact AS fact, r.starts_at AS startsAt, r.invalid_at.epochMillis AS endedAt ORDER BY fact`,
      { namespace },
    );
    return records.map((record) => [
      record.get('fact'),
      record.get('startsAt') as unknown,
      record.get('endedAt') as unknown,
    ]);
  }

  async function oldAndNew(): Promise<{ old: Parts; newer: Parts }> {
    namespace = `audit-times-${randomUUID()}`;
    const old = stating(namespace, 'old', may, { source: 'Ada', target: 'Acme' });
    const newer = stating(namespace, 'new', june, { source: 'Bob', target: 'Acme' });
    await makeLive(old);
    await makeLive(newer);
    return { old, newer };
  }

  const lone = ['Ada CEO_OF Acme.', may, null];

  beforeAll(() => writer.prepare());
  afterAll(() => writer.close());

  it('are open again when what ended them is removed', async () => {
    const { newer } = await oldAndNew();
    const { documentId, ingestionId } = ref(newer);

    await auditor.remove({ ingestionId, document: { namespace, documentId } }, signal);

    expect(await facts()).toEqual([lone]);
  });

  it('are open again when what ended them has lost its episode and is mended', async () => {
    const { newer } = await oldAndNew();
    await driver.executeQuery('MATCH (e:Episodic {uuid: $id}) DETACH DELETE e', { id: ref(newer).ingestionId });
    const fact = { kind: 'fact', id: newer[0]?.facts[0]?.uuid ?? '', namespace } as const;

    expect(await auditor.removeLeftovers([fact], signal)).toBe(1);

    expect(await facts()).toEqual([lone]);
  });

  it('are those of the documents that are left when one of several has lost its episode', async () => {
    await oldAndNew();
    const early = stating(namespace, 'early', may, { source: 'Bob', target: 'Acme', validAt: may - 1 });
    await makeLive(early);
    const before = await facts();
    await driver.executeQuery('MATCH (e:Episodic {uuid: $id}) DETACH DELETE e', { id: ref(early).ingestionId });
    const fact = { kind: 'fact', id: early[0]?.facts[0]?.uuid ?? '', namespace } as const;

    await auditor.removeLeftovers([fact], signal);

    expect(before).toContainEqual(['Bob CEO_OF Acme.', may - 1, may]);
    expect(await facts()).toEqual([
      ['Ada CEO_OF Acme.', may, june],
      ['Bob CEO_OF Acme.', june, null],
    ]);
  });

  it('are the same when a version was opened and promoted anew, and open meanwhile', async () => {
    const { newer } = await oldAndNew();
    const before = await facts();

    await auditor.reopen(ref(newer), auditor.keeps, signal);
    const meanwhile = await facts();
    await makeLive(newer);

    expect(meanwhile).toEqual([lone]);
    expect(await facts()).toEqual(before);
  });
});
