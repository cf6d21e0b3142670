import type { ReadDocument, ReadRequest } from '../read-document.js';

/** What a parse process is asked; one at a time. */
export type ParseRequest = ReadRequest;

/** What it answers: the document, or why there is none. */
export type ParseAnswer =
  { readonly document: ReadDocument } | { readonly failure: { readonly message: string; readonly reason: string } };
