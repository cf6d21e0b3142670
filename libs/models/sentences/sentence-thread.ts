import { Worker } from 'node:worker_threads';

import { PermanentFailure, TransientFailure } from '#failure';

import type { ModelAnswer, ModelQuestion, ModelReady, ModelSource } from './thread-protocol.js';
import type { Marks } from './windows.js';

type Waiting = Readonly<Pick<PromiseWithResolvers<ModelAnswer>, 'resolve' | 'reject'>>;
type Asked = ModelQuestion extends infer Q ? (Q extends ModelQuestion ? Omit<Q, 'id'> : never) : never;

/** The file beside this one that is the thread's body: source beside source, built beside built. */
function bodyOf(url: string): URL {
  return new URL(url.endsWith('.ts') ? './model-thread.ts' : './model-thread.js', url);
}

/** A thread that holds the model; whoever asks waits for the answer, one question after the other. */
export class SentenceThread {
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  /** Why nobody is answered any more; unset while the thread lives. */
  private gone: Error | undefined;

  private constructor(
    private readonly worker: Worker,
    readonly marks: Marks,
  ) {
    worker.on('message', (answer: ModelAnswer) => this.settle(answer));
    worker.on('error', (error) => this.end(error));
    worker.on('exit', () => this.end(new Error('the thread of the sentence model has ended')));
    // Waiting for questions is no reason for a process to live on.
    worker.unref();
  }

  /** Loads the model. @throws PermanentFailure if that can't be done. */
  static async start(source: ModelSource): Promise<SentenceThread> {
    const worker = new Worker(bodyOf(import.meta.url), { workerData: source });
    const { promise, resolve, reject } = Promise.withResolvers<ModelReady>();
    worker.once('message', resolve);
    worker.once('error', reject);
    try {
      const { marks } = await promise;
      return new SentenceThread(worker, marks);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const message = `the sentence model in ${source.folder} could not be loaded: ${why}`;
      throw new PermanentFailure(message, { reason: 'model-unreadable', cause: error });
    }
  }

  get ended(): boolean {
    return this.gone !== undefined;
  }

  /** @throws TransientFailure if the thread has ended or refuses; a new one may do better. */
  async ask(question: Asked): Promise<ModelAnswer> {
    if (this.gone !== undefined) throw this.failure(this.gone.message);
    const id = (this.lastId += 1);
    const { promise, resolve, reject } = Promise.withResolvers<ModelAnswer>();
    this.waiting.set(id, { resolve, reject });
    this.worker.ref();
    this.worker.postMessage({ ...question, id });
    const answer = await promise;
    if ('error' in answer) throw this.failure(answer.error);
    return answer;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private settle(answer: ModelAnswer): void {
    this.waiting.get(answer.id)?.resolve(answer);
    this.waiting.delete(answer.id);
    if (this.waiting.size === 0) this.worker.unref();
  }

  private end(error: Error): void {
    this.gone ??= error;
    for (const { reject } of this.waiting.values()) reject(this.failure(error.message));
    this.waiting.clear();
  }

  private failure(message: string): TransientFailure {
    return new TransientFailure(`sentence model: ${message}`, { reason: 'model-unavailable' });
  }
}
