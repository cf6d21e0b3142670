import { expect, it } from '@jest/globals';
import { entityUuid, factUuid } from '#events';
import { anIngestion, ref } from '../../../test/builders/index.js';
import { createNeo4jDriver, Neo4jStoreWriter } from './index.js';
import { testStack } from '../../../test/services/addresses.js';
it('large', async () => {
  const signal = new AbortController().signal;
  const drv = createNeo4jDriver({ url: testStack().neo4j, user: 'neo4j', password: 'x' });
  const w = new Neo4jStoreWriter(drv);
  await w.prepare();
  let last;
  try {
  for (const version of [1, 2]) {
  const base = anIngestion({ namespace: 'large-y', version }).withParts(160).withChunks(10240).build();
  const parts = base.map((p, i) => {
    const entities = Array.from({ length: 190 }, (_, k) => { const name = `P ${version === 2 && i % 2 ? 'x' : ''} ${i} ${k}`; return { uuid: entityUuid('large-y', 'Person', name), name, type: 'Person' }; });
    const hub = { uuid: entityUuid('large-y', 'Person', 'Hub'), name: 'Hub', type: 'Person' };
    const facts = entities.map((e) => ({ uuid: factUuid('large-y', e.uuid, 'R', hub.uuid, e.name), sourceUuid: e.uuid, targetUuid: hub.uuid, relation: 'R', fact: `${e.name} r hub`, seq: 0, evidence: 'x', validAt: null, invalidAt: null }));
    return { ...p, entities: [...entities, hub], facts, mentions: [] };
  });
  let t = Date.now();
  last = parts;
  for (let i = 0; i < 160; i += 20) await w.writePending({ parts: parts.slice(i, i + 20), receipts: [], signal });
  process.stderr.write(`write ${Date.now() - t}\n`); t = Date.now();
  const [r] = await w.promote([ref(parts)], signal);
  process.stderr.write(`promote ${Date.now() - t}\n`);
  expect(r?.state).toBe('live');
  }
  } finally {
  const t = Date.now(); const r = await w.retract([ref(last!)], signal); process.stderr.write(`retract ${r[0]?.removed.length} ${Date.now() - t}\n`);
  process.stderr.write(JSON.stringify((await drv.executeQuery(`MATCH (n) WHERE n.group_id = 'large-y' OR n:PenstockPendingPart RETURN count(n) AS c`)).records[0]?.get('c')) + '\n');
  await w.close();
  }
}, 200000);
