import { endedBy, endedWith, inline, voids } from './html-elements.js';

/** Whether a tag lies in the element, ends it, or stands behind it although no end tag came. */
export type Place = 'inside' | 'end' | 'behind';

/**
 * Finds the end of an element that is passed over, also where its end tag is left out, as that of `<li>` may be: what
 * is behind must not be lost with it. Each tag costs the same, however deep elements lie in one another.
 */
export class SkippedElement {
  /** Elements that are open, the skipped one first; only those that can hold others. */
  private readonly open: string[] = [];
  private readonly counts = new Map<string, number>();

  constructor(private readonly root: string) {
    this.push(root);
  }

  start(tag: string, isSelfClosing: boolean): Place {
    for (
      let last = this.open.at(-1);
      last !== undefined && endedBy.get(last)?.has(tag) === true;
      last = this.open.at(-1)
    )
      this.pop();
    if (this.open.length === 0) return 'behind';
    if (!isSelfClosing && !voids.has(tag) && (!inline.has(tag) || tag === this.root)) this.push(tag);
    return 'inside';
  }

  end(tag: string): Place {
    if ((this.counts.get(tag) ?? 0) === 0) return endedWith.get(this.root)?.has(tag) === true ? 'behind' : 'inside';
    while (this.open.at(-1) !== tag) this.pop();
    this.pop();
    return this.open.length === 0 ? 'end' : 'inside';
  }

  private push(tag: string): void {
    this.open.push(tag);
    this.counts.set(tag, (this.counts.get(tag) ?? 0) + 1);
  }

  private pop(): void {
    const tag = this.open.pop() ?? '';
    this.counts.set(tag, (this.counts.get(tag) ?? 0) - 1);
  }
}
