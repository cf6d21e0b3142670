import { endedWith, inline, voids } from './html-elements.js';
import { OpenElements } from './open-elements.js';

/** Whether a tag lies in the element, ends it, or stands behind it although no end tag came. */
export type Place = 'inside' | 'end' | 'behind';

/**
 * Finds the end of an element that is passed over, also where its end tag is left out, as that of `<li>` may be: what
 * is behind must not be lost with it.
 */
export class SkippedElement {
  /** The skipped one first; only those that can hold others. */
  private readonly open = new OpenElements();

  constructor(private readonly root: string) {
    this.open.begin(root);
  }

  start(tag: string, isSelfClosing: boolean): Place {
    this.open.endBefore(tag);
    if (this.open.depth === 0) return 'behind';
    if (!isSelfClosing && !voids.has(tag) && (!inline.has(tag) || tag === this.root)) this.open.begin(tag);
    return 'inside';
  }

  end(tag: string): Place {
    if (!this.open.end(tag)) return endedWith.get(this.root)?.has(tag) === true ? 'behind' : 'inside';
    return this.open.depth === 0 ? 'end' : 'inside';
  }
}
