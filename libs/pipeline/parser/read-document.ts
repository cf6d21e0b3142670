import { PermanentFailure, TransientFailure } from '#failure';
import { mapRecord, type MappedRecord, type RecordMapping } from '#records';

import { chunksOf, type ChunkLimits, type Passage } from './chunks.js';
import { Cleaning } from './formats/cleaning.js';
import { containerType, detectMediaType } from './formats/detect.js';
import type { ChildDocument, ParsedDocument } from './formats/document-text.js';
import { valuesOf } from './formats/json-record.js';
import { ReadLimits, type ReadLimitsOptions } from './formats/read-limits.js';
import type { FormatRegistry } from './formats/registry.js';

/** A document to be read, and by what measures. */
export interface ReadRequest {
  readonly bytes: Buffer;
  /** What it is believed to be. */
  readonly mediaType: string;
  /** Where on the web it was asked for; a server may have sent the question on. */
  readonly address?: string | undefined;
  readonly chunks: Omit<ChunkLimits, 'countTokens'>;
  readonly limits: ReadLimitsOptions;
  /** What the fields of a record stand for. */
  readonly mapping?: RecordMapping | undefined;
}

/** A document as it was read: all that the next stages need of it. Plain data, so that it can cross processes. */
export interface ReadDocument {
  /** What it is by its bytes. */
  readonly mediaType: string;
  readonly title: string | null;
  readonly passages: readonly Passage[];
  readonly record: string | null;
  /** What its fields stand for, of a record for which that was asked. */
  readonly mapped: MappedRecord | null;
  readonly warnings: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly children: readonly ChildDocument[];
}

/** A document of more passages than this is no text to be read; it would also not fit in memory. */
const passagesMax = 100_000;
const namesShownMax = 10;
/** Names of pictures, sounds, films and fonts, where nothing else says what a document inside another is. */
const mediaName =
  /\.(?:png|jpe?g|gif|webp|bmp|tiff?|ico|heic|mp3|m4a|wav|flac|ogg|mp4|mov|avi|mkv|webm|woff2?|ttf|otf)$/iu;

function passagesOf({ text, blocks }: ParsedDocument, limits: ReadRequest['chunks']): Passage[] {
  const passages: Passage[] = [];
  for (const passage of chunksOf(text, blocks, limits)) {
    passages.push(passage);
    if (passages.length > passagesMax) {
      throw new PermanentFailure(`the document has over ${passagesMax} passages`, { reason: 'too-large' });
    }
  }
  if (passages.length === 0) throw new PermanentFailure('the document has no text', { reason: 'empty' });
  return passages;
}

const isNoText = (name: string, mediaType: string | null): boolean =>
  mediaType === null ? mediaName.test(name) : /^(?:image|audio|video|font)\//u.test(mediaType);

/** Children that can be read, and a word on those that can't: a logo in a signature is no failure. */
function readable(children: readonly ChildDocument[], warnings: string[]): ChildDocument[] {
  const skipped: string[] = [];
  const kept = children.filter(({ name, bytes, mediaType }) => {
    if (bytes.length === 0) skipped.push(`${name} (empty)`);
    else if (isNoText(name, mediaType)) skipped.push(name);
    else return true;
    return false;
  });
  if (skipped.length > 0) {
    const more = skipped.length > namesShownMax ? ', …' : '';
    warnings.push(`not read: ${skipped.slice(0, namesShownMax).join(', ')}${more}`);
  }
  return kept;
}

/** Errors that are no failures come from the readers of formats, and say that the bytes are not what they should be. */
function readFailure(error: unknown, name: string): Error {
  if (error instanceof PermanentFailure || error instanceof TransientFailure) return error;
  if (error instanceof RangeError && /array buffer|array length|string length/iu.test(error.message)) {
    return new PermanentFailure('the document is too large to be held in memory', { reason: 'too-large' });
  }
  return new PermanentFailure(`the ${name} is damaged`, { reason: 'corrupt', cause: error });
}

/** Reads a document: what it is, its text, its passages, what lies in it. @throws PermanentFailure with a reason. */
export async function readDocument(
  { bytes, mediaType: believed, address, chunks, limits: options, mapping }: ReadRequest,
  registry: FormatRegistry,
): Promise<ReadDocument> {
  const limits = new ReadLimits(options);
  const cleaning = new Cleaning();
  const mediaType = await containerType(
    bytes,
    detectMediaType(bytes, believed, registry.known),
    limits,
    registry.known,
  );
  const entry = registry.entryOf(mediaType);
  const format = await entry.load();
  const parse = async (): Promise<ParsedDocument> => format.parse(bytes, { cleaning, limits, address });
  const document = await parse().catch((error: unknown) => {
    throw readFailure(error, entry.name);
  });
  const warnings = [...(document.warnings ?? []), ...cleaning.warnings()];
  const children = readable(document.children ?? [], warnings);
  if (children.length > limits.childrenMax) {
    const message = `the document holds ${children.length} others, over the ${limits.childrenMax} allowed`;
    throw new PermanentFailure(message, { reason: 'too-large' });
  }
  const record = document.record ?? null;
  return {
    ...{ mediaType, title: document.title ?? null, record },
    mapped: mapping === undefined || record === null ? null : mapRecord(valuesOf(record), mapping),
    passages: passagesOf(document, chunks),
    ...{ warnings, metadata: document.metadata ?? {}, children },
  };
}
