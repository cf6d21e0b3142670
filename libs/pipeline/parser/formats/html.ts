import type { Cleaning } from './cleaning.js';
import { encodingInXml } from './declared-encoding.js';
import { DocumentText } from './document-text.js';
import type { Format } from './format.js';
import { HtmlReader, type HtmlBlock } from './html-reader.js';

const declaredCharset = /<meta[^>]{0,256}charset\s*=\s*["']?([\w-]{1,40})/iu;
/** Main content shorter than this share of the page is not believed to be the main content. */
const mainShareMin = 0.2;
/** A few sentences are believed to be the content beside any number of links. */
const sentencesChars = 200;

function charsOf(blocks: readonly HtmlBlock[]): number {
  return blocks.reduce((sum, { text }) => sum + text.length, 0);
}

/** All but what stands beside the content by the roles and names of its boxes, unless that leaves next to nothing. */
function contentBoxesOf(blocks: readonly HtmlBlock[]): readonly HtmlBlock[] {
  const left = blocks.filter(({ box }) => box?.isBesideContent !== true);
  return charsOf(left) > Math.min(charsOf(blocks) * mainShareMin, sentencesChars) ? left : blocks;
}

/** The blocks a reader came for: the main content if the page marks it, otherwise all but the furniture. */
function contentOf(all: readonly HtmlBlock[]): readonly HtmlBlock[] {
  const blocks = contentBoxesOf(all);
  const marked = blocks.filter(({ zone }) => zone === 'main');
  const unmarked = blocks.filter(({ zone }) => zone !== 'furniture');
  if (charsOf(marked) > charsOf(unmarked) * mainShareMin) return marked;
  return unmarked.length > 0 ? unmarked : blocks;
}

/** Text of a page in the encoding that it declares, as HTML or as XML. */
export function decodeHtml(bytes: Buffer, cleaning: Cleaning): string {
  const declared = declaredCharset.exec(bytes.toString('latin1', 0, 2048))?.[1];
  return cleaning.decode(bytes, declared ?? encodingInXml(bytes));
}

/** Adds the content of a page, whose address may be known, to a document. @returns the title of the page. */
export function addHtml(document: DocumentText, html: string, address?: string): string | undefined {
  const reader = new HtmlReader(address);
  reader.read(html);
  for (const { kind, text, level } of contentOf(reader.blocks)) document.add(kind, text, level);
  return reader.title.trim() || undefined;
}

/** HTML pages: title and main content, tables as rows, links with their addresses. */
const htmlFormat: Format = {
  parse: (bytes, { cleaning, address }) => {
    const document = new DocumentText(cleaning);
    const title = addHtml(document, decodeHtml(bytes, cleaning), address);
    return document.finish(title ?? document.firstHeading());
  },
};
export default htmlFormat;
