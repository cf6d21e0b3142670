import { setImmediate } from 'node:timers/promises';

import type { DocumentParsed, DocumentStaged } from '#events';
import { classify, PermanentFailure } from '#failure';
import { StageHandler, type EventStageContext } from '#kafka';

import { chunksOf, type ChunkLimits, type Passage } from './chunks.js';
import type { ParsedDocument } from './formats/document-text.js';
import type { FormatRegistry } from './formats/registry.js';
import { parsedParts, type PartLimits } from './parts.js';
import type { StagedBytes } from './staged-bytes.js';

export type ParserOptions = Omit<ChunkLimits, 'countTokens'> & PartLimits;

/** A document of more passages than this is no text to be read; it would also not fit in memory. */
const passagesMax = 100_000;
const passagesPerTurn = 32;
const titleCharsMax = 1_000;

/** Turns staged bytes into text, and text into parts of chunks. Reads nothing but the staged bytes. */
export class ParserStage extends StageHandler<'DocumentStaged', 'DocumentParsed'> {
  constructor(
    private readonly staging: StagedBytes,
    private readonly formats: FormatRegistry,
    private readonly options: ParserOptions,
  ) {
    super();
  }

  async handle(staged: DocumentStaged, { signal, nowMs }: EventStageContext): Promise<DocumentParsed[]> {
    const format = this.formats.formatOf(staged.mediaType);
    const pause = async (): Promise<void> => {
      await setImmediate();
      signal.throwIfAborted();
    };
    const document = await format.parse(await this.bytesOf(staged, signal), { pause });
    const passages = await this.passages(document, pause);
    const title = (staged.title ?? document.title ?? '').slice(0, titleCharsMax).toWellFormed() || null;
    const record = staged.source === 'json_record' ? (document.record ?? null) : null;
    return parsedParts(staged, { title, passages, record, parsedAt: nowMs() }, this.options);
  }

  private async bytesOf({ stagingRef }: DocumentStaged, signal: AbortSignal): Promise<Buffer> {
    const pieces: Buffer[] = [];
    try {
      for await (const piece of await this.staging.read(stagingRef)) {
        signal.throwIfAborted();
        pieces.push(piece as Buffer);
      }
    } catch (error) {
      throw classify(error);
    }
    return Buffer.concat(pieces);
  }

  private async passages({ text, blocks }: ParsedDocument, pause: () => Promise<void>): Promise<Passage[]> {
    const passages: Passage[] = [];
    for (const passage of chunksOf(text, blocks, this.options)) {
      passages.push(passage);
      if (passages.length % passagesPerTurn === 0) await pause();
      if (passages.length > passagesMax) {
        throw new PermanentFailure(`the document has over ${passagesMax} passages`, { reason: 'too-large' });
      }
    }
    if (passages.length === 0) throw new PermanentFailure('the document has no text', { reason: 'empty' });
    return passages;
  }
}
