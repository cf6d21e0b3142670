import { answerOnce } from './answer-once.js';
import { contentHash, type Answer, type AnswerStore } from './answers.js';
import type { Embedding, EmbeddingModel } from './embedding-model.js';
import type { ModelCallOptions } from './extraction-model.js';
import type { Answered, AskingOptions, Question } from './questions.js';
import { free, totalUsage } from './total-usage.js';
import { WrappedEmbeddingModel } from './wrapped-embedding-model.js';

export interface EmbedOnceOptions extends AskingOptions {
  /** Groups texts as the model takes them in one call; vectors are kept after each. */
  readonly batchesOf: <T>(
    items: readonly T[],
    textOf: (item: T) => string,
  ) => readonly { readonly items: readonly T[] }[];
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
    const { batchesOf, ...asking } = this.options;
    const questions = texts.map((text) => this.question(text));
    const ask = async (group: readonly TextQuestion[]): Promise<Answered[]> => {
      const { vectors, usage } = await this.model.embed(
        group.map(({ text }) => text),
        options,
      );
      return vectors.map((vector, index) => ({ answer: answerOf(vector), usage: index === 0 ? usage : free }));
    };
    const groupsOf = (missing: readonly TextQuestion[]): readonly (readonly TextQuestion[])[] =>
      batchesOf(missing, ({ text }) => text).map(({ items }) => items);
    const answered = await answerOnce(this.answers, questions, ask, { ...asking, groupsOf, signal: options.signal });
    return {
      vectors: answered.map(({ answer }) => vectorOf(answer)),
      usage: totalUsage(answered.map(({ usage }) => usage)),
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

function vectorOf({ vector }: Answer): Float32Array {
  const bytes = Buffer.from(String(vector ?? ''), 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}
