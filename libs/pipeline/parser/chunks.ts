import type { Origin } from '#events';
import { countTokens as countTokensOfModel, type CountTokens } from '#tokens';

import type { Block } from './formats/document-text.js';
import { firstUnits, unitsOf, type Unit } from './units.js';

export interface ChunkLimits {
  /** Most tokens of a chunk. */
  readonly chunkTokens: number;
  /** Most tokens of whole sentences repeated from the chunk before. */
  readonly chunkOverlapTokens: number;
  readonly countTokens?: CountTokens;
}

/** A passage; `text` is exactly the document text between the offsets, which are UTF-16 units. */
export interface Passage {
  readonly text: string;
  readonly tokenCount: number;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly headingPath: readonly string[];
  readonly origin: Origin | null;
}

/** A blank line between two blocks costs about a token. */
const separatorTokens = 1;
/** Heading paths are repeated in every chunk below them. */
const headingCharsMax = 200;

/** From which page to which, and from which row to which, units came; a chunk never holds rows of two sheets. */
function mergedOrigin(units: readonly Unit[]): Origin | null {
  const origins = units.flatMap(({ origin }) => (origin === undefined ? [] : [origin]));
  if (origins.length === 0) return null;
  const pages = origins.flatMap(({ page }) => page ?? []);
  const rows = origins.flatMap(({ row }) => row ?? []);
  const sheet = origins.findLast((origin) => origin.sheet !== undefined)?.sheet ?? null;
  const [page = null, lastPage = null] = [pages.at(0), pages.at(-1)];
  return { page, lastPage, sheet, row: rows.at(0) ?? null, lastRow: rows.at(-1) ?? null };
}

/** Fills one chunk after another; a chunk never crosses a heading. */
class ChunkBuilder {
  private units: Unit[] = [];
  private tokens = 0;
  /** Units at the front that the chunk before holds as well. */
  private repeated = 0;
  private headings: { level: number; text: string }[] = [];

  constructor(
    private readonly text: string,
    private readonly budget: number,
    private readonly overlap: number,
    private readonly countTokens: CountTokens,
  ) {}

  get hasNew(): boolean {
    return this.units.length > this.repeated;
  }

  /** True if a whole block of so many tokens would be better off at the start of the next chunk. */
  prefersNext(blockTokens: number): boolean {
    return this.hasNew && this.tokens + blockTokens > this.budget && this.tokens * 2 >= this.budget;
  }

  fits(tokens: number): boolean {
    return this.tokens + tokens <= this.budget;
  }

  enter(level: number, heading: string): void {
    const shown = heading.slice(0, headingCharsMax).toWellFormed();
    this.headings = [...this.headings.filter((above) => above.level < level), { level, text: shown }];
  }

  /** Forgets the sentences that would be repeated. */
  drop(): void {
    this.units = [];
    this.tokens = 0;
    this.repeated = 0;
  }

  /** Forgets sentences that would be repeated until so many tokens fit. */
  makeRoom(tokens: number): void {
    while (!this.fits(tokens) && this.repeated > 0) {
      this.tokens -= this.units.shift()?.tokens ?? 0;
      this.repeated -= 1;
    }
  }

  *add(unit: Unit): Generator<Passage> {
    if (!this.fits(unit.tokens) && this.hasNew) yield* this.close();
    this.makeRoom(unit.tokens);
    this.units.push(unit);
    this.tokens += unit.tokens;
  }

  separate(): void {
    if (this.units.length > 0) this.tokens += separatorTokens;
  }

