import type { Cleaning } from './cleaning.js';

/** What a block is; the chunker keeps tables and code whole where they fit and starts a chunk at each heading. */
export type BlockKind = 'heading' | 'paragraph' | 'list-item' | 'table' | 'code';

/** Where in the source a block came from, as far as its format knows. */
export interface BlockOrigin {
  /** Page or slide, from 1. */
  readonly page?: number;
  readonly sheet?: string;
  /** Number of the source's row on each line of the block, from 1; a table of rows has one row on each line. */
  readonly rows?: readonly number[];
}

/** A block of the document text, by offsets in UTF-16 units; blocks are in order and don't overlap. */
export interface Block {
  readonly kind: BlockKind;
  readonly start: number;
  readonly end: number;
  /** 1 to 6, of headings. */
  readonly level?: number;
  readonly origin?: BlockOrigin;
}

/** A document found in another one: an attachment, or a member of an archive. */
export interface ChildDocument {
  readonly kind: 'attachments' | 'members';
  /** As the source calls it; never used as a path. */
  readonly name: string;
  /** What the source says it is. */
  readonly mediaType: string | null;
  readonly bytes: Uint8Array;
}

/** What every format gives: the readable text of a document, and where its blocks lie. */
export interface ParsedDocument {
  readonly title?: string | undefined;
  readonly text: string;
  readonly blocks: Iterable<Block>;
  /** The JSON of a structured record, safe to store as JSONB. */
  readonly record?: string | undefined;
  /** What a reader should know of how the document was read, in words. */
  readonly warnings?: readonly string[];
  /** Fields the document says of itself, for its metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly children?: readonly ChildDocument[];
}

/** Collects blocks and the text they lie in, clean; blocks are a blank line apart. */
export class DocumentText {
  private readonly pieces: string[] = [];
  private readonly blocks: Block[] = [];
  private heading: string | undefined;
  private length = 0;

  constructor(readonly cleaning: Cleaning) {}

  /** Adds a block unless it is blank. */
  add(kind: BlockKind, given: string, level?: number, origin?: BlockOrigin): void {
    const text = this.cleaning.text(given);
    const shown = kind === 'code' ? text.replace(/^\s*\n|\s+$/gu, '') : text.trim();
    if (shown.trim() === '') return;
    if (kind === 'heading') this.heading ??= shown;
    if (this.length > 0) this.append('\n\n');
    const start = this.length;
    this.append(shown);
    const more = { ...(level === undefined ? {} : { level }), ...(origin === undefined ? {} : { origin }) };
    this.blocks.push({ kind, start, end: this.length, ...more });
  }

  /** Text of the first heading, which serves as a title where nothing else does. */
  firstHeading(): string | undefined {
    return this.heading;
  }

  finish(title?: string): ParsedDocument {
    const shown = this.cleaning.text(title ?? '').trim();
    return { title: shown === '' ? undefined : shown, text: this.pieces.join(''), blocks: this.blocks };
  }

  private append(piece: string): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }
}
