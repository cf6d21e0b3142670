import type { AnswerClaims } from './answer-claims.js';
import type { Answer, AnswerKey } from './answers.js';
import type { ModelUsage } from './extraction-model.js';

/** Something a model is asked; equal keys are one question. */
export interface Question {
  readonly key: AnswerKey;
}

/** An answer, and what it cost this time. */
export interface Answered {
  readonly answer: Answer;
  readonly usage: ModelUsage;
}

/** Answers to a group of questions, in their order. */
export type AskModel<Q extends Question> = (group: readonly Q[]) => Promise<readonly Answered[]>;

/** What whoever makes a model that answers once may set. */
export interface AskingOptions {
  /** Told how many answers there was no call for. */
  readonly onReused?: (model: string, answers: number) => void;
  /** For models that cost money: what somebody else asks at the moment is waited for. */
  readonly claims?: AnswerClaims;
  /** Groups that are asked at the same time. */
  readonly parallel: number;
  /** After so long no further group is begun: what is answered is kept, and the rest is for another try. */
  readonly sliceMs: number;
}

export interface AnswerOnceOptions<Q extends Question> extends AskingOptions {
  /** Groups the questions that are paid for; answers are kept by group, so a failure loses those of one at most. */
  readonly groupsOf: (questions: readonly Q[]) => readonly (readonly Q[])[];
  /** Ends waits for others. */
  readonly signal: AbortSignal;
}
