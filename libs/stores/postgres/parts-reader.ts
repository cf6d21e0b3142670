import type { Pool } from 'pg';

import { rowsOf } from '#database';
import type { Chunk, Entity, Fact, Mention, NameClaim, Origin } from '#events';
import { readClaim } from '#identity';
import { wholeOrigin } from '#stores/port';

/** What the rows of an ingestion say beside its chunks. */
export interface Knowledge {
  readonly entities: Entity[];
  readonly mentions: Mention[];
  readonly facts: Fact[];
}

const selectChunks = `
SELECT chunk_id AS "chunkId", seq, text, token_count AS "tokenCount", start_offset AS "startOffset",
  end_offset AS "endOffset", heading_path AS "headingPath", origin
FROM penstock.store_chunks WHERE ingestion_id = $1 AND part = $2 ORDER BY seq`;
const selectMentions = `
SELECT entity_uuid AS "entityUuid", seq, evidence, start_offset AS "startOffset", end_offset AS "endOffset"
FROM penstock.store_mentions WHERE ingestion_id = $1 AND seq = ANY($2::int[]) ORDER BY seq, start_offset, entity_uuid`;
const selectEntities = `
SELECT uuid, name, type, summary
FROM penstock.store_entities WHERE ingestion_id = $1 AND uuid = ANY($2::uuid[]) ORDER BY uuid`;
const selectClaims = `
SELECT entity_uuid AS "entityUuid", claim
FROM penstock.store_name_claims WHERE ingestion_id = $1 AND entity_uuid = ANY($2::uuid[]) ORDER BY entity_uuid, claim`;
const selectFacts = `
SELECT uuid, source_uuid AS "sourceUuid", target_uuid AS "targetUuid", relation, fact, seq, evidence,
  (extract(epoch FROM valid_at) * 1000)::bigint AS "validAt", (extract(epoch FROM invalid_at) * 1000)::bigint AS "invalidAt"
FROM penstock.store_facts WHERE ingestion_id = $1 AND seq = ANY($2::int[]) ORDER BY uuid`;

/** Reads the rows of an ingestion part by part, live or not, to make the parts again that they came from. */
export class PostgresPartsReader {
  constructor(private readonly pool: Pool) {}

  async chunks(ingestionId: string, part: number): Promise<Chunk[]> {
    const rows = await rowsOf<Chunk & { origin: Partial<Origin> | null }>(this.pool, selectChunks, [ingestionId, part]);
    return rows.map((row) => ({ ...row, origin: wholeOrigin(row.origin) }));
  }

  /** What stands in chunks; an entity is of every part in which it is mentioned. */
  async knowledge(ingestionId: string, seqs: readonly number[]): Promise<Knowledge> {
    const mentions = await rowsOf<Mention>(this.pool, selectMentions, [ingestionId, seqs]);
    const uuids = [...new Set(mentions.map(({ entityUuid }) => entityUuid))];
    const entities = await rowsOf<Entity>(this.pool, selectEntities, [ingestionId, uuids]);
    return { entities, mentions, facts: await rowsOf<Fact>(this.pool, selectFacts, [ingestionId, seqs]) };
  }

  /** What the ingestion claims of names, in whatever part. */
  async claims(ingestionId: string, uuids: readonly string[]): Promise<NameClaim[]> {
    const rows = await rowsOf<{ entityUuid: string; claim: string }>(this.pool, selectClaims, [ingestionId, uuids]);
    return rows.map(({ entityUuid, claim }) => ({ entityUuid, ...readClaim(claim) }));
  }

  /** What the row says of the document's metadata; undefined if there is none. */
  async metadata(ingestionId: string): Promise<Record<string, string> | undefined> {
    const sql = 'SELECT metadata FROM penstock.store_ingestions WHERE ingestion_id = $1';
    const [row] = await rowsOf<{ metadata: Record<string, string> | null }>(this.pool, sql, [ingestionId]);
    return row?.metadata ?? undefined;
  }

  /** The structured record as JSON, or null. */
  async record(ingestionId: string): Promise<string | null> {
    const sql = 'SELECT record::text AS record FROM penstock.store_records WHERE ingestion_id = $1';
    return (await rowsOf<{ record: string }>(this.pool, sql, [ingestionId]))[0]?.record ?? null;
  }
}
