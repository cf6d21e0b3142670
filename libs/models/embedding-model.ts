import type { ModelCallOptions, ModelUsage } from './extraction-model.js';

export interface Embedding {
  /** One vector per text, in their order; each has `dimensions` values and length 1, or is all zeros. */
  readonly vectors: readonly Float32Array[];
  /** What all the texts cost together. */
  readonly usage: ModelUsage;
}

/** Turns texts into dense vectors. */
export abstract class EmbeddingModel {
  /** Provider and model, e.g. `hash/384`. */
  abstract readonly id: string;
  abstract readonly dimensions: number;

  /**
   * Makes sure that the model can be asked; called once before the first text. @throws PermanentFailure if it can't be.
   */
  async prepare(): Promise<void> {
    // Most have nothing to make ready.
  }

  /** Lets go of what the model holds. */
  async close(): Promise<void> {
    // Most hold nothing.
  }

  /**
   * @throws TransientFailure if it was aborted or the provider is unavailable, PermanentFailure if it refuses a text.
   */
  abstract embed(texts: readonly string[], options: ModelCallOptions): Promise<Embedding>;
}
