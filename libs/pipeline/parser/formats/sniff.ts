import { fileTypeFromBuffer } from 'file-type';

import type { SniffHints } from '#pipeline/stager';

import { bareMediaType } from './bare-media-type.js';
import { wideEncoding } from './decode-text.js';
import type { FormatEntry } from './format.js';
import { formats } from './registry.js';
import { textStart, type TextStart } from './text-start.js';

/** A text may hold a stray control character; one byte in twenty is a binary file. */
const controlShareMax = 0.05;
const allowedControls = [0x09, 0x0a, 0x0c, 0x0d, 0x1b];

/** True if the bytes look like text in any encoding. */
function isText(head: Buffer): boolean {
  if (wideEncoding(head) !== undefined) return true;
  const controls = head.filter((byte) => byte < 0x20 && !allowedControls.includes(byte)).length;
  return controls <= Math.max(1, head.length * controlShareMax);
}

/** Whether documents of a media type are texts that names and claims can tell apart. */
export function isNamedText(mediaType: string, known: readonly FormatEntry[]): boolean {
  return known.some(
    ({ extensions, mediaTypes }) => extensions !== undefined && mediaTypes.includes(bareMediaType(mediaType)),
  );
}

/** Media types that are claimed or stand for the extensions of names, the best first. Plain text says the least. */
function claims({ mediaType, names }: SniffHints, known: readonly FormatEntry[]): string[] {
  const byExtension = new Map(known.flatMap(({ extensions }) => Object.entries(extensions ?? {})));
  const ofNames = names.flatMap((name) => {
    const extension = /\.([a-z0-9]{1,16})(?:[?#].*)?$/iu.exec(name)?.[1]?.toLowerCase() ?? '';
    return byExtension.get(extension) ?? [];
  });
  const claimed = bareMediaType(mediaType);
  if (!isNamedText(claimed, known)) return ofNames;
  return claimed === 'text/plain' ? [...ofNames, claimed] : [claimed, ...ofNames];
}

/** The format whose documents alone start so. */
export function certainType(start: TextStart, known: readonly FormatEntry[]): string | undefined {
  return known.find(({ isCertain }) => isCertain?.(start))?.mediaTypes[0];
}

/** Texts have no magic numbers: how one starts decides, and what it is called only where that leaves it open. */
export function textType(start: TextStart, hints: SniffHints, known: readonly FormatEntry[]): string {
  const certain = certainType(start, known);
  if (certain !== undefined) return certain;
  for (const type of claims(hints, known)) {
    const entry = known.find(({ mediaTypes }) => mediaTypes.includes(type));
    if (entry?.isPossible?.(start) ?? true) return type;
  }
  const likely = known.find(({ isLikely }) => isLikely?.(start))?.mediaTypes[0];
  return likely ?? (/^<\?xml/iu.test(start.head) ? 'application/xml' : 'text/plain');
}

/**
 * The media type of a source, from its first bytes. Magic numbers decide; then how a text starts, by the signs of all
 * formats. Deterministic, so that a redelivered submission is staged as the same type.
 */
export async function sniffMediaType(head: Buffer, hints: SniffHints, known = formats): Promise<string> {
  const magic = await fileTypeFromBuffer(head).catch(() => undefined);
  if (magic !== undefined && magic.mime !== 'application/xml' && !magic.mime.startsWith('text/')) return magic.mime;
  return isText(head) ? textType(textStart(head), hints, known) : 'application/octet-stream';
}
