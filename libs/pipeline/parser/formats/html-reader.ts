import { Tokenizer, type Token, type TokenHandler } from 'parse5';

import type { BlockKind } from './document-text.js';
import { inline, rawModes, skipped, voids } from './html-elements.js';
import { PageBoxes, type PageBox } from './page-boxes.js';
import { shownAddress } from './shown-address.js';
import { SkippedElement } from './skipped-element.js';

/** Whether a block lies in the main content, in page furniture (navigation, footer), or in neither. */
export type HtmlZone = 'main' | 'body' | 'furniture';

export interface HtmlBlock {
  readonly kind: BlockKind;
  readonly text: string;
  readonly level: number | undefined;
  readonly zone: HtmlZone;
  /** The innermost part of the page that it lies in, of those that say what they are for. */
  readonly box: PageBox | undefined;
}

const furniture = new Set(['nav', 'footer', 'aside', 'header', 'dialog', 'menu']);
const main = new Set(['main', 'article']);

/**
 * Reads HTML as a stream of tokens: no tree is built, so memory stays small and no depth of nesting can hurt.
 * Scripts, styles and hidden elements are passed over.
 */
export class HtmlReader implements TokenHandler {
  readonly blocks: HtmlBlock[] = [];
  title = '';
  private readonly tokenizer = new Tokenizer({ sourceCodeLocationInfo: false }, this);
  private readonly depths = { main: 0, furniture: 0, table: 0, pre: 0 };
  private pieces: string[] = [];
  private kind: BlockKind = 'paragraph';
  private level: number | undefined;
  private inTitle = false;
  private rowHasText = false;
  private address: string | undefined;
  private linkFrom = 0;
  private hasBase = false;
  private skipping: SkippedElement | undefined;
  private readonly boxes = new PageBoxes();
  private readonly chars = { plain: 0, links: 0 };

  /** @param base address of the page, which those within its site are seen from. */
  constructor(private base?: string) {}

  read(html: string): void {
    this.tokenizer.write(html, true);
    this.flush();
    this.boxes.finish();
  }

  onStartTag(token: Token.TagToken): void {
    const tag = token.tagName;
    const mode = rawModes[tag];
    if (mode !== undefined) this.tokenizer.state = mode as typeof this.tokenizer.state;
    if (this.skipping?.start(tag, token.selfClosing) === 'inside') return;
    this.skipping = undefined;
    const isHidden = token.attrs.some(
      ({ name, value }) => name === 'hidden' || (name === 'style' && /display\s*:\s*none/iu.test(value)),
    );
    if ((skipped.has(tag) || isHidden) && !voids.has(tag)) {
      if (!token.selfClosing) this.skipping = new SkippedElement(tag);
      return;
    }
    if (tag === 'title') this.inTitle = this.title === '';
    else if (tag === 'br') this.pieces.push(this.depths.table > 0 ? ' ' : '\n');
    else if (tag === 'img') this.say(token.attrs.find(({ name }) => name === 'alt')?.value ?? '');
    else if (tag === 'a') this.openLink(token.attrs.find(({ name }) => name === 'href')?.value);
    else if (tag === 'base') this.setBase(token.attrs.find(({ name }) => name === 'href')?.value);
    else if (!inline.has(tag)) {
      this.openBlock(tag);
      this.boxes.start(token, this.depths);
    }
  }

  onEndTag({ tagName }: Token.TagToken): void {
    const place = this.skipping?.end(tagName) ?? 'behind';
    if (place === 'inside') return;
    this.skipping = undefined;
    if (place === 'end') return;
    if (tagName === 'title') this.inTitle = false;
    else if (tagName === 'a') this.closeLink();
    else if (!inline.has(tagName) && !voids.has(tagName)) {
      this.closeBlock(tagName);
      this.boxes.end(tagName);
    }
  }

