import { answerOnce } from './answer-once.js';
import { contentHash, type AnswerStore } from './answers.js';
import type { ModelCallOptions } from './extraction-model.js';
import { IdentityModel, type ChosenName, type NameInDoubt } from './identity-model.js';
import { inGroups } from './in-groups.js';
import type { Answered, AskingOptions, Question } from './questions.js';

interface DoubtQuestion extends Question {
  readonly doubt: NameInDoubt;
}

/** Doubts that one call asks about. */
const doubtsPerCall = 12;

/** Asks another model, but each doubt once: choices are kept before they are returned, and the first one wins. */
export class ChooseOnce extends IdentityModel {
  constructor(
    private readonly model: IdentityModel,
    private readonly answers: AnswerStore,
    private readonly options: AskingOptions,
  ) {
    super();
  }

  override get id(): string {
    return this.model.id;
  }

  override get version(): string {
    return this.model.version;
  }

  override async choose(doubts: readonly NameInDoubt[], options: ModelCallOptions): Promise<ChosenName[]> {
    const questions = doubts.map((doubt) => this.question(doubt));
    const ask = async (group: readonly DoubtQuestion[]): Promise<Answered[]> => {
      const asked = group.map(({ doubt }) => doubt);
      const chosen = await this.model.choose(asked, options);
      return chosen.map(({ candidate, usage }) => ({ answer: candidate === undefined ? {} : { candidate }, usage }));
    };
    const groupsOf = (missing: readonly DoubtQuestion[]): DoubtQuestion[][] => inGroups(missing, doubtsPerCall);
    const how = { ...this.options, groupsOf, signal: options.signal };
    const answered = await answerOnce(this.answers, questions, ask, how);
    return answered.map(({ answer, usage }) => ({ candidate: answer['candidate'] as number | undefined, usage }));
  }

  private question(doubt: NameInDoubt): DoubtQuestion {
    const { type, name, sentence, candidates } = doubt;
    const shown = candidates.flatMap((candidate) => [candidate.name, candidate.sentence]);
    const hash = contentHash(type, name, sentence, ...shown);
    return { key: { contentHash: hash, model: this.model.id, version: this.model.version, kind: 'identity' }, doubt };
  }
}
