import { endedBy } from './html-elements.js';

/** Elements that lie in one another, as far as they are open. Each tag costs the same, however deep they lie. */
export class OpenElements {
  /** The outermost first. */
  private readonly tags: string[] = [];
  private readonly counts = new Map<string, number>();

  get depth(): number {
    return this.tags.length;
  }

  /** Ends what needs no end tag where this element begins. */
  endBefore(tag: string): void {
    for (
      let last = this.tags.at(-1);
      last !== undefined && endedBy.get(last)?.has(tag) === true;
      last = this.tags.at(-1)
    )
      this.pop();
  }

  begin(tag: string): void {
    this.tags.push(tag);
    this.counts.set(tag, (this.counts.get(tag) ?? 0) + 1);
  }

  /** Ends the innermost of this name, with all that lies in it. @returns whether there was one. */
  end(tag: string): boolean {
    if ((this.counts.get(tag) ?? 0) === 0) return false;
    while (this.tags.at(-1) !== tag) this.pop();
    this.pop();
    return true;
  }

  private pop(): void {
    const tag = this.tags.pop() ?? '';
    this.counts.set(tag, (this.counts.get(tag) ?? 0) - 1);
  }
}