  onCharacter({ chars }: Token.CharacterToken): void {
    if (this.skipping !== undefined) return;
    if (this.inTitle) this.title += chars;
    else this.say(this.depths.pre > 0 ? chars : chars.replace(/\s+/gu, ' '));
  }

  onWhitespaceCharacter(token: Token.CharacterToken): void {
    this.onCharacter(token);
  }

  onNullCharacter(): void {}
  onComment(): void {}
  onDoctype(): void {}
  onEof(): void {}

  private openBlock(tag: string): void {
    if (this.depths.table > 0 && tag !== 'table') {
      if ((tag === 'td' || tag === 'th') && this.rowHasText) this.pieces.push(' | ');
      else if (tag === 'tr') this.endRow();
      else this.pieces.push(' ');
      return;
    }
    if (this.depths.table === 0) this.flush();
    this.count(tag, 1);
    const level = /^h([1-6])$/u.exec(tag)?.[1];
    this.level = level === undefined ? undefined : Number(level);
    if (level !== undefined) this.kind = 'heading';
    else if (tag === 'li' || tag === 'dt' || tag === 'dd') this.kind = 'list-item';
    else if (tag === 'table') this.kind = 'table';
    else if (tag === 'pre') this.kind = 'code';
    else if (this.kind !== 'list-item' || tag !== 'p') this.kind = 'paragraph';
  }

  private closeBlock(tag: string): void {
    if (this.depths.table > 0 && tag !== 'table') {
      if (tag === 'tr') this.endRow();
      else this.pieces.push(' ');
      return;
    }
    if (this.depths.table <= 1) this.flush();
    this.count(tag, -1);
    if (this.depths.table === 0) this.kind = 'paragraph';
  }

  private count(tag: string, by: 1 | -1): void {
    const key = main.has(tag)
      ? 'main'
      : furniture.has(tag)
        ? 'furniture'
        : tag === 'table' || tag === 'pre'
          ? tag
          : undefined;
    if (key !== undefined) this.depths[key] = Math.max(0, this.depths[key] + by);
  }

  private say(text: string): void {
    const { length } = text.trim();
    this.pieces.push(text);
    this.rowHasText ||= length > 0;
    this.chars[this.address === undefined ? 'plain' : 'links'] += length;
  }

  private endRow(): void {
    this.pieces.push('\n');
    this.rowHasText = false;
  }

  /** A page can say itself what its addresses are seen from, once. */
  private setBase(address: string | undefined): void {
    if (this.hasBase || address === undefined) return;
    this.hasBase = true;
    this.base = URL.parse(address, this.base)?.href ?? this.base;
  }

  private openLink(address: string | undefined): void {
    if (this.address !== undefined) {
      this.closeLink(); // Links can't lie in one another: the one before was left open.
      this.pieces.push(' ');
    }
    this.address = address;
    this.linkFrom = this.pieces.length;
  }

  /** A link keeps its address, behind its words, as long as no block ends within it. */
  private closeLink(): void {
    if (this.address === undefined) return;
    const shown = shownAddress(this.address, this.pieces.slice(this.linkFrom).join(''), this.base);
    if (shown !== undefined) this.pieces.push(` (${shown})`);
    this.address = undefined;
  }

  private flush(): void {
    const raw = this.pieces.join('');
    this.pieces = [];
    this.rowHasText = false;
    this.address = undefined;
    const text = this.depths.pre > 0 ? raw : raw.replace(/ {2,}/gu, ' ').replace(/ ?\n[ \n]*/gu, '\n');
    const box = this.boxes.current;
    this.boxes.count(this.chars.plain, this.chars.links);
    this.chars.plain = this.chars.links = 0;
    // A heading inside an article's own header is content; a page's header is furniture.
    const isMain = this.depths.main > 0 || box?.isMain === true;
    const zone = isMain ? 'main' : this.depths.furniture > 0 ? 'furniture' : 'body';
    if (text.trim() !== '') this.blocks.push({ kind: this.kind, text, level: this.level, zone, box });
    this.level = undefined;
  }
}
