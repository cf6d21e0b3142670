import type { Token } from 'parse5';

import { voids } from './html-elements.js';
import { OpenElements } from './open-elements.js';

/** Elements that pages put their furniture into. Headings and tables are content, whatever they are called. */
const boxes = new Set(['div', 'section', 'nav', 'aside', 'footer', 'ul', 'ol', 'p']);
const furnitureRoles = new Set(['banner', 'complementary', 'contentinfo', 'navigation', 'search']);
const furnitureWords =
  /(?:^|[\s_-])(?:nav|navbar|navigation|menu|sidebar|breadcrumbs?|pagination|footer)(?=$|[\s_-])/iu;
const footerNames = /(?:^|\s)(?:(?:site|page|main|global)[_-])?footer(?=$|\s)/iu;
/** An address and a copyright; an article is longer. */
const footerCharsMax = 200;

/** A part of a page of which its role or its names say what it is for. */
export interface PageBox {
  readonly isMain: boolean;
  /** Whether it is furniture by its role, or is called so and holds hardly more than links. Known at the page's end. */
  readonly isBesideContent: boolean;
}

interface OpenBox extends PageBox {
  isBesideContent: boolean;
  readonly parent: OpenBox | undefined;
  readonly depth: number;
  readonly calledBy: 'role' | 'name' | 'footer' | undefined;
  plainChars: number;
  linkChars: number;
}

const valueOf = (token: Token.TagToken, attribute: string): string =>
  token.attrs.find(({ name }) => name === attribute)?.value ?? '';

function calledBy(tag: string, role: string, names: string): OpenBox['calledBy'] {
  if (furnitureRoles.has(role)) return 'role';
  if (footerNames.test(names)) return 'footer';
  return tag === 'nav' || furnitureWords.test(names) ? 'name' : undefined;
}

/** Names are given for looks and mean little, so it also counts what is there: an article is more than links. */
function isFurniture({ isMain, calledBy: by, plainChars, linkChars }: OpenBox): boolean {
  if (by === undefined) return false;
  if (linkChars > 0 && plainChars <= linkChars) return true;
  return !isMain && (by === 'role' || (by === 'footer' && plainChars <= footerCharsMax));
}

/**
 * Finds the parts of a page that roles and names tell apart, while its tags come by. Each tag costs the same, however
 * deep they lie in one another.
 */
export class PageBoxes {
  private readonly open = new OpenElements();
  private readonly all: OpenBox[] = [];
  private innermost: OpenBox | undefined;

  /** Where the text that comes now lies. */
  get current(): PageBox | undefined {
    return this.innermost;
  }

  /** @param depths how many elements of these kinds it lies in. A table is one block; no part of it is judged alone. */
  start(token: Token.TagToken, depths: { readonly main: number; readonly table: number }): void {
    const { tagName: tag, selfClosing } = token;
    this.open.endBefore(tag);
    this.leave();
    if (selfClosing || voids.has(tag)) return;
    this.open.begin(tag);
    if (depths.table === 0 && boxes.has(tag)) this.enter(token, depths.main > 0);
  }

  end(tag: string): void {
    this.open.end(tag);
    this.leave();
  }

  /** Counts text that lies in the current box. */
  count(plainChars: number, linkChars: number): void {
    if (this.innermost === undefined) return;
    this.innermost.plainChars += plainChars;
    this.innermost.linkChars += linkChars;
  }

  /** The page has ended: what its boxes are is known. */
  finish(): void {
    while (this.innermost !== undefined) this.leaveOne(this.innermost);
    for (const box of this.all) {
      const { parent } = box;
      // The main part is that wherever it lies.
      const isInFurniture = parent?.isBesideContent === true && parent.isMain === box.isMain;
      box.isBesideContent = isInFurniture || isFurniture(box);
    }
  }

  private enter(token: Token.TagToken, isInMain: boolean): void {
    const role = valueOf(token, 'role').trim().toLowerCase();
    const by = calledBy(token.tagName, role, `${valueOf(token, 'id')} ${valueOf(token, 'class')}`);
    if (role !== 'main' && by === undefined) return;
    const parent = this.innermost;
    const isMain = role === 'main' || isInMain || parent?.isMain === true;
    const content = { isBesideContent: false, plainChars: 0, linkChars: 0 };
    this.innermost = { isMain, calledBy: by, parent, depth: this.open.depth, ...content };
    this.all.push(this.innermost);
  }

  private leave(): void {
    while (this.innermost !== undefined && this.open.depth < this.innermost.depth) this.leaveOne(this.innermost);
  }

  /** What lies in a box lies in those around it as well. */
  private leaveOne({ parent, plainChars, linkChars }: OpenBox): void {
    this.innermost = parent;
    this.count(plainChars, linkChars);
  }
}
