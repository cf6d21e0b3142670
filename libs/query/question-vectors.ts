import { sparseQuery, type EmbeddingModel } from '#models';
import type { QueryVectors } from '#stores/reading';

/** So many questions are remembered: a page is followed by the next one, and `ask` looks the same question up twice. */
const rememberedMax = 256;

/** Vectors of questions. One that was asked a moment ago, in another mode or for another page, costs no second call. */
export class QuestionVectors {
  private readonly remembered = new Map<string, QueryVectors>();

  constructor(private readonly model: EmbeddingModel) {}

  /** @throws TransientFailure or PermanentFailure as the model says; nothing is remembered then. */
  async of(query: string, namespace: string, signal: AbortSignal): Promise<QueryVectors> {
    const vectors = this.remembered.get(query) ?? (await this.make(query, namespace, signal));
    // Put at the end, so that the first of the map is the one that was not asked for longest.
    this.remembered.delete(query);
    this.remembered.set(query, vectors);
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > rememberedMax && oldest !== undefined) this.remembered.delete(oldest);
    return vectors;
  }

  private async make(query: string, namespace: string, signal: AbortSignal): Promise<QueryVectors> {
    const caller = { namespace, documentId: null, ingestionId: null };
    const { vectors } = await this.model.embed([query], { signal, caller });
    return { dense: [...(vectors[0] ?? [])], sparse: sparseQuery(query) };
  }
}
