import { describe, expect, it } from '@jest/globals';

import type { Passage } from '../chunks.js';
import type { ReadDocument } from '../read-document.js';
import { AnswerPieces, piecesOf, requestPieces, RequestPieces } from './messages.js';

function passage(number: number): Passage {
  const place = { startOffset: number, endOffset: number + 1, headingPath: [], origin: null };
  return { text: `${number}`, tokenCount: 1, ...place };
}

const document: ReadDocument = {
  ...{ mediaType: 'message/rfc822', title: 'A mail', record: null, mapped: null, warnings: ['one'], metadata: {} },
  passages: Array.from({ length: 1_000 }, (_, number) => passage(number)),
  children: ['one', 'two'].map((name) => ({ kind: 'attachments', name, mediaType: null, bytes: Buffer.from(name) })),
};

const kib = 1024;
const aRequest = (bytes: Buffer) => ({
  ...{ bytes, mediaType: 'text/plain', mapping: undefined },
  ...{ chunks: { chunkTokens: 300, chunkOverlapTokens: 30 }, limits: { inflatedBytesMax: 1, childrenMax: 1 } },
});

describe('what a parse process is asked', () => {
  it('is what it was, when its pieces are put together, one request after the other', () => {
    const pieces = new RequestPieces();
    const requests = [700 * kib, 0, 256 * kib, 5].map((size) => aRequest(Buffer.alloc(size, `text of ${size} bytes `)));

    for (const request of requests) {
      const taken = [...requestPieces(request)].map((piece) => pieces.take(piece));

      const { bytes, ...asked } = taken.at(-1) ?? {};
      expect({ ...asked, bytes: bytes?.equals(request.bytes) }).toEqual({ ...request, bytes: true });
      expect(taken.slice(0, -1).every((early) => early === undefined)).toBe(true);
    }
  });

  it('comes in messages of a bounded size, and in one if the document is small', () => {
    const sizes = (size: number): number[] =>
      [...requestPieces(aRequest(Buffer.alloc(size)))].map(({ bytes }) => bytes.length);

    expect([sizes(700 * kib), sizes(5), sizes(0)]).toEqual([[256 * kib, 256 * kib, 188 * kib], [5], [0]]);
  });
});

describe('the answer of a parse process', () => {
  it('is the document it was, when its pieces are put together', () => {
    const pieces = new AnswerPieces();

    const taken = [...piecesOf({ document })].map((piece) => pieces.take(piece));

    expect(taken.at(-1)).toEqual({ document });
    expect(taken.slice(0, -1).every((answer) => answer === undefined)).toBe(true);
  });

  it('comes in messages of a bounded number of passages, and a message for each document inside', () => {
    const sizes = [...piecesOf({ document })].map((piece) => ('passages' in piece ? piece.passages.length : 0));

    expect(sizes).toEqual([256, 256, 256, 232, 0, 0, 0]);
  });

  it('is one message if the document is refused', () => {
    const failure = { message: 'the PDF is damaged', reason: 'corrupt' };

    expect([...piecesOf({ failure })]).toEqual([{ failure }]);
    expect(new AnswerPieces().take({ failure })).toEqual({ failure });
  });
});
