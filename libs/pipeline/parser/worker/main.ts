import { PermanentFailure } from '#failure';

import { FormatRegistry } from '../formats/registry.js';
import { readDocument } from '../read-document.js';
import { closeDoors } from './close-doors.js';
import { piecesOf, RequestPieces, type ParseAnswer, type ParseRequest, type RequestPiece } from './messages.js';
import { watchParent } from './watch-parent.js';

const registry = new FormatRegistry();
const requests = new RequestPieces();

async function answerTo(request: ParseRequest): Promise<ParseAnswer> {
  try {
    return { document: await readDocument(request, registry) };
  } catch (error) {
    if (error instanceof PermanentFailure) return { failure: { message: error.message, reason: error.reason } };
    return { failure: { message: 'the document could not be read', reason: 'corrupt' } };
  }
}

watchParent();
closeDoors();
process.on('message', (piece: RequestPiece) => {
  const request = requests.take(piece);
  if (request === undefined) return;
  void answerTo(request).then((answer) => {
    for (const piece of piecesOf(answer)) process.send?.(piece);
  });
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
