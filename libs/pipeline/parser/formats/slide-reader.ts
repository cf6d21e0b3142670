import type { BlockKind } from './document-text.js';
import type { Attributes, XmlHandler } from './xml.js';

/** Placeholders that repeat what the slide master says. */
const furniture = new Set(['sldNum', 'ftr', 'dt', 'hdr']);
const titles = new Set(['title', 'ctrTitle']);

/** Reads one slide, or its notes, as a stream. */
export class SlideReader implements XmlHandler {
  private rows: string[][] = [];
  private inTable = false;
  private inText = false;
  private placeholder = '';
  private paragraph = '';
  private skipDepth = 0;

  constructor(private readonly add: (kind: BlockKind, text: string) => void) {}

  open(name: string, { type }: Attributes): void {
    if (this.skipDepth > 0 || name === 'Fallback') this.skipDepth += 1;
    else if (name === 'sp') this.placeholder = '';
    else if (name === 'ph') this.placeholder = type ?? 'body';
    else if (name === 'p') this.paragraph = '';
    else if (name === 'br') this.paragraph += '\n';
    else if (name === 'tbl') this.inTable = true;
    else if (name === 'tr') this.rows.push([]);
    else if (name === 'tc') this.rows.at(-1)?.push('');
    this.inText = name === 't' && this.skipDepth === 0;
  }

  close(name: string): void {
    this.inText = false;
    if (this.skipDepth > 0) this.skipDepth -= 1;
    else if (name === 'p') this.endParagraph();
    else if (name === 'tbl') {
      this.inTable = false;
      this.add('table', this.rows.map((cells) => cells.join(' | ').replaceAll('\n', ' ')).join('\n'));
      this.rows = [];
    }
  }

  text(text: string): void {
    if (this.inText) this.paragraph += text;
  }

  private endParagraph(): void {
    const text = this.paragraph;
    this.paragraph = '';
    const row = this.inTable ? this.rows.at(-1) : undefined;
    if (row !== undefined) row.push([row.pop() ?? '', text].filter((piece) => piece !== '').join(' '));
    else if (titles.has(this.placeholder)) this.add('heading', text);
    else if (!furniture.has(this.placeholder)) this.add('paragraph', text);
  }
}
