import type { Passage } from '../chunks.js';
import type { ChildDocument } from '../formats/document-text.js';
import type { ReadDocument, ReadRequest } from '../read-document.js';

/** What a parse process is asked; one at a time. */
export type ParseRequest = ReadRequest;

/** How it is asked: the question with the first bytes of the document, then the other bytes in order. */
export type RequestPiece =
  | { readonly asked: Omit<ParseRequest, 'bytes'>; readonly sizeBytes: number; readonly bytes: Buffer }
  | { readonly bytes: Buffer };

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
const bytesTogether = 256 * 1024;

/** The pieces of a request. A message is copied several times on its way, so a large one costs that many times more. */
export function* requestPieces({ bytes, ...asked }: ParseRequest): Generator<RequestPiece> {
  yield { asked, sizeBytes: bytes.length, bytes: bytes.subarray(0, bytesTogether) };
  for (let from = bytesTogether; from < bytes.length; from += bytesTogether) {
    yield { bytes: bytes.subarray(from, from + bytesTogether) };
  }
}

/** Puts the pieces of one request after another together. */
export class RequestPieces {
  private asked: Omit<ParseRequest, 'bytes'> | undefined;
  private bytes = Buffer.alloc(0);
  private filled = 0;

  /** @returns the request with its last piece, nothing before. */
  take(piece: RequestPiece): ParseRequest | undefined {
    if ('asked' in piece) {
      this.asked = piece.asked;
      this.bytes = Buffer.alloc(piece.sizeBytes);
      this.filled = 0;
    }
    this.filled += piece.bytes.copy(this.bytes, this.filled);
    if (this.asked === undefined || this.filled < this.bytes.length) return undefined;
    const request = { ...this.asked, bytes: this.bytes };
    this.asked = undefined;
    this.bytes = Buffer.alloc(0);
    return request;
  }
}

/** The pieces of an answer. */
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
