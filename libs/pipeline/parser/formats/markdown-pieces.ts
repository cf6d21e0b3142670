/** A stretch of Markdown that can be read on its own. */
export interface MarkdownPiece {
  readonly text: string;
  /** False for a stretch without a single line break: too long for a Markdown reader, and plain text in any case. */
  readonly isMarkdown: boolean;
}

/** The time of Markdown readers can grow with the square of what they are given, so they are given little at a time. */
const pieceCharsWanted = 32 * 1024;
const pieceCharsMax = 128 * 1024;
const fence = /^ {0,3}(`{3,}|~{3,})/u;

/** Cuts Markdown at blank lines outside fenced code, once a piece is long enough; at any line once it is too long. */
export function* markdownPieces(text: string): Generator<MarkdownPiece> {
  let start = 0;
  let open: string | undefined;
  for (let from = 0; from < text.length;) {
    const feed = text.indexOf('\n', from);
    const next = feed < 0 ? text.length : feed + 1;
    const line = text.slice(from, Math.min(next, from + 256));
    const mark = fence.exec(line)?.[1];
    if (mark !== undefined && open === undefined) open = mark;
    else if (mark !== undefined && open !== undefined && mark.startsWith(open)) open = undefined;
    if (next - from > pieceCharsMax) {
      if (from > start) yield { text: text.slice(start, from), isMarkdown: true };
      yield { text: text.slice(from, next), isMarkdown: false };
      start = next;
    } else if (
      next - start > pieceCharsMax ||
      (next - start > pieceCharsWanted && open === undefined && line.trim() === '')
    ) {
      yield { text: text.slice(start, next), isMarkdown: true };
      start = next;
    }
    from = next;
  }
  if (start < text.length) yield { text: text.slice(start), isMarkdown: true };
}
