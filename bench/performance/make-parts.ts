import { Readable } from 'node:stream';

import { derivedUuidV7, type DocumentEmbedded, type DocumentExtracted, type DocumentStaged } from '#events';
import type { EventStageContext } from '#kafka';
import { HashEmbeddingModel, RulesExtractionModel } from '#models';
import { EmbedderStage } from '#pipeline/embedder';
import { ExtractorStage } from '#pipeline/extractor';
import { ChildSubmissions, Endings, ParsePool, ParserStage, StagedBytes } from '#pipeline/parser';
import { RecordTypes } from '#records';
import { Metrics } from '#telemetry';

import { parserOptions } from '../../apps/stages.js';
import type { Config } from '#config';
import { AlwaysWanted } from './always-wanted.js';
import { documentIdOf, recordOf, recordTypeName } from './records.js';

class NeverEnded extends Endings {
  hasEnded(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

class NoChildren extends ChildSubmissions {
  hold(): Promise<never> {
    return Promise.reject(new Error('a record holds no other documents'));
  }
}

/** Records where the parser looks for staged bytes; the reference is the number of the record. */
class RecordBytes extends StagedBytes {
  read(ref: string): Promise<Readable> {
    return Promise.resolve(Readable.from([Buffer.from(JSON.stringify(recordOf(Number(ref))))]));
  }

  put(): Promise<never> {
    return Promise.reject(new Error('a record holds no other documents'));
  }
}

/**
 * What the embedder would publish for records of a namespace: made by the same stages, without Kafka between them.
 * Nothing of it is timed.
 */
export class PartMaker {
  private readonly pool: ParsePool;
  private readonly parser: ParserStage;
  private readonly extractor: ExtractorStage;
  private readonly embedder: EmbedderStage;

  constructor(config: Config, dimensions: number) {
    const { parseProcesses: processes, parseTimeoutMs: timeoutMs, parseMemoryBytesMax: memoryBytesMax } = config;
    this.pool = new ParsePool({ processes, timeoutMs, memoryBytesMax });
    const types = RecordTypes.read(config.recordTypesFolder);
    const ports = { endings: new NeverEnded(), children: new NoChildren() };
    this.parser = new ParserStage(
      { staging: new RecordBytes(), reader: this.pool, ...ports },
      parserOptions(config),
      types,
    );
    this.extractor = new ExtractorStage(new RulesExtractionModel(), new Metrics(), new AlwaysWanted());
    this.embedder = new EmbedderStage(new HashEmbeddingModel(dimensions));
  }

  async make(namespace: string, number: number): Promise<DocumentEmbedded> {
    const context = contextNow();
    const [parsed] = await this.parser.handle(stagedRecord(namespace, number), context);
    if (parsed === undefined) throw new Error('a record was not parsed');
    const [extracted] = await this.extractor.handle(parsed, context);
    const [embedded] = await this.embedder.handle(extracted as DocumentExtracted, context);
    if (embedded === undefined) throw new Error('a record was not embedded');
    return embedded;
  }

  /** One part each, in order: records are small. */
  async makeMany(namespace: string, from: number, count: number): Promise<DocumentEmbedded[]> {
    const parts: DocumentEmbedded[] = [];
    for (let number = from; number < from + count; number += 1) parts.push(await this.make(namespace, number));
    return parts;
  }

  close(): void {
    this.pool.close();
  }
}

function stagedRecord(namespace: string, number: number): DocumentStaged {
  const documentId = documentIdOf(number);
  const nowMs = Date.now();
  const ingestionId = derivedUuidV7(nowMs, `${namespace}/${documentId}`);
  return {
    ...{ namespace, documentId, ingestionId, version: 1, source: 'json_record', location: null, title: null },
    ...{ mediaType: 'application/json', metadata: { record_type: recordTypeName }, submittedAt: nowMs },
    ...{ stagingRef: String(number), sha256: '0'.repeat(64), sizeBytes: 3_000, stagedAt: nowMs },
  };
}

function contextNow(): EventStageContext {
  const { signal } = new AbortController();
  const place = { topic: '', partition: 0, offset: 0n, timestampMs: 0, headers: {} };
  return { signal, attempt: 0, triedForMs: 0, nowMs: () => Date.now(), event: { id: '', key: '', ...place } };
}
