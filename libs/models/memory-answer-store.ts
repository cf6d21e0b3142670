import { answerId, AnswerStore, type Answer, type AnswerEntry, type AnswerKey } from './answers.js';

/** Answers in memory: for tests and for processes that need not survive. Same contract as the table. */
export class MemoryAnswerStore extends AnswerStore {
  /** As JSON, so that nobody changes a kept answer through a reference. */
  private readonly kept = new Map<string, string>();

  override async load(keys: readonly AnswerKey[]): Promise<Map<string, Answer>> {
    const found = new Map<string, Answer>();
    for (const key of keys) {
      const id = answerId(key);
      const json = this.kept.get(id);
      if (json !== undefined) found.set(id, JSON.parse(json) as Answer);
    }
    return found;
  }

  override async keep(entries: readonly AnswerEntry[]): Promise<Map<string, Answer>> {
    for (const { key, answer } of entries) {
      const id = answerId(key);
      if (!this.kept.has(id)) this.kept.set(id, JSON.stringify(answer));
    }
    return this.load(entries.map((entry) => entry.key));
  }
}
