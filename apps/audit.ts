import { accessMigrations } from '#access';
import {
  auditMigrations,
  collectTombstones,
  keepReport,
  LedgerRetractor,
  LedgerSource,
  OutboxAnnouncer,
  runAudit,
  type AuditOptions,
  type AuditReport,
  type RepairPorts,
} from '#audit';
import { migrate, oneAtATime } from '#database';
import { ledgerMigrations } from '#ledger';
import type { EmbeddingModel, ExtractionModel } from '#models';
import { outboxMigrations } from '#outbox';
import type { StoreAuditor } from '#stores/auditor';
import { Neo4jStoreAuditor } from '#stores/neo4j';
import { storeNames, type StoreName, type StoreWriter } from '#stores/port';
import { DataVersions, PostgresPartsReader, PostgresStoreAuditor, postgresStoreMigrations } from '#stores/postgres';
import { QdrantChunkReader, QdrantStoreAuditor } from '#stores/qdrant';
import { RedisStoreAuditor } from '#stores/redis';

import { createEmbeddingModel, createExtractionModel } from './models.js';
import { PartSource } from './part-source.js';
import type { Platform } from './platform.js';
import { StoreRebuilder } from './store-rebuilder.js';
import { makeStoreWriter, storeClients } from './stores.js';

export type AuditRequest = Pick<AuditOptions, 'repair' | 'remove' | 'namespace' | 'onFinding' | 'confirmAfterMs'>;

const collectedTogether = 500;
/** Saga deadlines without a word, after which a store that is behind a decision will not come back to it by itself. */
const silentDeadlines = 2;

/** Audits with the connections of the settings; nothing is connected before it is used. */
export class StoreAudits {
  private readonly closers: (() => Promise<unknown>)[] = [];
  private readonly auditors: readonly StoreAuditor[];
  private readonly ports: RepairPorts;

  /** @param makeWriter makes the writers that bring a version back into a store. */
  constructor(
    private readonly platform: Platform,
    private readonly makeWriter: (platform: Platform, store: StoreName) => StoreWriter = makeStoreWriter,
  ) {
    this.auditors = this.makeAuditors();
    const { codec, config, nowMs, pool } = platform;
    this.ports = {
      ledger: new LedgerSource(pool, () => nowMs() - silentDeadlines * config.sagaDeadlineMs),
      auditors: this.auditors,
      rebuilder: this.makeRebuilder(),
      retractor: new LedgerRetractor(pool, codec, nowMs),
      announcer: new OutboxAnnouncer(pool, codec, nowMs),
    };
  }

  /** Tables that an audit reads and keeps its results in. */
  async prepare(): Promise<void> {
    const tables = [
      ...accessMigrations,
      ...outboxMigrations,
      ...ledgerMigrations,
      ...postgresStoreMigrations,
      ...auditMigrations,
    ];
    await migrate(this.platform.pool, tables);
  }

  /** Runs one audit and keeps what it came to; undefined if another runs already, here or elsewhere. */
  async run(request: AuditRequest, signal: AbortSignal): Promise<AuditReport | undefined> {
    const { config, nowMs, pool } = this.platform;
    const { tombstoneTtlMs } = config;
    return oneAtATime(pool, 'penstock.audit', async (lost) => {
      const both = AbortSignal.any([signal, lost]);
      const changed = new Set<string>();
      const onFinding: AuditOptions['onFinding'] = (finding, outcome) => {
        if (outcome !== 'found' && finding.namespace !== null) changed.add(finding.namespace);
        request.onFinding?.(finding, outcome);
      };
      try {
        const report = await runAudit(this.ports, { ...request, onFinding, tombstoneTtlMs, nowMs, signal: both });
        await keepReport(pool, report, { repair: request.repair, namespace: request.namespace });
        return report;
      } finally {
        // What was answered from the damage is not answered again, also if the audit did not come to its end.
        await new DataVersions(pool).raise(changed);
      }
    });
  }

  /** Collects tombstones that are old enough, from all stores, and counts them. */
  async collect(signal: AbortSignal): Promise<void> {
    const { config, metrics, nowMs } = this.platform;
    const beforeMs = nowMs() - config.tombstoneTtlMs;
    for (const auditor of this.auditors) {
      const collected = await collectTombstones(auditor, beforeMs, collectedTogether, signal);
      metrics.tombstonesCollected.inc({ store: auditor.store }, collected);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.closers.map((close) => close()));
  }

  private makeAuditors(): StoreAuditor[] {
    const { config, pool } = this.platform;
    const clients = storeClients(this.platform);
    const [driver, redis] = [clients.neo4j(), clients.redis()];
    this.closers.push(
      () => driver.close(),
      () => Promise.resolve(redis.disconnect()),
    );
    return [
      new PostgresStoreAuditor(pool),
      new Neo4jStoreAuditor(driver),
      new QdrantStoreAuditor(clients.qdrant()),
      new RedisStoreAuditor(redis, config),
    ];
  }

  private makeRebuilder(): StoreRebuilder {
    const { platform } = this;
    const { config, nowMs, pool } = platform;
    const writers = new Map(storeNames.map((store) => [store, this.makeWriter(platform, store)]));
    this.closers.push(...[...writers.values()].map((writer) => () => writer.close()));
    const rows = new PostgresPartsReader(pool);
    const points = new QdrantChunkReader(storeClients(platform).qdrant());
    let made: ExtractionModel | undefined;
    const extraction = (): ExtractionModel => (made ??= createExtractionModel(platform));
    const source = new PartSource(rows, points, extraction, config.entityTypes, nowMs);
    return new StoreRebuilder({ pool, source, auditors: this.auditors, writers, embedding: this.embedding(), nowMs });
  }

  /** Loads the model when the first vector is needed, and once. */
  private embedding(): () => Promise<EmbeddingModel> {
    let loaded: Promise<EmbeddingModel> | undefined;
    const load = async (): Promise<EmbeddingModel> => {
      const model = createEmbeddingModel(this.platform);
      await model.prepare();
      this.closers.push(() => model.close());
      return model;
    };
    return () => (loaded ??= load());
  }
}
