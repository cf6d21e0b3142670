import type { EventName } from '#events';
import type { PartitionStage, StageHandler } from '#kafka';
import { JanitorStage, LedgerAdmission, LedgerStage } from '#ledger';
import { createExtractionModel, HashEmbeddingModel } from '#models';
import { EmbedderStage } from '#pipeline/embedder';
import { ExtractorStage } from '#pipeline/extractor';
import { ParserStage } from '#pipeline/parser';
import { makeSources, StagerStage, type Staging } from '#pipeline/stager';
import { WriterStage } from '#saga';
import type { StoreName } from '#stores/port';

import type { Platform } from './platform.js';
import type { RoleName } from './roles.js';
import { createStoreWriter } from './stores.js';

/** What a role runs, and what has to be ready before and closed after it. */
export interface RunningStage {
  readonly stage: StageHandler<EventName, EventName> | PartitionStage;
  readonly prepare?: () => Promise<void>;
  readonly close?: () => Promise<void>;
}

export type ConsumingRole = Exclude<RoleName, 'api' | 'relay'>;

/** Makes the stage of a role; nothing is connected yet. */
export function createStage(role: ConsumingRole, platform: Platform, staging: Staging): RunningStage {
  const { config } = platform;
  switch (role) {
    case 'stager':
      return { stage: new StagerStage(staging, makeSources(config, staging), new LedgerAdmission(platform.pool)) };
    case 'parser':
      return { stage: new ParserStage(staging, { ...config, dimensions: config.embeddingDimensions }) };
    case 'extractor':
      return { stage: new ExtractorStage(createExtractionModel(platform)) };
    case 'embedder':
      return { stage: new EmbedderStage(new HashEmbeddingModel(config.embeddingDimensions)) };
    case 'writer-neo4j':
    case 'writer-postgres':
    case 'writer-qdrant':
    case 'writer-redis':
      return writerStage(role.slice('writer-'.length) as StoreName, platform);
    case 'ledger':
      return { stage: new LedgerStage(platform.pool, platform.codec, platform.metrics, platform.nowMs) };
    case 'janitor':
      return { stage: new JanitorStage(staging) };
  }
}

function writerStage(store: StoreName, platform: Platform): RunningStage {
  const writer = createStoreWriter(platform, store);
  return {
    stage: new WriterStage(writer, platform.config, platform.metrics),
    prepare: () => writer.prepare(),
    close: () => writer.close(),
  };
}
