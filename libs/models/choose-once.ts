import { answerOnce, type Question } from './answer-once.js';
import { answerId, contentHash, type Answer, type AnswerStore } from './answers.js';
import type { ModelCallOptions, ModelUsage } from './extraction-model.js';
import { IdentityModel, type ChosenName, type NameInDoubt } from './identity-model.js';
import { inGroups } from './in-groups.js';
import { free } from './total-usage.js';

export interface ChooseOnceOptions {
  /** Told how many answers were there already. */
  readonly onReused: (model: string, answers: number) => void;
  /** Calls that are made at the same time. */
  readonly parallel: number;
  /** After so long no further call is begun, if anything was answered. */
  readonly sliceMs: number;
}

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
    private readonly options: ChooseOnceOptions,
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
    const { onReused, parallel, sliceMs } = this.options;
    const questions = doubts.map((doubt) => this.question(doubt));
    const ask = async (group: readonly DoubtQuestion[]): Promise<{ answer: Answer; usage: ModelUsage }[]> => {
      const asked = group.map(({ doubt }) => doubt);
      const chosen = await this.model.choose(asked, options);
      return chosen.map(({ candidate, usage }) => ({ answer: candidate === undefined ? {} : { candidate }, usage }));
    };
    const groupsOf = (missing: readonly DoubtQuestion[]): DoubtQuestion[][] => inGroups(missing, doubtsPerCall);
    const how = { groupsOf, parallel, sliceMs, nowMs: () => performance.now() };
    const { answers, paid } = await answerOnce(this.answers, questions, ask, how);
    const reused = questions.length - paid.size;
    if (reused > 0) onReused(this.id, reused);
    return questions.map(({ key }) => {
      const id = answerId(key);
      const usage = paid.get(id) ?? free;
      paid.delete(id);
      return { candidate: answers.get(id)?.['candidate'] as number | undefined, usage };
    });
  }

  private question(doubt: NameInDoubt): DoubtQuestion {
    const { type, name, sentence, candidates } = doubt;
    const shown = candidates.flatMap((candidate) => [candidate.name, candidate.sentence]);
    const hash = contentHash(type, name, sentence, ...shown);
    return { key: { contentHash: hash, model: this.model.id, version: this.model.version, kind: 'identity' }, doubt };
  }
}
