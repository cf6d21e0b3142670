import { createHash } from 'node:crypto';

/** What an answer was given to, by whom: the same key never has two answers. */
export interface AnswerKey {
  /** SHA-256 of everything the model was shown, lower-case hexadecimal. */
  readonly contentHash: string;
  /** Provider and model. */
  readonly model: string;
  /** Version of the prompt or the rules. */
  readonly version: string;
  /** What was asked, e.g. `extraction`. */
  readonly kind: string;
}

/** A model's answer: any JSON object. */
export type Answer = Readonly<Record<string, unknown>>;

export interface AnswerEntry {
  readonly key: AnswerKey;
  readonly answer: Answer;
}

/** SHA-256 over the fields of a key; what answer maps are keyed by. Length prefixes keep fields apart. */
export function answerId(key: AnswerKey): string {
  const hash = createHash('sha256');
  for (const field of [key.contentHash, key.model, key.version, key.kind]) hash.update(`${field.length}:${field}|`);
  return hash.digest('hex');
}

/** SHA-256 of everything a model is shown, given as strings. */
export function contentHash(...shown: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex');
}

/** Keeps answers for ever; the first writer of a key wins, so that a question has one answer, whoever asks. */
export abstract class AnswerStore {
  /** Answers that are kept already, by `answerId`. @throws TransientFailure if the store is unavailable. */
  abstract load(keys: readonly AnswerKey[]): Promise<Map<string, Answer>>;

  /**
   * Keeps answers whose key has none yet, and returns what is kept now for each key, by `answerId`: the given answer,
   * or the one that was first. @throws TransientFailure if the store is unavailable.
   */
  abstract keep(entries: readonly AnswerEntry[]): Promise<Map<string, Answer>>;
}
