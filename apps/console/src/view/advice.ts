export interface Advice {
  /** What the reason means. */
  readonly meaning: string;
  /** What brings the document live. */
  readonly remedy: string;
}

export type AdviceByReason = Readonly<Record<string, Advice>>;

export const again = 'When the cause is gone, replay it.';
export const correct = 'Correct the document, and upload it again under the same name.';
