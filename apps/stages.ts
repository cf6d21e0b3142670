import type { DocumentSubmitted, EventName } from '#events';
import { DeadLetterStage, LetterBytes } from '#dead-letters';
import type { EmittingStage, PartitionStage, RecordStage, StageHandler } from '#kafka';
import { AnswersTable } from '#models';
import { JanitorStage, LedgerAdmission, LedgerChildren, LedgerOrphans, LedgerStage } from '#ledger';
import { ParkingStage } from '#parking';
import { EmbedderStage } from '#pipeline/embedder';
import { ClaimedPart, ExtractorStage } from '#pipeline/extractor';
import { ParsePool, ParserStage, parserVersion, sniffMediaType, type ParserOptions } from '#pipeline/parser';
import { makeSources, StagerStage, type Staging } from '#pipeline/stager';
import { RecordTypes } from '#records';
import { WriterStage } from '#saga';
import type { StoreName } from '#stores/port';
import { PostgresLiveNames } from '#stores/postgres';

import {
  createEmbeddingModel,
  createExtractionModel,
  createIdentityModel,
  embeddingIdentity,
  extractionIdentity,
} from './models.js';
import { nameRefusal } from './name-refusal.js';
import { createParkedEvents } from './parking.js';
import type { Platform } from './platform.js';
import type { RoleName } from './roles.js';
import { createStoreWriter, greetRedis } from './stores.js';

/** What a role runs, and what has to be ready before and closed after it. */
export interface RunningStage {
  readonly stage: StageHandler<EventName, EventName> | EmittingStage<EventName> | PartitionStage | RecordStage;
  readonly prepare?: () => Promise<void>;
  readonly close?: () => Promise<void>;
}

export type ConsumingRole = Exclude<RoleName, 'api' | 'relay' | 'front'>;

/** Makes the stage of a role; nothing is connected yet. */
export function createStage(role: ConsumingRole, platform: Platform, staging: Staging): RunningStage {
  const { config } = platform;
  switch (role) {
    case 'stager':
      return { stage: stagerStage(platform, staging) };
    case 'parser':
      return parserStage(platform, staging);
    case 'extractor':
      return { stage: extractorStage(platform) };
    case 'embedder':
      return embedderStage(platform);
    case 'writer-neo4j':
    case 'writer-postgres':
    case 'writer-qdrant':
    case 'writer-redis':
      return writerStage(role.slice('writer-'.length) as StoreName, platform);
    case 'ledger':
      return { stage: new LedgerStage(platform.pool, platform.codec, platform.metrics, platform.tracer) };
    case 'janitor':
      return { stage: janitorStage(platform, staging) };
    case 'dead-letters':
      return { stage: new DeadLetterStage(platform.pool, platform.codec, config) };
  }
}

function stagerStage(platform: Platform, staging: Staging): StagerStage {
  const { codec, config, metrics, pool } = platform;
  const admission = new LedgerAdmission(pool, codec, metrics);
  const types = RecordTypes.read(config.recordTypesFolder);
  const pipeline = pipelineName(platform);
  // A document that is no record of a known type is described as it was before there were any.
  const pipelineOf = ({ source, metadata }: DocumentSubmitted): string =>
    source === 'json_record' ? `${pipeline}${types.digestOf(metadata)}` : pipeline;
  return new StagerStage(staging, makeSources(config, types), admission, pipelineOf, sniffMediaType);
}

export function janitorStage({ codec, config, pool }: Platform, staging: Staging): JanitorStage {
  const children = new LedgerChildren(pool, codec);
  const orphans = new LedgerOrphans(pool, codec);
  return new JanitorStage(staging, new LetterBytes(pool), children, orphans, config.stagingTtlMs);
}

/** What waits for a budget is parked; a model that costs nothing never asks for that. */
function extractorStage(platform: Platform): ParkingStage<'DocumentParsed', 'DocumentExtracted'> {
  const { codec, config, metrics, pool } = platform;
  const interest = new LedgerAdmission(pool, codec, metrics);
  const identity = createIdentityModel(platform);
  const claimed = identity && new ClaimedPart(new PostgresLiveNames(pool), identity, new AnswersTable(pool));
  const model = createExtractionModel(platform, identity);
  const stage = new ExtractorStage(model, metrics, interest, config.entityTypes, claimed);
  return new ParkingStage(stage, createParkedEvents(platform), { consumes: 'DocumentParsed', model: model.id });
}

/** What makes another document of the same bytes: if any of it changes, no content counts as unchanged. */
function pipelineName(platform: Platform): string {
  const { chunkTokens, chunkOverlapTokens } = platform.config;
  const extraction = extractionIdentity(platform.config);
  const { embeddingModel, dimensions } = embeddingIdentity(platform.config);
  const models = [extraction.id, extraction.version, ...platform.config.entityTypes, embeddingModel, dimensions];
  return JSON.stringify([parserVersion, chunkTokens, chunkOverlapTokens, ...models]);
}

function embedderStage(platform: Platform): RunningStage {
  const model = createEmbeddingModel(platform);
  const parkedFor = { consumes: 'DocumentExtracted', model: model.id } as const;
  const stage = new ParkingStage(new EmbedderStage(model), createParkedEvents(platform), parkedFor);
  return { stage, prepare: () => model.prepare(), close: () => model.close() };
}

function parserStage({ codec, config, metrics, pool: database }: Platform, staging: Staging): RunningStage {
  const { parseProcesses: processes, parseTimeoutMs: timeoutMs, parseMemoryBytesMax: memoryBytesMax } = config;
  const pool = new ParsePool({ processes, timeoutMs, memoryBytesMax });
  const types = RecordTypes.read(config.recordTypesFolder);
  const ledger = new LedgerAdmission(database, codec, metrics);
  const children = new LedgerChildren(database, codec);
  const stage = new ParserStage({ staging, reader: pool, endings: ledger, children }, parserOptions(config), types);
  return { stage, close: () => Promise.resolve(pool.close()) };
}

/** By what measures documents are read; what is estimated has to be read by the same. */
export function parserOptions(config: Platform['config']): ParserOptions {
  const { dimensions } = embeddingIdentity(config);
  const { chunkTokens, chunkOverlapTokens, partBytesMax, partChunksMax, childDepthMax, childrenMax } = config;
  const { parseInflatedBytesMax: inflatedBytesMax } = config;
  return {
    ...{ chunkTokens, chunkOverlapTokens, partBytesMax, partChunksMax, dimensions },
    ...{ childDepthMax, childrenMax, childBytesMax: inflatedBytesMax, inflatedBytesMax },
  };
}

function writerStage(store: StoreName, platform: Platform): RunningStage {
  const writer = createStoreWriter(platform, store);
  return {
    stage: new WriterStage(writer, platform.config, platform.metrics),
    prepare: () =>
      nameRefusal(store, async () => {
        if (store === 'redis') await greetRedis(platform.config);
        await writer.prepare();
      }),
    close: () => writer.close(),
  };
}
