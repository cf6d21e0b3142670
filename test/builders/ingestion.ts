import { derivedUuidV7, documentPointId, entityUuid, type DocumentEmbedded, type Entity } from '#events';

import { embeddedChunk, vectorOf } from './chunk.js';
import { factsBetween, mentionsIn, sentencesOf } from './knowledge.js';

/** What a test may fix; everything else has a valid default that depends on nothing but these. */
export interface IngestionOptions {
  readonly namespace?: string;
  readonly documentId?: string;
  readonly version?: number;
  readonly ingestionId?: string;
}

/** 2026-11-01T00:00:00Z; a version is one second younger than the one before. */
const firstSubmittedAt = 1_793_491_200_000;

/** Builds the `DocumentEmbedded` parts of one ingestion: valid by default, the same parts for the same input. */
export class IngestionBuilder {
  private partCount = 1;
  private chunkCount: number | undefined;
  private entities: readonly Entity[] = [];
  private facts = false;
  private record: string | null = null;
  private metadata: Record<string, string> = { team: 'docs' };
  private dimensions = 8;
  private texts: readonly string[] = [];

  constructor(private readonly options: IngestionOptions) {}

  withParts(parts: number): this {
    this.partCount = parts;
    return this;
  }

  /** Chunks of the whole ingestion, spread evenly over its parts; two a part by default. */
  withChunks(chunks: number): this {
    this.chunkCount = chunks;
    return this;
  }

  /** Opening words of the chunks, in order; the rest keep their default text. */
  withTexts(texts: readonly string[]): this {
    this.texts = texts;
    return this;
  }

  /** Entities by name; the n-th stands in chunk n modulo the number of chunks. */
  withEntities(names: readonly string[], type = 'Person'): this {
    const namespace = this.options.namespace ?? 'default';
    const added = names.map((name) => ({
      uuid: entityUuid(namespace, type, name),
      name,
      type,
      summary: `${name} is spoken of.`,
    }));
    this.entities = [...this.entities, ...added];
    return this;
  }

  /** A fact from each entity to the next. */
  withFacts(): this {
    this.facts = true;
    return this;
  }

  /** Makes it a structured record with this JSON. */
  withRecord(json: string): this {
    this.record = json;
    return this;
  }

  withMetadata(metadata: Record<string, string>): this {
    this.metadata = metadata;
    return this;
  }

  withDimensions(dimensions: number): this {
    this.dimensions = dimensions;
    return this;
  }

  build(): DocumentEmbedded[] {
    const chunkCount = this.chunkCount ?? this.partCount * 2;
    return Array.from({ length: this.partCount }, (_, index) => {
      const from = Math.floor((index * chunkCount) / this.partCount);
      const to = Math.floor(((index + 1) * chunkCount) / this.partCount);
      return this.part(index + 1, from, to, chunkCount);
    });
  }

  private part(part: number, from: number, to: number, chunkCount: number): DocumentEmbedded {
    const head = this.head();
    const facts = this.facts ? factsBetween(head.namespace, this.entities, chunkCount) : [];
    const chunks = Array.from({ length: to - from }, (_, offset) => {
      const seq = from + offset;
      const opening = this.texts[seq] ?? `Passage ${seq} of ${head.documentId}, version ${head.version}.`;
      const text = [opening, ...sentencesOf(this.entities, facts, seq, chunkCount)].join(' ');
      return embeddedChunk(head.ingestionId, seq, text, this.dimensions);
    });
    const mentions = chunks.flatMap(({ seq, text }) => mentionsIn(this.entities, facts, seq, text, chunkCount));
    const mentioned = new Set(mentions.map(({ entityUuid: uuid }) => uuid));
    return {
      ...head,
      part,
      parts: this.partCount,
      chunkCount,
      chunks,
      entities: this.entities.filter(({ uuid }) => mentioned.has(uuid)),
      mentions,
      facts: facts.filter(({ seq }) => seq >= from && seq < to),
      claims: [],
      document: part === 1 ? vectorOf(documentPointId(head.ingestionId), head.documentId, this.dimensions) : null,
      embeddingModel: `hash/${this.dimensions}`,
      dimensions: this.dimensions,
      sparseTerms: '',
      tokens: [{ model: 'local/rules-1', promptTokens: 10 * chunks.length, completionTokens: chunks.length }],
      record: part === 1 ? this.record : null,
      embeddedAt: head.submittedAt + 500,
    };
  }

  private head() {
    const { namespace = 'default', documentId = 'handbook', version = 1 } = this.options;
    const submittedAt = firstSubmittedAt + version * 1000;
    const isRecord = this.record !== null;
    return {
      namespace,
      documentId,
      version,
      ingestionId: this.options.ingestionId ?? derivedUuidV7(submittedAt, `${namespace}/${documentId}/${version}`),
      source: isRecord ? 'json_record' : 'local_upload',
      location: isRecord ? null : `/srv/documents/${documentId}.md`,
      mediaType: isRecord ? 'application/json' : 'text/markdown',
      title: `Title of ${documentId}`,
      metadata: this.metadata,
      submittedAt,
      sha256: version.toString(16).padStart(64, '0'),
      sizeBytes: 1000 + version,
      stagingRef: `sha256/${version.toString(16).padStart(64, '0')}`,
    };
  }
}

/** `anIngestion({ namespace }).withParts(3).withEntities(['Ada', 'Grace']).build()` */
export function anIngestion(options: IngestionOptions = {}): IngestionBuilder {
  return new IngestionBuilder(options);
}
