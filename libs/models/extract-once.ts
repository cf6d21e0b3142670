import { answerOnce, type Question } from './answer-once.js';
import { answerId, contentHash, type Answer, type AnswerStore } from './answers.js';
import {
  ExtractionModel,
  type ChunkText,
  type Extraction,
  type FoundEntity,
  type FoundFact,
  type ModelCallOptions,
  type ModelUsage,
} from './extraction-model.js';
import { inGroups } from './in-groups.js';
import { free } from './total-usage.js';

export interface ExtractOnceOptions {
  /** Told how many calls of a model were saved. */
  readonly onReused?: (model: string, answers: number) => void;
  /**
   * Texts that are paid for before their answers are kept. A failure loses at most the answers of one group, so 1 suits
   * a model that is paid for; a free one saves round trips with more.
   */
  readonly textsPerGroup?: number;
  /** Groups that are asked at the same time. */
  readonly parallel?: number;
  /** After so long no further group is begun, if anything was answered. */
  readonly sliceMs?: number;
}

interface ChunkQuestion extends Question {
  readonly text: ChunkText;
}

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
    const { onReused, parallel = 1, sliceMs = Infinity, textsPerGroup = textsPerGroupDefault } = this.options;
    const questions = texts.map((text) => this.question(text));
    const ask = async (group: readonly ChunkQuestion[]): Promise<{ answer: Answer; usage: ModelUsage }[]> => {
      const found = await this.model.extract(
        group.map(({ text }) => text),
        options,
      );
      return found.map((one) => ({ answer: answerOf(one), usage: one.usage }));
    };
    const groupsOf = (missing: readonly ChunkQuestion[]): ChunkQuestion[][] => inGroups(missing, textsPerGroup);
    const how = { groupsOf, parallel, sliceMs, nowMs: () => performance.now() };
    const { answers, paid } = await answerOnce(this.answers, questions, ask, how);
    const reused = questions.length - paid.size;
    if (reused > 0) onReused?.(this.id, reused);
    return questions.map(({ key }) => {
      const id = answerId(key);
      const usage = paid.get(id) ?? free;
      paid.delete(id);
      return extraction(answers.get(id), usage);
    });
  }

  private question(text: ChunkText): ChunkQuestion {
    const hash = contentHash(text.text, ...text.headingPath);
    const key = { contentHash: hash, model: this.model.id, version: this.model.version, kind: 'extraction' };
    return { key, text };
  }
}

function answerOf({ entities, facts }: Extraction): Answer {
  return { entities, facts };
}

function extraction(answer: Answer | undefined, usage: ModelUsage): Extraction {
  const entities = (answer?.['entities'] ?? []) as readonly FoundEntity[];
  const facts = (answer?.['facts'] ?? []) as readonly FoundFact[];
  return { entities, facts, usage };
}
