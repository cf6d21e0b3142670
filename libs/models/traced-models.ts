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
    const call = { operation: 'extract', model: this.id, texts: texts.length, options };
    return tracedCall(this.tracer, call, () => this.model.extract(texts, options), totalOf);
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
    const call = { operation: 'identify', model: this.id, texts: doubts.length, options };
    return tracedCall(this.tracer, call, () => this.model.choose(doubts, options), totalOf);
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
    const call = { operation: 'embeddings', model: this.id, texts: texts.length, options };
    return tracedCall(
      this.tracer,
      call,
      () => this.model.embed(texts, options),
      ({ usage }) => usage,
    );
  }
}

interface Call {
  readonly operation: string;
  readonly model: string;
  readonly texts: number;
  readonly options: ModelCallOptions;
}

/** A call that is part of nothing, such as one that warms a model up, would be a trace of its own that nobody reads. */
function tracedCall<T>(
  tracer: Tracer | undefined,
  call: Call,
  run: () => Promise<T>,
  usageOf: (answer: T) => ModelUsage,
): Promise<T> {
  if (activeTraceparent() === undefined) return run();
  return traced(
    tracer,
    () => factsOf(call),
    async (span) => {
      const answer = await run();
      span?.set(tokensOf(usageOf(answer)));
      return answer;
    },
  );
}

function factsOf({ operation, model, texts, options: { caller } }: Call): SpanFacts {
  const attributes = {
    'gen_ai.operation.name': operation,
    'gen_ai.request.model': model,
    'penstock.texts': texts,
    'penstock.namespace': caller?.namespace,
    'penstock.ingestion.id': caller?.ingestionId ?? undefined,
  };
  return { name: `${operation} ${model}`, kind: 'client', parent: activeTraceparent(), attributes };
}

function totalOf(answers: readonly { readonly usage: ModelUsage }[]): ModelUsage {
  return totalUsage(answers.map(({ usage }) => usage));
}

function tokensOf({ promptTokens, completionTokens }: ModelUsage): Record<string, number> {
  return { 'gen_ai.usage.input_tokens': promptTokens, 'gen_ai.usage.output_tokens': completionTokens };
}
