import type { ModelCallOptions } from './extraction-model.js';

/** A passage that an answer may be made of. */
export interface WordingPassage {
  /** The number by which it is cited, from 1. */
  readonly number: number;
  readonly text: string;
  /** What it states, as sentences, with the time each holds if that is known. */
  readonly facts: readonly string[];
}

/** A sentence in a model's own words, with the passages that bear it out. */
export interface WordedSentence {
  readonly text: string;
  readonly citations: readonly number[];
}

/** Puts what passages say into words. */
export abstract class WordingModel {
  /** Provider and model, e.g. `openai/gpt-4.1-mini`. */
  abstract readonly id: string;

  /**
   * Sentences that answer the question, each with at least one citation; none if the passages do not answer it.
   * @throws TransientFailure if the provider is away or may not be asked now, PermanentFailure if its answer is of no
   *   use.
   */
  abstract word(
    question: string,
    passages: readonly WordingPassage[],
    options: ModelCallOptions,
  ): Promise<readonly WordedSentence[]>;
}
