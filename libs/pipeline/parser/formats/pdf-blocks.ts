import type { BlockKind } from './document-text.js';
import type { Line, Region } from './pdf-layout.js';

export interface PdfBlock {
  readonly kind: BlockKind;
  readonly text: string;
  readonly level: number | undefined;
}

/** Letters this much larger than those of most lines make a heading. */
const headingShare = 1.15;
const headingCharsMax = 200;
const headingLevelMax = 3;
/** A gap between lines, in heights of a line, that ends a paragraph. */
const paragraphGap = 1.75;

/** Height that most characters have. */
function bodyHeight(lines: readonly Line[]): number {
  const chars = new Map<number, number>();
  for (const { height, text } of lines) {
    const rounded = Math.round(height * 2) / 2;
    chars.set(rounded, (chars.get(rounded) ?? 0) + text.length);
  }
  return [...chars].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

/** A word cut at the end of a line is put together again; what begins with a capital is two words. */
function joined(before: string, next: string): string {
  if (/\p{Ll}[-\u00ad\u2010]$/u.test(before) && /^\p{Ll}/u.test(next)) return before.slice(0, -1) + next;
  return `${before}\n${next}`;
}

function headingLevel({ height, text }: Line, { body, sizes }: Letters): number | undefined {
  if (height < body * headingShare || text.length > headingCharsMax) return undefined;
  return Math.min(headingLevelMax, 1 + Math.max(0, sizes.indexOf(Math.round(height))));
}

/** What tells headings from text, over a whole document. */
interface Letters {
  /** Height of most letters. */
  readonly body: number;
  /** Heights of headings, largest first. */
  readonly sizes: readonly number[];
}

function lettersOf(lines: readonly Line[]): Letters {
  const body = bodyHeight(lines);
  const large = lines.filter(({ height }) => height >= body * headingShare).map(({ height }) => Math.round(height));
  return { body, sizes: [...new Set(large)].toSorted((a, b) => b - a) };
}

function pageBlocks(regions: readonly Region[], letters: Letters): PdfBlock[] {
  const blocks: PdfBlock[] = [];
  for (const region of regions) {
    let before: Line | undefined;
    for (const line of region) {
      const level = headingLevel(line, letters);
      const kind = level !== undefined ? 'heading' : line.text.includes(' | ') ? 'table' : 'paragraph';
      const last = blocks.at(-1);
      const isNear = before !== undefined && before.y - line.y < Math.max(before.height, line.height) * paragraphGap;
      if (last !== undefined && isNear && last.kind === kind && last.level === level) {
        const text = kind === 'paragraph' ? joined(last.text, line.text) : `${last.text}\n${line.text}`;
        blocks[blocks.length - 1] = { ...last, text };
      } else blocks.push({ kind, text: line.text, level });
      before = line;
    }
  }
  return blocks;
}

/** For each page, the lines of its regions as paragraphs, headings and tables. */
export function blocksOf(pages: readonly (readonly Region[])[]): PdfBlock[][] {
  const letters = lettersOf(pages.flat(2));
  return pages.map((regions) => pageBlocks(regions, letters));
}
