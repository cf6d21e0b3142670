import type { OpenAI } from 'openai';

import { PermanentFailure } from '#failure';
import type { CallLimits, ModelReply, PaidCalls, SaidReply } from '#usage';

import { EmbeddingModel, type Embedding } from '../embedding-model.js';
import { nobody, type ModelCallOptions } from '../extraction-model.js';
import { totalUsage } from '../total-usage.js';
import { saidTokens } from './completion.js';
import { embeddingBatches, type Batch, type BatchLimits } from './embedding-batches.js';
import { openAiFailure } from './failure.js';

export interface OpenAiEmbeddingOptions {
  readonly client: OpenAI;
  readonly calls: PaidCalls;
  readonly provider: string;
  readonly model: string;
  readonly dimensions: number;
  /** Whether to ask for so many dimensions; servers that can't choose refuse to be asked. */
  readonly choosesDimensions: boolean;
  readonly batch: BatchLimits;
  readonly limits: CallLimits;
  readonly nowMs: () => number;
}

/** Vectors by an embeddings API: batched by tokens, scaled to length 1; a blank text gets zeros without being asked. */
export class OpenAiEmbeddingModel extends EmbeddingModel {
  constructor(private readonly options: OpenAiEmbeddingOptions) {
    super();
  }

  override get id(): string {
    return `${this.options.provider}/${this.options.model}`;
  }

  override get dimensions(): number {
    return this.options.dimensions;
  }

  override async embed(texts: readonly string[], options: ModelCallOptions): Promise<Embedding> {
    const asked = texts.map((text, index) => ({ text, index })).filter(({ text }) => text.trim() !== '');
    const vectors: Float32Array[] = texts.map(() => new Float32Array(this.dimensions));
    let promptTokens = 0;
    for (const batch of embeddingBatches(asked, ({ text }) => text, this.options.batch)) {
      const { value, tokens } = await this.complete(batch, options);
      batch.items.forEach(({ index }, at) => (vectors[index] = value[at] ?? new Float32Array()));
      promptTokens += tokens.promptTokens;
    }
    return { vectors, usage: { promptTokens, completionTokens: 0 } };
  }

  /** Asks once more for what was left out; what is left out then is permanent, since each call is paid for. */
  private async complete(
    batch: Batch<{ readonly text: string }>,
    options: ModelCallOptions,
  ): Promise<ModelReply<Float32Array[]>> {
    const first = await this.ask(batch, options);
    if (first.outcome !== 'incomplete') return this.useful(first);
    const { value, tokens } = this.useful(await this.ask(batch, options));
    return { value, tokens: totalUsage([first.tokens, tokens]), outcome: 'answered' };
  }

  private async ask(
    { items, tokens: promptTokens }: Batch<{ readonly text: string }>,
    { signal, caller = nobody }: ModelCallOptions,
  ): Promise<ModelReply<Float32Array[]>> {
    const { calls, choosesDimensions, client, dimensions, limits, model, nowMs } = this.options;
    const tokens = { promptTokens, completionTokens: 0 };
    const request = { model: this.id, purpose: 'embedding', tokens, limits, caller, signal };
    const body = { model, input: items.map(({ text }) => text), encoding_format: 'float' as const };
    return calls.run(request, async (callSignal) => {
      try {
        const wanted = choosesDimensions ? { ...body, dimensions } : body;
        return vectorsOf(await client.embeddings.create(wanted, { signal: callSignal }), items.length, dimensions);
      } catch (error) {
        throw openAiFailure(error, this.id, nowMs());
      }
    });
  }

  private useful(reply: ModelReply<Float32Array[]>): ModelReply<Float32Array[]> {
    const { outcome, value } = reply;
    if (value.length > 0) return reply;
    const { id, dimensions } = this;
    const [message, reason] =
      outcome === 'dimensions'
        ? [`${id} does not give ${dimensions} dimensions; see PENSTOCK_EMBEDDING_DIMENSIONS`, 'dimensions-mismatch']
        : [`${id} left texts without a vector, twice`, 'model-answer-incomplete'];
    throw new PermanentFailure(message, { reason });
  }
}

/** Empty, with the reason as its outcome, unless there is a vector of the right length for each text. */
function vectorsOf(
  { data, usage }: Partial<OpenAI.CreateEmbeddingResponse>,
  texts: number,
  dimensions: number,
): SaidReply<Float32Array[]> {
  const tokens = { promptTokens: saidTokens(usage?.prompt_tokens), completionTokens: 0 };
  const vectors: Float32Array[] = [];
  for (const { index, embedding } of Array.isArray(data) ? data : []) {
    if (!Array.isArray(embedding) || !embedding.every(Number.isFinite)) continue;
    if (embedding.length !== dimensions) return { value: [], tokens, outcome: 'dimensions' };
    vectors[index] = scaled(embedding);
  }
  const complete = vectors.length === texts && Object.keys(vectors).length === texts;
  return complete ? { value: vectors, tokens, outcome: 'answered' } : { value: [], tokens, outcome: 'incomplete' };
}

function scaled(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => (length === 0 ? 0 : value / length));
}
