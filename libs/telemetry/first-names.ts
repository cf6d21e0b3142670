/** Stands for all names that are not shown; no namespace may be called so. */
const others = '(other)';

/**
 * Bounds how many values a label has: a scraper keeps a series for each for as long as it keeps anything. The first
 * names that a process meets are shown as they are, all others under one word.
 */
export class FirstNames {
  private readonly shown = new Set<string>();

  constructor(private readonly most: number) {}

  shownAs(name: string): string {
    if (!this.shown.has(name)) {
      if (this.shown.size >= this.most) return others;
      this.shown.add(name);
    }
    return name;
  }
}
