import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { eventually } from './eventually.js';
import { KafkaOutsider, type SeenRecord } from './kafka-outsider.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { StoreViews, type Row } from './store-views.js';

const outcomes = 'penstock.documents.outcomes';
const namespace = aNamespace('reads');
const names = Array.from({ length: 12 }, (_, i) => `doc ${i}`);
const versions = 3;
const outsider = new KafkaOutsider();
let penstock: PenstockUnderTest;
let stores: StoreViews;

/** What a document's version says, in words that no other version has. */
function textOf(documentId: string, version: number): string {
  const word = `${documentId.replace(' ', '-')}-v${version}`;
  const facts = `Ada Lovelace works for ${word.toUpperCase()} Corporation. John Smith is CEO of ACME Corporation.`;
  return Array.from({ length: 60 }, (_, i) => `${facts} Sentence ${i} of ${word} has words of its own.`).join('\n');
}

interface Concluded {
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
  readonly status: string;
  readonly counts: { readonly chunks: number };
}

/** One version as a store showed it: which ingestion, how much of it, and a text that must be its own. */
interface Shown {
  readonly ingestions: readonly string[];
  readonly chunks: number;
  readonly texts: readonly string[];
}

beforeAll(async () => {
  stores = new StoreViews();
  [penstock] = await Promise.all([startPenstock({ chunkTokens: 128 }), outsider.connect()]);
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([stores.close(), outsider.close()]);
  expect(penstock.fatal).toEqual([]);
});

const distinct = (rows: readonly Row[], column: string): string[] => [
  ...new Set(rows.map((row) => String(row[column]))),
];

/** One statement, one query, one script or one page a store: what a reader sees at one moment. */
const readers: Readonly<Record<string, (documentId: string) => Promise<Shown>>> = {
  postgres: async (documentId) => {
    const rows = await stores.sql(
      'SELECT ingestion_id, text FROM penstock.live_chunks WHERE namespace = $1 AND document_id = $2',
      [namespace, documentId],
    );
    return { ingestions: distinct(rows, 'ingestion_id'), chunks: rows.length, texts: distinct(rows, 'text') };
  },
  neo4j: async (documentId) => {
    const rows = await stores.cypher(
      `MATCH (e:Episodic {group_id: $namespace, document_id: $documentId})-[:MENTIONS]->(n:Entity)
       RETURN e.uuid AS ingestion_id, n.name AS text`,
      { namespace, documentId },
    );
    return { ingestions: distinct(rows, 'ingestion_id'), chunks: -1, texts: [] };
  },
  qdrant: async (documentId) => {
    const match = { namespace, document_id: documentId, live: true };
    const must = Object.entries(match).map(([key, value]) => ({ key, match: { value } }));
    const page = { filter: { must }, limit: 1000, with_payload: true };
    const rows = (await stores.qdrant.scroll('penstock_chunks', page)).points.map(({ payload }) => payload ?? {});
    return { ingestions: distinct(rows, 'ingestion_id'), chunks: rows.length, texts: distinct(rows, 'text') };
  },
  redis: async (documentId) => {
    const key = `penstock:${namespace}:document:${documentId}`;
    const answers = await stores.redis.multi().hgetall(key).lrange(`${key}:chunks`, 0, -1).exec();
    const [hash, chunks] = (answers ?? []).map(([, value]) => value) as [Record<string, string>, string[]];
    const { ingestion_id: ingestionId } = hash;
    return { ingestions: ingestionId === undefined ? [] : [ingestionId], chunks: chunks.length, texts: chunks };
  },
};

/** A look is right if it shows nothing, or one version, whole. */
function wrongIn(documentId: string, shown: Shown, known: ReadonlyMap<string, Concluded>): string[] {
  const { ingestions, chunks, texts } = shown;
  if (ingestions.length === 0) return [];
  if (ingestions.length > 1) return [`shows ${ingestions.length} versions at once`];
  const one = known.get(ingestions[0] ?? '');
  if (one === undefined) return [`shows ${ingestions[0]}, which never became live`];
  const word = `${documentId.replace(' ', '-')}-v${one.version}`;
  return [
    ...(chunks === -1 || chunks === one.counts.chunks ? [] : [`shows ${chunks} of ${one.counts.chunks} chunks`]),
    ...(texts.every((text) => text.toLowerCase().includes(word))
      ? []
      : [`shows words of another version than ${word}`]),
  ];
}

it('right after IngestionConcluded, all four stores show that version; in between, none shows anything else', async () => {
  const records: readonly SeenRecord[] = await outsider.watch(outcomes);
  const concluded = new Map<string, Concluded>();
  const stale: string[] = [];
  const looks: { store: string; documentId: string; shown: Shown }[] = [];
  const [done, looked] = [new AbortController(), new Map<string, number>()];

  /** Reads each conclusion as it arrives, and each store at once. */
  async function follow(): Promise<void> {
    for (let next = 0; !done.signal.aborted || next < records.length;) {
      const record = records[next];
      if (record === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      next += 1;
      const ours = record.key.startsWith(`${namespace}/`) && record.headers['ce_type']?.endsWith('IngestionConcluded');
      if (ours !== true) continue;
      const one = (await outsider.registry.decode(record.value ?? Buffer.alloc(0))) as Concluded;
      if (one.status !== 'live') continue;
      const shown = await Promise.all(Object.values(readers).map((read) => read(one.documentId)));
      Object.keys(readers).forEach((store, i) => {
        const [ingestion] = shown[i]?.ingestions ?? [];
        const newer = ingestion !== undefined && (versionsSeen.get(ingestion) ?? 0) > one.version;
        if (ingestion === one.ingestionId || newer) return;
        stale.push(`${store} shows ${ingestion} of ${one.documentId} after v${one.version} was concluded live`);
      });
      concluded.set(one.ingestionId, { ...one, version: Number(one.version) });
    }
  }

  /** Looks at the live views while versions come and go. */
  async function poll(store: string): Promise<void> {
    for (let i = 0; !done.signal.aborted; i += 1) {
      const documentId = names[i % names.length] ?? '';
      const shown = await readers[store]?.(documentId);
      if (shown !== undefined) looks.push({ store, documentId, shown });
      looked.set(store, (looked.get(store) ?? 0) + 1);
    }
  }

  const versionsSeen = new Map<string, number>();
  const following = follow();
  const polling = Object.keys(readers).map(poll);
  const lives = names.map(async (documentId) => {
    for (let version = 1; version <= versions; version += 1) {
      const accepted = await penstock.api.inline(namespace, documentId, textOf(documentId, version));
      versionsSeen.set(accepted.ingestionId, accepted.version);
      expect((await penstock.api.outcome(accepted.ingestionId, 240_000)).status).toBe('live');
    }
  });
  await Promise.all(lives);
  await eventually('all conclusions', () => concluded.size === names.length * versions || undefined, 120_000);
  done.abort();
  await Promise.all([following, ...polling]);

  expect(stale).toEqual([]);
  const wrong = looks.flatMap(({ store, documentId, shown }) =>
    wrongIn(documentId, shown, concluded).map((what) => `${store} of ${documentId} ${what}`),
  );
  expect([...new Set(wrong)]).toEqual([]);
  for (const store of Object.keys(readers)) expect(looked.get(store)).toBeGreaterThan(names.length * versions);
}, 600_000);
