import type { Passage } from '../chunks.js';
import type { ChildDocument } from '../formats/document-text.js';
import type { ReadDocument, ReadRequest } from '../read-document.js';

/** What a parse process is asked; one at a time. */
export type ParseRequest = ReadRequest;

/** The answer: the document, or why there is none. */
export type ParseAnswer =
  { readonly document: ReadDocument } | { readonly failure: { readonly message: string; readonly reason: string } };

/** How the answer is sent: passages and children in order, then all the rest, or the failure. */
export type AnswerPiece =
  | { readonly passages: readonly Passage[] }
  | { readonly child: ChildDocument }
  | { readonly rest: Omit<ReadDocument, 'passages' | 'children'> }
  | Extract<ParseAnswer, { failure: unknown }>;

const passagesTogether = 256;

/** The pieces of an answer. A message is copied several times on its way, so a large one costs that many times more. */
export function* piecesOf(answer: ParseAnswer): Generator<AnswerPiece> {
  if ('failure' in answer) {
    yield answer;
    return;
  }
  const { passages, children, ...rest } = answer.document;
  for (let from = 0; from < passages.length; from += passagesTogether) {
    yield { passages: passages.slice(from, from + passagesTogether) };
  }
  for (const child of children) yield { child };
  yield { rest };
}

/** Puts the pieces of one answer together. */
export class AnswerPieces {
  private readonly passages: Passage[] = [];
  private readonly children: ChildDocument[] = [];

  /** @returns the answer with its last piece, nothing before. */
  take(piece: AnswerPiece): ParseAnswer | undefined {
    if ('failure' in piece) return piece;
    if ('passages' in piece) this.passages.push(...piece.passages);
    else if ('child' in piece) this.children.push(piece.child);
    else return { document: { ...piece.rest, passages: this.passages, children: this.children } };
    return undefined;
  }
}
