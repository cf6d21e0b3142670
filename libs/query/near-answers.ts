import { AnswerCache } from '#stores/reading';

/** A page of ten long passages has some 30,000. */
const charsMax = 16 * 1024 * 1024;

interface Held {
  readonly answer: string;
  readonly untilMs: number;
}

/**
 * What this process put into a cache that others share, so that it need not ask for it: as old as there at most, and
 * what nobody asked for longest goes first.
 */
export class NearAnswers extends AnswerCache {
  private readonly held = new Map<string, Held>();
  private chars = 0;

  constructor(
    private readonly shared: AnswerCache,
    private readonly options: { readonly ttlMs: number; readonly nowMs: () => number },
  ) {
    super();
  }

  override get(key: string): Promise<string | undefined> {
    const held = this.release(key);
    if (held === undefined || held.untilMs <= this.options.nowMs()) return this.shared.get(key);
    this.hold(key, held);
    return Promise.resolve(held.answer);
  }

  override put(key: string, answer: string): Promise<void> {
    this.release(key);
    if (answer.length <= charsMax) this.hold(key, { answer, untilMs: this.options.nowMs() + this.options.ttlMs });
    for (const [oldest] of this.held) {
      if (this.chars <= charsMax) break;
      this.release(oldest);
    }
    return this.shared.put(key, answer);
  }

  private hold(key: string, held: Held): void {
    this.held.set(key, held);
    this.chars += held.answer.length;
  }

  private release(key: string): Held | undefined {
    const held = this.held.get(key);
    if (held !== undefined) this.chars -= held.answer.length;
    this.held.delete(key);
    return held;
  }
}
