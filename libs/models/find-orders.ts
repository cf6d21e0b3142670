import { orderPatterns } from './order-words.js';
import { revealed } from './revealed.js';
import { sentencesIn } from './sentence-span.js';
import { wordPattern } from './word-pattern.js';

/** `text.slice(start, end)` in UTF-16 units. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a clause may begin: with the text, after a colon, an opening bracket or quotation mark, or, with a capital,
 * after a full stop, a dash or on a line. Not after a comma or a closing mark: who, `analysts, however, say that`,
 * is told nothing.
 */
const clauseStart =
  String.raw`(?:^|(?:[:;!?([{¡¿>]|<!--)\s*|(?:^|[\s(=])["“'‘«„]|(?:\n|[.–—-])\s*(?=(?-i:\p{Lu})))` +
  String.raw`[\s"“'‘«„#•<!¡¿-]{0,8}`;

/** No order is shorter. A text of nothing but blanks or bars has as many cells as characters. */
const orderCharsMin = 3;

const isLatin = (written: string): boolean => !/[^\P{L}\p{Script=Latin}]/u.test(written);
const [opening, others] = [true, false].map((opens) => orderPatterns.filter((one) => one.startsWith('^') === opens));
/** All that a clause begins with in one, as its beginnings cost most to find. */
const orders = [`^(?:${opening?.map((one) => one.slice(1)).join('|')})`, ...(others ?? [])].map((written) =>
  wordPattern(
    written.replaceAll(/(?<!\[)\^/g, () => clauseStart),
    isLatin(written),
  ),
);

/** What a cell of a table and an item of a list begin with. */
const cells = /\s\|\s|\t|\n[ \t]*(?=[-*•]\s)/gu;
/** Says that what is to be written follows. */
const announces =
  /:\s*$|\b(?:following|as follows|folgende\w*|suivante?s?|siguientes?|seguent[ei]|seguintes?|volgende)\b/iu;

/** Whether a sentence tells whoever reads the text, or a machine that does, what to write or to leave out. */
export function isOrder(sentence: string): boolean {
  // Marks that set words off, and those of quoted mail, are not part of what is said. Runs of blanks cost time.
  const said = revealed(sentence)
    .replaceAll(/^[ \t]*>[> \t]*/gmu, '')
    .replaceAll(/[*_`~]+/gu, '')
    .replaceAll(/\s+/gu, (blanks) => (blanks.includes('\n') ? '\n' : ' '));
  return orders.some((order) => order.test(said));
}

/**
 * Sentences, cells of tables and items of lists that give orders, in order of the text; one that announces what is to
 * be written reaches to the end of the paragraph that begins there.
 */
export function ordersIn(text: string): Span[] {
  const found: Span[] = [];
  for (const { start, end } of sentencesIn(text).flatMap((sentence) => cellsOf(sentence, text))) {
    const sentence = text.slice(start, end);
    if (start < (found.at(-1)?.end ?? 0) || sentence.trim().length < orderCharsMin || !isOrder(sentence)) continue;
    const [rest = ''] = announces.test(sentence) ? (/^\s*[^]*?(?=\n\s*\n|$)/u.exec(text.slice(end)) ?? []) : [];
    found.push({ start, end: end + rest.length });
  }
  return found;
}

function cellsOf({ start, end }: Span, text: string): Span[] {
  const bounds = [...text.slice(start, end).matchAll(cells)].map(({ 0: mark, index }) => start + index + mark.length);
  return [start, ...bounds].map((from, at) => ({ start: from, end: bounds[at] ?? end }));
}

/** The text with all else where it is, and its orders made unreadable, each set apart as a paragraph is. */
export function withoutOrders(text: string, orders: readonly Span[] = ordersIn(text)): string {
  let [kept, from] = ['', 0];
  for (const { start, end } of orders) {
    const chars = end - start;
    kept += text.slice(from, start) + `\n\n${'\uFFFC'.repeat(Math.max(0, chars - 4))}\n\n`.slice(0, chars);
    from = end;
  }
  return kept + text.slice(from);
}
