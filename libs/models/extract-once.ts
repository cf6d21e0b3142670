import { TransientFailure } from '#failure';

import { answerId, contentHash, type Answer, type AnswerKey, type AnswerStore } from './answers.js';
import {
  ExtractionModel,
  type ChunkText,
  type Extraction,
  type FoundEntity,
  type FoundFact,
  type ModelCallOptions,
  type ModelUsage,
} from './extraction-model.js';

export interface ExtractOnceOptions {
  /** Told how many calls of a model were saved. */
  readonly onReused?: (model: string, answers: number) => void;
  /**
   * Texts that are paid for before their answers are kept. A failure loses at most the answers of one group, so 1 suits
   * a model that is paid for; a free one saves round trips with more.
   */
  readonly textsPerGroup?: number;
}

const free: ModelUsage = { promptTokens: 0, completionTokens: 0 };
const textsPerGroupDefault = 16;

/** Asks another model, but each question once: answers are kept before they are returned, and the first one wins. */
export class ExtractOnce extends ExtractionModel {
  constructor(
    private readonly model: ExtractionModel,
    private readonly answers: AnswerStore,
    private readonly options: ExtractOnceOptions = {},
  ) {
    super();
  }

  override get id(): string {
    return this.model.id;
  }

  override get version(): string {
    return this.model.version;
  }

  override async extract(texts: readonly ChunkText[], options: ModelCallOptions): Promise<Extraction[]> {
    const questions = texts.map((text) => this.question(text));
    const distinct = new Map(questions.map((question) => [question.id, question]));
    const winners = await this.answers.load([...distinct.values()].map((question) => question.key));
    const missing = [...distinct.values()].filter((question) => !winners.has(question.id));
    this.report(questions.length - missing.length);
    const paid = await this.pay(missing, winners, options);
    return questions.map(({ id }) => {
      const usage = paid.get(id) ?? free;
      paid.delete(id);
      return extraction(winners.get(id), usage);
    });
  }

  /** Asks the model group by group, adds what is kept to the winners, and returns what each answer cost. */
  private async pay(
    missing: readonly Question[],
    winners: Map<string, Answer>,
    options: ModelCallOptions,
  ): Promise<Map<string, ModelUsage>> {
    const paid = new Map<string, ModelUsage>();
    const size = this.options.textsPerGroup ?? textsPerGroupDefault;
    for (let from = 0; from < missing.length; from += size) {
      const group = missing.slice(from, from + size);
      const found = await this.model.extract(
        group.map((question) => question.text),
        options,
      );
      if (found.length !== group.length) {
        throw new TransientFailure(`${this.id} left texts unanswered`, { reason: 'model-answer-incomplete' });
      }
      const entries = group.map(({ key }, index) => ({ key, answer: answerOf(found[index]) }));
      for (const [id, answer] of await this.answers.keep(entries)) winners.set(id, answer);
      group.forEach(({ id }, index) => paid.set(id, found[index]?.usage ?? free));
    }
    return paid;
  }

  private question(text: ChunkText): Question {
    const hash = contentHash(text.text, ...text.headingPath);
    const key = { contentHash: hash, model: this.model.id, version: this.model.version, kind: 'extraction' };
    return { id: answerId(key), key, text };
  }

  private report(reused: number): void {
    if (reused > 0) this.options.onReused?.(this.model.id, reused);
  }
}

interface Question {
  readonly id: string;
  readonly key: AnswerKey;
  readonly text: ChunkText;
}

function answerOf(found: Extraction | undefined): Answer {
  return { entities: found?.entities ?? [], facts: found?.facts ?? [] };
}

function extraction(answer: Answer | undefined, usage: ModelUsage): Extraction {
  const entities = (answer?.['entities'] ?? []) as readonly FoundEntity[];
  const facts = (answer?.['facts'] ?? []) as readonly FoundFact[];
  return { entities, facts, usage };
}