  /** Ends the chunk and keeps its last whole sentences for the next one. */
  *close(): Generator<Passage> {
    if (!this.hasNew) return;
    let rest: Unit[] = [];
    let passage = this.passage(this.units);
    // Tokens of the parts don't always add up to those of the whole; what is over goes to the next chunk, after what
    // would only be repeated.
    while (passage !== undefined && passage.tokenCount > this.budget && this.units.length > 1) {
      const from = this.repeated > 0 ? this.units.length : this.lastWhole();
      rest = [...this.units.slice(from), ...rest];
      this.units = this.units.slice(this.repeated > 0 ? 1 : 0, from);
      this.repeated = Math.max(0, this.repeated - 1);
      passage = this.passage(this.units);
    }
    if (passage !== undefined) yield passage;
    this.units = passage === undefined || rest.length > 0 ? [] : this.lastSentences();
    this.repeated = this.units.length;
    this.units.push(...rest);
    this.tokens = this.units.reduce((sum, unit) => sum + unit.tokens, 0);
    if (rest.length > 0) yield* this.close();
  }

  /** Index of the last unit, or of the first of its block if that has to stay whole and something stands before it. */
  private lastWhole(): number {
    const last = this.units.length - 1;
    const wholeFrom = this.units[last]?.wholeFrom;
    const from = wholeFrom === undefined ? last : this.units.findIndex((unit) => unit.wholeFrom === wholeFrom);
    return from > 0 ? from : last;
  }

  private lastSentences(): Unit[] {
    let from = this.units.length;
    for (let tokens = 0; from > 1; from -= 1) {
      const unit = this.units[from - 1];
      tokens += unit?.tokens ?? 0;
      if (unit?.repeatable !== true || tokens > this.overlap) break;
    }
    return this.units.slice(from);
  }

  private passage(units: readonly Unit[]): Passage | undefined {
    const raw = this.text.slice(units[0]?.start, units.at(-1)?.end);
    const startOffset = (units[0]?.start ?? 0) + raw.length - raw.trimStart().length;
    const text = raw.trim();
    if (text === '') return undefined;
    const headingPath = this.headings.map((heading) => heading.text);
    const tokenCount = this.countTokens(text);
    const origin = mergedOrigin(units);
    return { text, tokenCount, startOffset, endOffset: startOffset + text.length, headingPath, origin };
  }
}

function* addBlock(
  builder: ChunkBuilder,
  units: Generator<Unit>,
  budget: number,
  keepWhole: boolean,
): Generator<Passage> {
  builder.separate();
  const { head, tokens } = firstUnits(units, budget);
  const fitsOneChunk = tokens <= budget;
  if (fitsOneChunk && (keepWhole ? !builder.fits(tokens) : builder.prefersNext(tokens))) yield* builder.close();
  if (fitsOneChunk && keepWhole) builder.makeRoom(tokens);
  const wholeFrom = fitsOneChunk && keepWhole ? head[0]?.start : undefined;
  for (const unit of head) yield* builder.add(wholeFrom === undefined ? unit : { ...unit, wholeFrom });
  for (const unit of units) yield* builder.add(unit);
}

/**
 * Cuts a document into passages of at most `chunkTokens` tokens, lazily and in linear time. Headings start a new
 * passage, paragraphs stay together where they fit, sentences always, tables and code where they fit; a word is cut
 * only if it alone is over the budget. `text.slice(startOffset, endOffset) === passage.text` for each passage.
 */
export function* chunksOf(text: string, blocks: Iterable<Block>, limits: ChunkLimits): Generator<Passage> {
  const { chunkTokens: budget, countTokens = countTokensOfModel } = limits;
  const builder = new ChunkBuilder(text, budget, Math.min(limits.chunkOverlapTokens, budget >> 1), countTokens);
  let afterHeading = false;
  for (const block of blocks) {
    if (block.kind === 'heading') {
      // Headings that follow one another stay together, above the first text below them.
      if (!afterHeading) yield* builder.close();
      if (!afterHeading) builder.drop();
      builder.enter(block.level ?? 1, text.slice(block.start, block.end));
    }
    const keepWhole = block.kind === 'table' || block.kind === 'code';
    yield* addBlock(builder, unitsOf(text, block, budget, countTokens), budget, keepWhole);
    afterHeading = block.kind === 'heading';
  }
  yield* builder.close();
}
