import { StringDecoder } from 'node:string_decoder';

/** One line of a stream, numbered from 1; undefined if it is longer than allowed. */
export interface NumberedLine {
  readonly number: number;
  readonly text: string | undefined;
}

const newLine = 0x0a;

/** Lines as they come in; no more of them is held than one line may be long. Blank lines are passed over. */
export async function* linesOf(stream: AsyncIterable<Buffer>, bytesMax: number): AsyncGenerator<NumberedLine> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  let number = 1;
  const finished = (): NumberedLine | undefined => {
    const whole = bytes > bytesMax ? undefined : new StringDecoder('utf8').end(Buffer.concat(pieces));
    const text = number === 1 ? whole?.replace(/^\ufeff/u, '') : whole;
    const line = { number, text };
    [pieces, bytes, number] = [[], 0, number + 1];
    return text?.trim() === '' ? undefined : line;
  };
  const hold = (piece: Buffer): void => {
    bytes += piece.length;
    if (bytes <= bytesMax) pieces.push(piece);
    else pieces = [];
  };
  for await (const received of stream) {
    let rest = received;
    for (let at = rest.indexOf(newLine); at >= 0; at = rest.indexOf(newLine)) {
      hold(rest.subarray(0, at));
      rest = rest.subarray(at + 1);
      const line = finished();
      if (line !== undefined) yield line;
    }
    // A copy, so that a short rest does not keep the whole piece.
    if (rest.length > 0) hold(Buffer.from(rest));
  }
  const last = finished();
  if (last !== undefined) yield last;
}
