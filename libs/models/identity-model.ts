import type { ModelCallOptions, ModelUsage } from './extraction-model.js';

/** A name as a document writes it, with the sentence in which it stands first. */
export interface NameInSentence {
  readonly name: string;
  readonly sentence: string;
}

/** A name that may be one of others of the same type; rules cannot say. */
export interface NameInDoubt extends NameInSentence {
  readonly type: string;
  readonly candidates: readonly NameInSentence[];
}

/** Index of the candidate that a name stands for; undefined if none does. `usage` is what asking cost this time. */
export interface ChosenName {
  readonly candidate: number | undefined;
  readonly usage: ModelUsage;
}

/** Says which names mean the same thing where rules are in doubt. It can choose among what it is offered only. */
export abstract class IdentityModel {
  /** Provider and model, e.g. `openai/gpt-4.1-mini`. */
  abstract readonly id: string;
  /** Version of the prompt; a new one makes stored answers stale. */
  abstract readonly version: string;

  /**
   * One choice per doubt, in their order; a model that has no answer of use has chosen none.
   * @throws TransientFailure if it was aborted, or the provider is away or may not be asked now.
   */
  abstract choose(doubts: readonly NameInDoubt[], options: ModelCallOptions): Promise<readonly ChosenName[]>;
}
