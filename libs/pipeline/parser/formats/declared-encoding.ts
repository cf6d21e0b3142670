import { TextDecoder } from 'node:util';

/** As much of a document as can hold its XML declaration, which stands at its very start. */
export const declarationBytes = 512;

const inXml = /^(?:\xef\xbb\xbf)?<\?xml\s[^>]{0,256}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']/u;

/** Name of the encoding that a document says it is in, if it begins as XML does. */
export function encodingInXml(bytes: Buffer): string | undefined {
  return inXml.exec(bytes.toString('latin1', 0, declarationBytes))?.[1];
}

/**
 * A decoder for what documents call an encoding, as browsers understand it: what calls itself Latin-1 often holds the
 * quotes and dashes that Windows added to it. None for a name nobody knows, nor for UTF-16: a declaration whose letters
 * are one byte each can't be in that.
 */
export function decoderNamed(name: string | undefined): TextDecoder | undefined {
  if (name === undefined) return undefined;
  try {
    const decoder = new TextDecoder(name);
    return decoder.encoding.startsWith('utf-16') ? undefined : decoder;
  } catch {
    return undefined; // The caller finds out what else it may be.
  }
}
