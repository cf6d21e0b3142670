import { answerOnce, type Question } from './answer-once.js';
import { answerId, contentHash, type Answer, type AnswerStore } from './answers.js';
import type { Embedding, EmbeddingModel } from './embedding-model.js';
import type { ModelCallOptions, ModelUsage } from './extraction-model.js';
import { free, totalUsage } from './total-usage.js';
import { WrappedEmbeddingModel } from './wrapped-embedding-model.js';

export interface EmbedOnceOptions {
  /** Told how many texts were not embedded again. */
  readonly onReused?: (model: string, answers: number) => void;
  /** Groups texts as the model takes them in one call; vectors are kept after each. */
  readonly batchesOf: <T>(
    items: readonly T[],
    textOf: (item: T) => string,
  ) => readonly { readonly items: readonly T[] }[];
  /** Calls at the same time. */
  readonly parallel: number;
  /** After so long no further call is begun, if anything was answered. */
  readonly sliceMs: number;
}

interface TextQuestion extends Question {
  readonly text: string;
}

/** Asks another model for the vector of each text once and keeps it: for models that cost money. */
export class EmbedOnce extends WrappedEmbeddingModel {
  constructor(
    model: EmbeddingModel,
    private readonly answers: AnswerStore,
    private readonly options: EmbedOnceOptions,
  ) {
    super(model);
  }

  override async embed(texts: readonly string[], options: ModelCallOptions): Promise<Embedding> {
    const { batchesOf, onReused, parallel, sliceMs } = this.options;
    const questions = texts.map((text) => this.question(text));
    const ask = async (group: readonly TextQuestion[]): Promise<{ answer: Answer; usage: ModelUsage }[]> => {
      const { vectors, usage } = await this.model.embed(
        group.map(({ text }) => text),
        options,
      );
      return vectors.map((vector, index) => ({ answer: answerOf(vector), usage: index === 0 ? usage : free }));
    };
    const groupsOf = (missing: readonly TextQuestion[]): readonly (readonly TextQuestion[])[] =>
      batchesOf(missing, ({ text }) => text).map(({ items }) => items);
    const how = { groupsOf, parallel, sliceMs, nowMs: () => performance.now() };
    const { answers, paid } = await answerOnce(this.answers, questions, ask, how);
    const reused = questions.length - paid.size;
    if (reused > 0) onReused?.(this.id, reused);
    return {
      vectors: questions.map(({ key }) => vectorOf(answers.get(answerId(key)))),
      usage: totalUsage([...paid.values()]),
    };
  }

  private question(text: string): TextQuestion {
    const version = String(this.model.dimensions);
    return { key: { contentHash: contentHash(text), model: this.model.id, version, kind: 'embedding' }, text };
  }
}

/** Base64 of little-endian float32 values: a third of the size of the numbers as JSON, and exact. */
function answerOf(vector: Float32Array): Answer {
  const bytes = Buffer.allocUnsafe(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return { vector: bytes.toString('base64') };
}

function vectorOf(answer: Answer | undefined): Float32Array {
  const bytes = Buffer.from(String(answer?.['vector'] ?? ''), 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}
