/** What a block is; the chunker keeps tables and code whole where they fit and starts a chunk at each heading. */
export type BlockKind = 'heading' | 'paragraph' | 'list-item' | 'table' | 'code';

/** A block of the document text, by offsets in UTF-16 units; blocks are in order and don't overlap. */
export interface Block {
  readonly kind: BlockKind;
  readonly start: number;
  readonly end: number;
  /** 1 to 6, of headings. */
  readonly level?: number;
}

/** What every format gives: the readable text of a document, and where its blocks lie. */
export interface ParsedDocument {
  readonly title?: string | undefined;
  readonly text: string;
  readonly blocks: Iterable<Block>;
  /** The JSON of a structured record, safe to store as JSONB. */
  readonly record?: string | undefined;
}

/** Collects blocks and the text they lie in; blocks are a blank line apart. */
export class DocumentText {
  private readonly pieces: string[] = [];
  private readonly blocks: Block[] = [];
  private heading: string | undefined;
  private length = 0;

  /** Adds a block unless it is blank. */
  add(kind: BlockKind, text: string, level?: number): void {
    const shown = kind === 'code' ? text.replace(/^\s*\n|\s+$/gu, '') : text.trim();
    if (shown.trim() === '') return;
    if (kind === 'heading') this.heading ??= shown;
    if (this.length > 0) this.append('\n\n');
    const start = this.length;
    this.append(shown);
    this.blocks.push({ kind, start, end: this.length, ...(level === undefined ? {} : { level }) });
  }

  /** Text of the first heading, which serves as a title where nothing else does. */
  firstHeading(): string | undefined {
    return this.heading;
  }

  finish(title?: string): ParsedDocument {
    return { title: title?.trim() === '' ? undefined : title?.trim(), text: this.pieces.join(''), blocks: this.blocks };
  }

  private append(piece: string): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }
}
