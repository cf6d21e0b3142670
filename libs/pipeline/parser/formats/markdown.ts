import { marked, type Token, type Tokens } from 'marked';

import { DocumentText } from './document-text.js';
import type { Format } from './format.js';
import { frontMatter } from './front-matter.js';
import { markdownPieces } from './markdown-pieces.js';
import { shownAddress } from './shown-address.js';

const frontMatterPattern = /^---\n([\s\S]{0,65536}?)\n(?:---|\.\.\.)(?:\n|$)/u;
/** Quotes this deep are an attack on readers that descend into each level. */
const deepQuote = /^(?:[ \t]{0,3}>){16,}/gmu;
const tags = /<[^<>]*>/gu;
const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

function unescaped(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/gu, (entity) => entities[entity] ?? entity);
}

/** What a reader sees of inline Markdown: words without marks, addresses of links behind their words. */
function inlineText(tokens: readonly Token[]): string {
  return tokens.map(tokenText).join('');
}

function tokenText(token: Token): string {
  if (token.type === 'br') return '\n';
  if (token.type === 'html') return (token.raw as string).replace(tags, '');
  if (token.type === 'checkbox') return '';
  if (token.type === 'link') return linkText(token as Tokens.Link);
  if ('tokens' in token && token.tokens !== undefined) return inlineText(token.tokens);
  return 'text' in token ? unescaped(token.text as string) : '';
}

function linkText({ href, tokens }: Tokens.Link): string {
  const words = inlineText(tokens);
  const address = shownAddress(unescaped(href), words);
  return address === undefined ? words : `${words} (${address})`;
}

function addTable(document: DocumentText, table: Tokens.Table): void {
  const rows = [table.header, ...table.rows];
  document.add('table', rows.map((row) => row.map((cell) => inlineText(cell.tokens)).join(' | ')).join('\n'));
}

function addList(document: DocumentText, list: Tokens.List): void {
  for (const item of list.items) {
    const isInner = (token: Token): boolean => ['list', 'code', 'table', 'blockquote'].includes(token.type);
    document.add(
      'list-item',
      item.tokens
        .filter((token) => !isInner(token))
        .map(tokenText)
        .join('\n'),
    );
    addTokens(document, item.tokens.filter(isInner));
  }
}

function addTokens(document: DocumentText, tokens: readonly Token[]): void {
  for (const token of tokens) {
    if (token.type === 'heading') document.add('heading', tokenText(token), (token as Tokens.Heading).depth);
    else if (token.type === 'code') document.add('code', (token as Tokens.Code).text);
    else if (token.type === 'table') addTable(document, token as Tokens.Table);
    else if (token.type === 'list') addList(document, token as Tokens.List);
    else if (token.type === 'blockquote') addTokens(document, (token as Tokens.Blockquote).tokens);
    else if (!['space', 'hr', 'def'].includes(token.type)) document.add('paragraph', tokenText(token));
  }
}

function addPiece(document: DocumentText, text: string): void {
  let tokens: readonly Token[];
  try {
    tokens = marked.lexer(text.replace(deepQuote, '> '));
  } catch {
    document.add('paragraph', text); // Nested too deeply for the reader: every document is valid plain text.
    return;
  }
  addTokens(document, tokens);
}

/** Markdown as GitHub reads it, with the title of its front matter or its first heading. */
const markdownFormat: Format = {
  parse: (bytes, { cleaning }) => {
    const text = cleaning.decode(bytes);
    const matter = frontMatterPattern.exec(text);
    const fields = matter === null ? undefined : frontMatter(matter[1] ?? '');
    const { title, ...metadata } = fields ?? {};
    const document = new DocumentText(cleaning);
    for (const piece of markdownPieces(fields === undefined ? text : text.slice(matter?.[0].length))) {
      if (piece.isMarkdown) addPiece(document, piece.text);
      else document.add('paragraph', piece.text);
    }
    return { ...document.finish(title ?? document.firstHeading()), metadata };
  },
};
export default markdownFormat;
