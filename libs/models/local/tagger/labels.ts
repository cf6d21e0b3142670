import type { EntityType } from '../../extraction-model.js';
import type { EntitySpan } from '../spans.js';
import type { Token } from '../tokens.js';

/** Types the tagger tells apart; amounts, dates, products and events are found by rules alone. */
export const taggedTypes = ['Person', 'Organization', 'Location'] as const satisfies readonly EntityType[];

/** Label 0 is outside; then for each type the first word of a name (odd) and its further words (even). */
export const labelCount = 1 + 2 * taggedTypes.length;

export function isInside(label: number): boolean {
  return label > 0 && label % 2 === 0;
}

/** A further word follows only the first or a further one of the same type. `before` is undefined at the beginning. */
export function mayFollow(before: number | undefined, label: number): boolean {
  return !isInside(label) || before === label || before === label - 1;
}

/** No name runs over these signs, so a word after one never continues a name. */
export function isCut(token: Token): boolean {
  return /[,;:()[\]\n"“”?!]/.test(token.gap);
}

/** Labels of words whose names are known. */
export function labelsOf(tokens: readonly Token[], spans: readonly EntitySpan[]): number[] {
  const labels = tokens.map(() => 0);
  for (const { type, start, end } of spans) {
    const at = taggedTypes.findIndex((tagged) => tagged === type);
    if (at < 0) continue;
    let isFirst = true;
    tokens.forEach((token, index) => {
      if (token.start >= end || token.end <= start) return;
      labels[index] = 1 + 2 * at + (isFirst ? 0 : 1);
      isFirst = false;
    });
  }
  return labels;
}

/** Names that labels mark, in order of the text. */
export function spansOfLabels(text: string, tokens: readonly Token[], labels: readonly number[]): EntitySpan[] {
  const spans: { type: EntityType; start: number; end: number }[] = [];
  labels.forEach((label, index) => {
    const token = tokens[index];
    const type = taggedTypes[(label - 1) >> 1];
    if (label === 0 || !token || !type) return;
    const end = token.end + fullStop(token, text);
    const last = spans.at(-1);
    if (isInside(label) && last && !opensSentence(token, tokens[index - 1])) last.end = end;
    else spans.push({ type, start: token.start, end });
  });
  return spans;
}

/** Words this short before a full stop may be abbreviations within a name, as in `Mt. Everest`. */
const abbreviationCharsMax = 3;

/** No name runs on into the next sentence, even if the same name begins it. */
function opensSentence({ first, gap }: Token, before: Token | undefined): boolean {
  return first && gap.startsWith('.') && (before?.word.length ?? 0) > abbreviationCharsMax;
}

/** The full stop of `Enron Corp.` is part of the name. */
function fullStop(last: Token, text: string): number {
  return /^(?:Corp|Inc|Ltd|Co|Jr|Sr|Bros)$/.test(last.word) && text[last.end] === '.' ? 1 : 0;
}
