import type { BlockKind } from './document-text.js';
import type { Attributes, XmlHandler } from './xml.js';

interface Paragraph {
  text: string;
  level: number | undefined;
  isListItem: boolean;
}

/** What the markup holds beside the text: what tracked changes took away, a second form of the same drawing. */
const skipped = new Set(['moveFrom', 'Fallback', 'del', 'pPrChange']);
const headingLevelMax = 6;

/** Reads the body of a Word document as a stream. Paragraphs can lie in text boxes within paragraphs. */
export class DocxReader implements XmlHandler {
  private readonly paragraphs: Paragraph[] = [];
  private readonly rows: string[][] = [];
  private tableDepth = 0;
  private skipDepth = 0;
  private inText = false;

  constructor(
    private readonly styles: ReadonlyMap<string, number>,
    private readonly add: (kind: BlockKind, text: string, level?: number) => void,
  ) {}

  open(name: string, { val, type }: Attributes): void {
    if (this.skipDepth > 0 || skipped.has(name)) {
      this.skipDepth += 1;
      return;
    }
    const paragraph = this.paragraphs.at(-1);
    if (name === 'p') this.paragraphs.push({ text: '', level: undefined, isListItem: false });
    else if (name === 'tbl') this.tableDepth += 1;
    else if (name === 'tr' && this.tableDepth === 1) this.rows.push([]);
    else if (name === 'tc' && this.tableDepth === 1) this.rows.at(-1)?.push('');
    else if (name === 't') this.inText = true;
    else if (paragraph === undefined) return;
    else if (name === 'pStyle') paragraph.level = this.styles.get(val ?? '') ?? paragraph.level;
    else if (name === 'outlineLvl' && Number(val) < 9) paragraph.level = Number(val) + 1;
    else if (name === 'numPr') paragraph.isListItem = true;
    else if (name === 'br' || name === 'cr') paragraph.text += type === 'page' ? '' : '\n';
    else if (name === 'tab' && val === undefined) paragraph.text += '\t';
    else if (name === 'noBreakHyphen') paragraph.text += '-';
  }

  close(name: string): void {
    if (this.skipDepth > 0) {
      this.skipDepth -= 1;
      return;
    }
    if (name === 't') this.inText = false;
    else if (name === 'p') this.endParagraph();
    else if (name === 'tbl') this.endTable();
  }

  text(text: string): void {
    const paragraph = this.paragraphs.at(-1);
    if (this.inText && this.skipDepth === 0 && paragraph !== undefined) paragraph.text += text;
  }

  private endParagraph(): void {
    const paragraph = this.paragraphs.pop();
    if (paragraph === undefined) return;
    const { text, level, isListItem } = paragraph;
    const row = this.tableDepth > 0 ? this.rows.at(-1) : undefined;
    if (row !== undefined) {
      const cell = row.pop() ?? '';
      row.push(cell === '' || text.trim() === '' ? cell + text.trim() : `${cell} ${text.trim()}`);
    } else if (level !== undefined) this.add('heading', text, Math.min(level, headingLevelMax));
    else this.add(isListItem ? 'list-item' : 'paragraph', text);
  }

  private endTable(): void {
    this.tableDepth -= 1;
    if (this.tableDepth > 0) return;
    const lines = this.rows.splice(0).map((cells) => cells.join(' | ').replaceAll('\n', ' '));
    this.add('table', lines.join('\n'));
  }
}
