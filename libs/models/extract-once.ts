import { answerOnce } from './answer-once.js';
import { contentHash, type Answer, type AnswerStore } from './answers.js';
import {
  ExtractionModel,
  type ChunkText,
  type Extraction,
  type FoundEntity,
  type FoundFact,
  type ModelCallOptions,
} from './extraction-model.js';
import { inGroups } from './in-groups.js';
import type { Answered, AskingOptions, Question } from './questions.js';

export interface ExtractOnceOptions extends Partial<AskingOptions> {
  /**
   * Texts that are paid for before their answers are kept. A failure loses at most the answers of one group, so 1 suits
   * a model that is paid for; a free one saves round trips with more.
   */
  readonly textsPerGroup?: number;
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
    const { textsPerGroup = textsPerGroupDefault, ...asking } = this.options;
    const questions = texts.map((text) => this.question(text));
    const ask = async (group: readonly ChunkQuestion[]): Promise<Answered[]> => {
      const found = await this.model.extract(
        group.map(({ text }) => text),
        options,
      );
      return found.map((one) => ({ answer: answerOf(one), usage: one.usage }));
    };
    const groupsOf = (missing: readonly ChunkQuestion[]): ChunkQuestion[][] => inGroups(missing, textsPerGroup);
    const how = { parallel: 1, sliceMs: Infinity, ...asking, groupsOf, signal: options.signal };
    const answered = await answerOnce(this.answers, questions, ask, how);
    return answered.map(extraction);
  }

  private question(text: ChunkText): ChunkQuestion {
    const hash = contentHash(text.text);
    const key = { contentHash: hash, model: this.model.id, version: this.model.version, kind: 'extraction' };
    return { key, text };
  }
}

function answerOf({ entities, facts }: Extraction): Answer {
  return { entities, facts };
}

function extraction({ answer, usage }: Answered): Extraction {
  const entities = (answer['entities'] ?? []) as readonly FoundEntity[];
  const facts = (answer['facts'] ?? []) as readonly FoundFact[];
  return { entities, facts, usage };
}
