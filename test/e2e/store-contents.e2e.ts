import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acmeEntities, acmeReport } from './samples.js';
import { StoreViews, type Row } from './store-views.js';

const namespace = aNamespace('acme');
const again = aNamespace('acme');
let penstock: PenstockUnderTest;
let stores: StoreViews;
let ingestionId: string;

beforeAll(async () => {
  stores = new StoreViews();
  penstock = await startPenstock();
  ({ ingestionId } = await penstock.api.inline(namespace, 'report', acmeReport));
  const second = await penstock.api.inline(again, 'report', acmeReport);
  for (const id of [ingestionId, second.ingestionId]) expect((await penstock.api.outcome(id)).status).toBe('live');
});

afterAll(async () => {
  await penstock.stop();
  await stores.close();
});

async function view(name: string, columns: string, of = namespace): Promise<Row[]> {
  return stores.sql(`SELECT ${columns} FROM penstock.live_${name} WHERE namespace = $1 ORDER BY 1, 2, 3`, [of]);
}

const factColumns = 'relation, fact, valid_at, invalid_at';

describe('PostgreSQL', () => {
  it('has the document and its chunks', async () => {
    const documents = await view('documents', 'document_id, namespace, ingestion_id, version::int, media_type');
    expect(documents).toEqual([
      { document_id: 'report', namespace, ingestion_id: ingestionId, version: 1, media_type: 'text/plain' },
    ]);

    const [chunk, ...more] = await view('chunks', 'document_id, ingestion_id, namespace, seq, text, token_count');
    expect(more).toEqual([]);
    expect(chunk).toMatchObject({ document_id: 'report', ingestion_id: ingestionId, namespace, seq: 0 });
    expect(chunk?.['text']).toBe(acmeReport.trim());
    expect(chunk?.['token_count']).toBeGreaterThan(50);
  });

  it('has the entities of the report by type, each mention with the words it stands on', async () => {
    const entities = await view('entities', 'name, type, uuid');
    const types = Object.fromEntries(entities.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject(acmeEntities);

    const mentions = await view('mentions', 'entity_uuid, seq, evidence, start_offset::int, end_offset::int');
    expect(new Set(mentions.map(({ entity_uuid }) => entity_uuid))).toEqual(new Set(entities.map(({ uuid }) => uuid)));
    for (const { evidence, start_offset, end_offset } of mentions) {
      expect(acmeReport.slice(Number(start_offset), Number(end_offset)).length).toBeGreaterThan(0);
      expect(acmeReport).toContain(String(evidence));
    }
  });

  it('has at least ten facts, each between entities that are there', async () => {
    const uuids = (await view('entities', 'uuid, name, type')).map(({ uuid }) => uuid);
    const facts = await view('facts', 'uuid, source_uuid, target_uuid, relation, fact');

    expect(facts.length).toBeGreaterThanOrEqual(10);
    for (const { source_uuid, target_uuid, relation, fact } of facts) {
      expect(uuids).toEqual(expect.arrayContaining([source_uuid, target_uuid]));
      expect([relation, fact]).not.toContain('');
    }
  });

  it('has the same entities and facts after another run over the same text', async () => {
    const [first, second] = await Promise.all([namespace, again].map((of) => view('facts', factColumns, of)));
    expect(second).toEqual(first);

    const [names, namesAgain] = await Promise.all(
      [namespace, again].map((of) => view('entities', 'name, type, namespace', of)),
    );
    expect(namesAgain).toEqual(names?.map((row) => ({ ...row, namespace: again })));
  });
});

describe('Neo4j, asked as Graphiti asks', () => {
  it('has the episode and the entities it mentions', async () => {
    const rows = await stores.cypher(
      `MATCH (e:Episodic {uuid: $ingestionId})-[:MENTIONS]->(n:Entity)
       WHERE e.group_id IN [$namespace] AND e.valid_at <= datetime()
       RETURN e.name AS episode, e.content AS content, e.source AS source, e.source_description AS description,
         e.created_at IS NOT NULL AS dated, n.uuid AS uuid, n.name AS name, n.group_id AS namespace,
         n.labels AS labels, labels(n) AS nodeLabels, n.summary AS summary, n.created_at IS NOT NULL AS born`,
      { ingestionId, namespace },
    );

    const entities = await view('entities', 'uuid, name, type');
    expect(rows.map(({ uuid }) => uuid).sort()).toEqual(entities.map(({ uuid }) => uuid).sort());
    for (const row of rows) {
      expect(row).toMatchObject({ episode: 'report', source: 'text', dated: true, namespace, born: true });
      expect(row['content']).toBe(acmeReport.trim());
    }
    const acme = rows.find(({ name }) => name === 'ACME Corporation');
    expect(acme).toMatchObject({
      labels: ['Entity', 'Organization'],
      nodeLabels: expect.arrayContaining(['Organization']),
      summary: 'ACME Corporation Q4 2024 Report.',
    });
  });

  it('has the facts as named relations that know their episodes', async () => {
    const rows = await stores.cypher(
      `MATCH (a:Entity {group_id: $namespace})-[r:RELATES_TO]->(b:Entity)
       WHERE $ingestionId IN r.episodes AND r.group_id = $namespace AND r.invalid_at IS NULL
       RETURN r.uuid AS uuid, r.name AS relation, r.fact AS fact, a.uuid AS source_uuid, b.uuid AS target_uuid
       ORDER BY uuid`,
      { ingestionId, namespace },
    );

    expect(rows).toEqual(await view('facts', 'uuid, source_uuid, target_uuid, relation, fact'));
  });
});

describe('an acronym that one document defines', () => {
  it('is the longer name in all of its namespace, and what it was once that document is gone', async () => {
    const of = aNamespace('acronym');
    const [long, short] = ['International Business Machines', 'IBM'];
    const live = async (documentId: string, text: string): Promise<void> => {
      const { ingestionId: id } = await penstock.api.inline(of, documentId, text);
      expect((await penstock.api.outcome(id)).status).toBe('live');
    };
    const shown = async (): Promise<Row[][]> => [
      await view('entities', 'name, type, aliases', of),
      await stores.cypher(
        `MATCH (n:Entity {group_id: $of}) RETURN n.name AS name, last(n.labels) AS type, n.aliases AS aliases
         ORDER BY name`,
        { of },
      ),
    ];
    await live('using', `The ${short} warned Globex Corporation.`);
    const before = await shown();

    await live('defining', `${long} (${short}) warned Globex Corporation.`);
    const joined = await shown();
    const { ingestionId: id } = await penstock.api.retract(of, 'defining');
    await penstock.api.outcome(id);

    const rows = (name: string, ...aliases: string[]): Row[] => [
      { name: 'Globex Corporation', type: 'Organization', aliases: [] },
      { name, type: 'Organization', aliases },
    ];
    expect(before).toEqual([rows(short), rows(short)]);
    expect(joined).toEqual([rows(long, short), rows(long, short)]);
    expect(await shown()).toEqual(before);
  });
});

describe('Qdrant, through its own client', () => {
  const live = {
    must: [
      { key: 'namespace', match: { value: namespace } },
      { key: 'live', match: { value: true } },
    ],
  };

  it('has document and chunk as live points with a dense and a sparse vector', async () => {
    for (const collection of ['penstock_documents', 'penstock_chunks']) {
      const [point, ...more] = await stores.points(collection, namespace);
      expect(more).toEqual([]);
      expect(point?.payload).toMatchObject({ namespace, document_id: 'report', ingestion_id: ingestionId, live: true });
      expect(point?.payload?.['text']).toContain('John Smith, CEO of ACME Corporation');
      const { dense, sparse } = point?.vector as unknown as { dense: number[]; sparse: { indices: number[] } };
      expect(dense).toHaveLength(384);
      expect(sparse.indices.length).toBeGreaterThan(10);
    }
    const [chunk] = await stores.points('penstock_chunks', namespace);
    expect(chunk?.payload).toMatchObject({ seq: 0 });
  });

  it('finds the chunk by either vector', async () => {
    const [chunk] = await stores.points('penstock_chunks', namespace);
    const vectors = chunk?.vector as unknown as Record<'dense' | 'sparse', number[]>;
    for (const using of ['dense', 'sparse'] as const) {
      const options = { query: vectors[using], using, filter: live, limit: 3, with_payload: true };
      const { points } = await stores.qdrant.query('penstock_chunks', options);
      expect(points.map(({ id }) => id)).toEqual([chunk?.id]);
      expect(points[0]?.score).toBeGreaterThan(0);
    }
  });
});

describe('Redis', () => {
  it('has the document as a hash and its chunks as a list, both expiring', async () => {
    const key = `penstock:${namespace}:document:report`;

    expect(await stores.redis.hgetall(key)).toMatchObject({
      document_id: 'report',
      namespace,
      ingestion_id: ingestionId,
    });
    const chunks = await stores.redis.lrange(`${key}:chunks`, 0, -1);
    expect(chunks.map((json) => (JSON.parse(json) as Row)['text'])).toEqual([acmeReport.trim()]);
    for (const one of [key, `${key}:chunks`]) {
      const ttl = await stores.redis.ttl(one);
      expect(ttl).toBeGreaterThan(3000);
      expect(ttl).toBeLessThanOrEqual(3600);
    }
  });
});
