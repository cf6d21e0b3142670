import { activeTraceparent, traced, type SpanFacts, type Tracer } from '#telemetry';

import type { Embedding, EmbeddingModel } from './embedding-model.js';
import {
  ExtractionModel,
  type ChunkText,
  type Extraction,
  type ModelCallOptions,
  type ModelUsage,
} from './extraction-model.js';
import { IdentityModel, type ChosenName, type NameInDoubt } from './identity-model.js';
import { totalUsage } from './total-usage.js';
import { WrappedEmbeddingModel } from './wrapped-embedding-model.js';

/** A model whose calls are spans. It stands below whatever keeps answers: one that is read back is no call. */
export class TracedExtractionModel extends ExtractionModel {
  constructor(
    private readonly model: ExtractionModel,
    private readonly tracer: Tracer | undefined,
  ) {
    super();
  }

  override get id(): string {
    return this.model.id;
  }

  override get version(): string {
    return this.model.version;
  }

  override extract(texts: readonly ChunkText[], options: ModelCallOptions): Promise<Extraction[]> {
    return traced(
      within(this.tracer),
      () => call('extract', this.id, texts.length, options),
      async (span) => {
        const found = await this.model.extract(texts, options);
        span?.set(tokensOf(totalUsage(found.map(({ usage }) => usage))));
        return found;
      },
    );
  }
}

/** The same for names in doubt. */
export class TracedIdentityModel extends IdentityModel {
  constructor(
    private readonly model: IdentityModel,
    private readonly tracer: Tracer | undefined,
  ) {
    super();
  }

  override get id(): string {
    return this.model.id;
  }

  override get version(): string {
    return this.model.version;
  }

  override choose(doubts: readonly NameInDoubt[], options: ModelCallOptions): Promise<readonly ChosenName[]> {
    return traced(
      within(this.tracer),
      () => call('identify', this.id, doubts.length, options),
      async (span) => {
        const chosen = await this.model.choose(doubts, options);
        span?.set(tokensOf(totalUsage(chosen.map(({ usage }) => usage))));
        return chosen;
      },
    );
  }
}

/** The same for embeddings. */
export class TracedEmbeddingModel extends WrappedEmbeddingModel {
  constructor(
    model: EmbeddingModel,
    private readonly tracer: Tracer | undefined,
  ) {
    super(model);
  }

  override embed(texts: readonly string[], options: ModelCallOptions): Promise<Embedding> {
    return traced(
      within(this.tracer),
      () => call('embeddings', this.id, texts.length, options),
      async (span) => {
        const embedding = await this.model.embed(texts, options);
        span?.set(tokensOf(embedding.usage));
        return embedding;
      },
    );
  }
}

/** A call that is part of nothing, such as one that warms a model up, would be a trace of its own that nobody reads. */
function within(tracer: Tracer | undefined): Tracer | undefined {
  return activeTraceparent() === undefined ? undefined : tracer;
}

function call(operation: string, model: string, texts: number, { caller }: ModelCallOptions): SpanFacts {
  const attributes = {
    'gen_ai.operation.name': operation,
    'gen_ai.request.model': model,
    'penstock.texts': texts,
    'penstock.namespace': caller?.namespace,
    'penstock.ingestion.id': caller?.ingestionId ?? undefined,
  };
  return { name: `${operation} ${model}`, kind: 'client', parent: activeTraceparent(), attributes };
}

function tokensOf({ promptTokens, completionTokens }: ModelUsage): Record<string, number> {
  return { 'gen_ai.usage.input_tokens': promptTokens, 'gen_ai.usage.output_tokens': completionTokens };
}
