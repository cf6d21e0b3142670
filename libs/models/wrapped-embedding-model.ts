import { EmbeddingModel } from './embedding-model.js';

/** A model around another one, which it passes for. */
export abstract class WrappedEmbeddingModel extends EmbeddingModel {
  constructor(protected readonly model: EmbeddingModel) {
    super();
  }

  override get id(): string {
    return this.model.id;
  }

  override get dimensions(): number {
    return this.model.dimensions;
  }

  override prepare(): Promise<void> {
    return this.model.prepare();
  }

  override close(): Promise<void> {
    return this.model.close();
  }
}
