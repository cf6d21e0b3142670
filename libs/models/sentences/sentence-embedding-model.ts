import { TransientFailure } from '#failure';

import { EmbeddingModel, type Embedding } from '../embedding-model.js';
import type { ModelCallOptions } from '../extraction-model.js';
import { checkSource, sentenceModelName } from './check-source.js';
import { SentenceThread } from './sentence-thread.js';
import type { ModelSource } from './thread-protocol.js';
import { groupsOf, joinedVectors, windowsOf, type Window } from './windows.js';

/** What the model was made for: longer input is cut into windows, since more would only blur. */
const windowTokensMax = 256;
/** Bounds the time between two looks at the signal, and the memory of one run. */
const groupTokensMax = 4096;

/** The name of the local sentence model, as vectors and collections are marked with it. */
export const sentenceModelId = `local/${sentenceModelName}`;
export const sentenceModelDimensions = 384;

/**
 * Sentence embeddings by all-MiniLM-L6-v2 (Reimers and Gurevych, 2019; Wang et al., 2020) in ONNX, on this machine:
 * mean over tokens, length 1. A text has one vector, whatever it is embedded together with.
 */
export class SentenceEmbeddingModel extends EmbeddingModel {
  override readonly id = sentenceModelId;
  override readonly dimensions = sentenceModelDimensions;
  private thread: Promise<SentenceThread> | undefined;

  constructor(private readonly source: ModelSource) {
    super();
  }

  /** Loads the model. @throws PermanentFailure that says what is missing and how to get it, or what is wrong. */
  override async prepare(): Promise<void> {
    await this.running();
  }

  override async close(): Promise<void> {
    const thread = await this.thread?.catch(() => undefined);
    this.thread = undefined;
    await thread?.close();
  }

  override async embed(texts: readonly string[], { signal }: ModelCallOptions): Promise<Embedding> {
    const thread = await this.running();
    stopIfAborted(signal);
    const said = await thread.ask({ ask: 'tokens', texts });
    const tokens = 'tokens' in said ? said.tokens : [];
    const windows = windowsOf(tokens, windowTokensMax, thread.marks);
    const vectors = new Map<Window, Float32Array>();
    for (const group of groupsOf(windows, groupTokensMax)) {
      stopIfAborted(signal);
      const answer = await thread.ask({ ask: 'vectors', rows: group.map((window) => window.tokens) });
      const found = 'vectors' in answer ? answer.vectors : [];
      found.forEach((vector, index) => vectors.set(group[index] as Window, vector));
    }
    const promptTokens = windows.reduce((sum, window) => sum + window.tokens.length, 0);
    const usage = { promptTokens, completionTokens: 0 };
    return { vectors: joinedVectors(windows, vectors, texts.length, this.dimensions), usage };
  }

  private async running(): Promise<SentenceThread> {
    const thread = await (this.thread ??= this.start());
    if (!thread.ended) return thread;
    return (this.thread = this.start());
  }

  private async start(): Promise<SentenceThread> {
    try {
      await checkSource(this.source);
      return await SentenceThread.start(this.source);
    } catch (error) {
      this.thread = undefined;
      throw error;
    }
  }
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new TransientFailure('embedding was aborted', { reason: 'aborted' });
}
