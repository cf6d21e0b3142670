import type { Hit } from '../api/types.js';

/** A piece of a snippet, and whether the question's words are in it. */
export interface Segment {
  readonly text: string;
  readonly isHighlighted: boolean;
}

/** A snippet cut where its highlights begin and end; what makes no sense is no highlight. Pure. */
export function segmentsOf({ text, highlights }: Hit['snippet']): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const [start, end] of highlights) {
    if (start < at || end <= start || end > text.length) continue;
    segments.push({ text: text.slice(at, start), isHighlighted: false });
    segments.push({ text: text.slice(start, end), isHighlighted: true });
    at = end;
  }
  segments.push({ text: text.slice(at), isHighlighted: false });
  return segments.filter((segment) => segment.text !== '');
}

/** Where in its document a passage stands: headings, then page, sheet and rows as far as its format has them. */
export function placeText({ headingPath, origin, seq }: Pick<Hit, 'headingPath' | 'origin' | 'seq'>): string {
  const { page, lastPage, sheet, row, lastRow } = origin ?? {};
  const places = [
    headingPath.join(' › '),
    rangeText('page', page, lastPage),
    sheet === undefined ? '' : `sheet ${String(sheet)}`,
    rangeText('row', row, lastRow),
  ].filter(Boolean);
  return places.length === 0 ? `passage ${seq + 1}` : places.join(', ');
}

function rangeText(what: string, first: unknown, last: unknown): string {
  if (first === undefined || first === null) return '';
  const isRange = last !== undefined && last !== null && last !== first;
  return isRange ? `${what}s ${String(first)}–${String(last)}` : `${what} ${String(first)}`;
}
