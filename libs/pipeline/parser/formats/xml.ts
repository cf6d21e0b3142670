import { TextDecoder } from 'node:util';

import sax from 'sax';

import { PermanentFailure } from '#failure';

import { declarationBytes, decoderNamed, encodingInXml } from './declared-encoding.js';

export type Attributes = Readonly<Record<string, string>>;

/** What a reader of XML wants to hear; names come without their prefix, but for `r:` (an office relationship). */
export interface XmlHandler {
  open?(name: string, attributes: Attributes): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** Deeper than any honest document; readers keep something for each level. */
const depthMax = 1_000;

const localName = (name: string): string => (name.startsWith('r:') ? name : name.slice(name.indexOf(':') + 1));

function attributesOf(given: Readonly<Record<string, string | sax.QualifiedAttribute>>): Attributes {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [localName(name), String(value)]));
}

function decoderOf(first: Buffer): TextDecoder {
  const mark = first.length < 2 ? 0 : first.readUInt16BE(0);
  if (mark === 0xfffe || mark === 0x3c00) return new TextDecoder('utf-16le');
  if (mark === 0xfeff || mark === 0x003c) return new TextDecoder('utf-16be');
  return decoderNamed(encodingInXml(first)) ?? new TextDecoder('utf-8');
}

/** Text of bytes that come in pieces of any size. */
async function* decoded(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let waiting = Buffer.alloc(0);
  for await (const piece of pieces) {
    waiting = Buffer.concat([waiting, piece]);
    if (decoder === undefined && waiting.length < declarationBytes) continue;
    decoder ??= decoderOf(waiting);
    yield decoder.decode(waiting, { stream: true });
    waiting = Buffer.alloc(0);
  }
  yield (decoder ?? decoderOf(waiting)).decode(waiting);
}

function parserOf(handler: XmlHandler): sax.SAXParser {
  const parser = sax.parser(true);
  let depth = 0;
  parser.onerror = (error) => {
    throw error;
  };
  // Without a document type there are no entities but the five of XML: nothing to expand and nothing to fetch.
  parser.ondoctype = () => {
    throw new PermanentFailure('the document declares a document type, which is not read', { reason: 'unsafe-xml' });
  };
  parser.onopentag = ({ name, attributes }) => {
    depth += 1;
    if (depth > depthMax) {
      throw new PermanentFailure(`the document is nested over ${depthMax} levels`, { reason: 'corrupt' });
    }
    handler.open?.(localName(name), attributesOf(attributes));
  };
  parser.onclosetag = (name) => {
    depth -= 1;
    handler.close?.(localName(name));
  };
  parser.ontext = (text) => handler.text?.(text);
  parser.oncdata = (text) => handler.text?.(text);
  return parser;
}

/**
 * Reads XML as a stream, in the encoding that it declares: no tree, no document types, no entities, nothing fetched.
 * @throws PermanentFailure `corrupt` or `unsafe-xml`.
 */
export async function readXml(pieces: AsyncIterable<Buffer>, handler: XmlHandler): Promise<void> {
  const parser = parserOf(handler);
  try {
    for await (const text of decoded(pieces)) parser.write(text);
    parser.close();
  } catch (error) {
    if (error instanceof PermanentFailure) throw error;
    throw new PermanentFailure('the document holds broken XML', { reason: 'corrupt', cause: error });
  }
}
