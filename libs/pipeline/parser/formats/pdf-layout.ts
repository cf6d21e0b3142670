/** A piece of text on a page; the origin is the lower left, units are points. */
export interface Glyphs {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A line of text, read from left to right. */
export interface Line {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Lines that stand together in one column. */
export type Region = readonly Line[];

/** A gap between columns is at least so many times as wide as its letters are high. */
const gutterHeights = 0.9;
/** Columns of running text have so many lines, and so many characters in them; shorter ones are tables. */
const columnLinesMin = 4;
const columnCharsMin = 18;
/** A gap in a line that is a space, as a share of the height of the letters. */
const spaceHeights = 0.18;
/** A gap between cells of a table rather than between words. */
const cellHeights = 1.8;
const depthMax = 12;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const right = ({ x, width }: Glyphs): number => x + width;

/** Pieces on one baseline become one line; a superscript belongs to the line it overlaps. */
function linesOf(pieces: readonly Glyphs[]): Line[] {
  const rows: Glyphs[][] = [];
  for (const piece of pieces.toSorted((a, b) => b.y - a.y || a.x - b.x)) {
    const row = rows.at(-1);
    const base = row?.[0];
    const isSameLine = base !== undefined && Math.abs(base.y - piece.y) < Math.max(base.height, piece.height) * 0.5;
    if (row !== undefined && isSameLine) row.push(piece);
    else rows.push([piece]);
  }
  return rows.map(lineOf);
}

function lineOf(row: readonly Glyphs[]): Line {
  const sorted = row.toSorted((a, b) => a.x - b.x);
  const height = Math.max(...sorted.map((piece) => piece.height));
  let text = '';
  let end = -Infinity;
  for (const piece of sorted) {
    const gap = piece.x - end;
    if (text !== '' && gap > height * cellHeights) text += ' | ';
    else if (text !== '' && gap > height * spaceHeights && !text.endsWith(' ')) text += ' ';
    text += piece.text;
    end = Math.max(end, right(piece));
  }
  const x = sorted[0]?.x ?? 0;
  return { text: text.trim(), x, y: sorted[0]?.y ?? 0, width: end - x, height };
}

/** Stretches of an axis that pieces cover, merged, in order. */
function covered(spans: readonly (readonly [from: number, to: number])[]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** Where nothing stands over the whole height of the pieces, widest first. */
function gutters(pieces: readonly Glyphs[]): number[] {
  const stretches = covered(pieces.map((piece) => [piece.x, right(piece)]));
  const wide = median(pieces.map(({ height }) => height)) * gutterHeights;
  const gaps = stretches.slice(1).map(([from], index) => [stretches[index]?.[1] ?? from, from] as const);
  return gaps
    .filter(([from, to]) => to - from >= wide)
    .toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]))
    .map(([from, to]) => (from + to) / 2);
}

function isColumn(pieces: readonly Glyphs[]): boolean {
  const lines = linesOf(pieces);
  return lines.length >= columnLinesMin && median(lines.map(({ text }) => text.length)) >= columnCharsMin;
}

/** The pieces above and below the widest empty band that separates them. */
function bands(pieces: readonly Glyphs[]): [Glyphs[], Glyphs[]] | undefined {
  const stretches = covered(pieces.map(({ y, height }) => [y, y + height]));
  let widest = 0;
  let cut: number | undefined;
  for (let index = 1; index < stretches.length; index += 1) {
    const [from, to] = [stretches[index - 1]?.[1] ?? 0, stretches[index]?.[0] ?? 0];
    // Of equal gaps the topmost: a heading over columns is cut off before the columns are cut in two.
    if (to - from >= widest) [widest, cut] = [to - from, (from + to) / 2];
  }
  if (cut === undefined) return undefined;
  const at = cut;
  return [pieces.filter(({ y }) => y > at), pieces.filter(({ y }) => y <= at)];
}

function split(pieces: readonly Glyphs[], depth: number): Glyphs[][] {
  if (depth < depthMax && pieces.length >= columnLinesMin * 2) {
    for (const at of gutters(pieces)) {
      const left = pieces.filter((piece) => piece.x < at);
      const rest = pieces.filter((piece) => piece.x >= at);
      if (isColumn(left) && isColumn(rest)) return [...split(left, depth + 1), ...split(rest, depth + 1)];
    }
    const parts = bands(pieces);
    if (parts !== undefined && hasColumns(pieces)) return parts.flatMap((part) => split(part, depth + 1));
  }
  return [[...pieces]];
}

/** Whether cutting a page into bands can bring columns to light: only then are bands worth a look. */
function hasColumns(pieces: readonly Glyphs[]): boolean {
  const x = median(pieces.map((piece) => piece.x));
  const spread = Math.max(...pieces.map(right)) - Math.min(...pieces.map((piece) => piece.x));
  return spread > 0 && pieces.some((piece) => right(piece) < x + spread) && pieces.length > columnLinesMin;
}

/**
 * The regions of a page in the order in which a person reads them: an XY cut (Nagy and Seth, 1984) that cuts columns of
 * running text apart and leaves the columns of a table together.
 */
export function readingOrder(pieces: readonly Glyphs[]): Region[] {
  return split(pieces, 0)
    .filter((region) => region.length > 0)
    .map(linesOf);
}
