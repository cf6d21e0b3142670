import type { Hit } from './hit.js';

/** Page, sheet and rows of the source, as far as its format has them, in words. */
export function placeOf(origin: Hit['origin']): string[] {
  if (origin === null) return [];
  const { page, lastPage, sheet, row, lastRow } = origin;
  return [
    ...numbered('page', page, lastPage),
    ...(sheet === undefined ? [] : [`sheet ${String(sheet)}`]),
    ...numbered('row', row, lastRow),
  ];
}

function numbered(what: string, first: unknown, last: unknown): string[] {
  if (first === undefined) return [];
  if (last === undefined || last === first) return [`${what} ${String(first)}`];
  return [`${what}s ${String(first)}–${String(last)}`];
}
