import { pipeline, Readable, type Duplex } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

import type { Dispatcher } from 'undici';

import { PermanentFailure } from '#failure';

const inflaters: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};
/** Nobody honest packs a body more often. */
const codingsMax = 2;
/** Texts that say their own encoding, if any, in bytes that a declared character set would change. */
const textual = /^(?:text\/|application\/(?:json|xml|xhtml\+xml|[\w.+-]+\+(?:json|xml))(?:;|$))/iu;
const byteOrderMark = '\ufeff';

/** What an answer says of its body. */
export type ReceivedHeaders = Dispatcher.ResponseData['headers'];

/** The value of a header that stands once; the first if it stands more often. */
export function headerOf(headers: ReceivedHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/**
 * The body without its content encodings, and in UTF-8 if the server declared another character set: nobody could tell
 * later what it was. Errors of the stream come as they are; a bomb ends at the limit of whoever reads.
 * @throws PermanentFailure `unsupported` for an encoding nobody asked for.
 */
export function readableBody(body: Readable, headers: ReceivedHeaders): Readable {
  const codings = (headerOf(headers, 'content-encoding') ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  const unknown = codings.find((coding) => inflaters[coding] === undefined);
  if (unknown !== undefined || codings.length > codingsMax) {
    body.destroy();
    const shown = codings.join(', ').slice(0, 64);
    throw new PermanentFailure(`content encoding ${shown} can't be read`, { reason: 'unsupported' });
  }
  // The consumer of the last stream sees any error.
  const inflated = codings.reverse().reduce<Readable>((packed, coding) => {
    const inflater = inflaters[coding]?.() ?? packed;
    return inflater === packed ? packed : pipeline(packed, inflater as Duplex, () => undefined);
  }, body);
  const decoder = decoderOf(headerOf(headers, 'content-type'));
  return decoder === undefined ? inflated : Readable.from(recoded(inflated, decoder), { objectMode: false });
}

/** A decoder for the declared character set of a text, unless that is UTF-8, unknown, or not declared. */
function decoderOf(contentType: string | undefined): TextDecoder | undefined {
  const charset = /;\s*charset\s*=\s*"?([\w.:-]{1,40})/iu.exec(contentType ?? '')?.[1];
  if (charset === undefined || !textual.test(contentType ?? '')) return undefined;
  try {
    const decoder = new TextDecoder(charset, { ignoreBOM: true });
    return decoder.encoding === 'utf-8' ? undefined : decoder;
  } catch {
    return undefined; // A label nobody knows says nothing; the reader of the text finds out.
  }
}

/** The mark at the start outranks what the text says of its own encoding; one that is there already outranks both. */
async function* recoded(stream: Readable, decoder: TextDecoder): AsyncGenerator<Buffer> {
  let started = false;
  let marked = false;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    if (!started) marked = hasMark(piece);
    const text = marked ? piece : decoder.decode(piece, { stream: true });
    if (typeof text !== 'string') yield text;
    else yield Buffer.from(started ? text : byteOrderMark + text);
    started = true;
  }
  if (started && !marked) yield Buffer.from(decoder.decode());
}

function hasMark(piece: Buffer): boolean {
  const start = piece.toString('latin1', 0, 3);
  return start === '\xef\xbb\xbf' || start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff');
}
