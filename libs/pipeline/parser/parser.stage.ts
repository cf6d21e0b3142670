import { Readable } from 'node:stream';

import type { DocumentParsed, DocumentStaged } from '#events';
import { classify } from '#failure';
import { StageHandler, type EventStageContext } from '#kafka';
import { RecordTypes } from '#records';

import type { ChildSubmissions } from './child-submissions.js';
import { childSubmission, nestingOf, nestingProblem, type NestingLimits } from './children.js';
import type { ChunkLimits } from './chunks.js';
import type { DocumentReader } from './document-reader.js';
import type { Endings } from './endings.js';
import type { ChildDocument } from './formats/document-text.js';
import { withMapped } from './mapped-parts.js';
import { mergedMetadata, storable } from './metadata.js';
import { parsedParts, type PartLimits } from './parts.js';
import type { ReadRequest } from './read-document.js';
import type { StagedBytes } from './staged-bytes.js';

export type ParserOptions = Omit<ChunkLimits, 'countTokens'> &
  PartLimits &
  NestingLimits & {
    /** Most bytes that all that is packed in a document may unpack to. */
    readonly inflatedBytesMax: number;
  };

export interface ParserPorts {
  readonly staging: StagedBytes;
  readonly reader: DocumentReader;
  readonly endings: Endings;
  readonly children: ChildSubmissions;
}

const titleCharsMax = 1_000;

/**
 * Turns staged bytes into text, and text into parts of chunks. Documents that lie in it, such as attachments, are
 * staged, and submitted as documents of their own once this one is live.
 */
export class ParserStage extends StageHandler<'DocumentStaged', 'DocumentParsed'> {
  constructor(
    private readonly ports: ParserPorts,
    private readonly options: ParserOptions,
    private readonly recordTypes: RecordTypes = new RecordTypes(),
  ) {
    super();
  }

  async handle(staged: DocumentStaged, { signal, nowMs }: EventStageContext): Promise<DocumentParsed[]> {
    const { options } = this;
    const bytes = await this.bytesOf(staged, signal);
    if (bytes === undefined) return [];
    const { mediaType, source, location } = staged;
    const address = source === 'http' && location !== null ? location : undefined;
    const mapping = source === 'json_record' ? this.recordTypes.mappingOf(staged.metadata) : undefined;
    const read = await this.ports.reader.read({ bytes, mediaType, address, mapping, ...measures(options) }, signal);
    const nesting = nestingOf(staged, options);
    const problem = nestingProblem(read.children, nesting, options);
    const children = problem === undefined ? read.children : [];
    await this.hold(staged, children, signal);
    const parsed = {
      ...{ mediaType: read.mediaType, passages: read.passages, parsedAt: nowMs(), children: children.length },
      title: storable((staged.title ?? read.title ?? '').slice(0, titleCharsMax)) || null,
      record: source === 'json_record' ? read.record : null,
      metadata: mergedMetadata(staged.metadata, read.metadata),
      warnings: problem === undefined ? read.warnings : [...read.warnings, problem],
    };
    const unmapped = parsedParts(staged, parsed, options);
    return read.mapped === null ? unmapped : withMapped(unmapped, read.mapped);
  }

  /** Children wait before any part of their parent is published, so it can't be live before all of them are known. */
  private async hold(staged: DocumentStaged, children: readonly ChildDocument[], signal: AbortSignal): Promise<void> {
    if (children.length === 0) return;
    const bytes = children.reduce((sum, child) => sum + child.bytes.length, 0);
    const nesting = nestingOf(staged, this.options);
    const submissions: ReturnType<typeof childSubmission>[] = [];
    for (const [index, child] of children.entries()) {
      const place = { number: index + 1, siblings: children.length, bytes, nesting };
      const submission = childSubmission(staged, child, place);
      const limits = { bytesMax: child.bytes.length, signal };
      await this.ports.staging.put(submission.ingestionId, Readable.from([Buffer.from(child.bytes)]), limits);
      submissions.push(submission);
    }
    await this.ports.children.hold(staged.ingestionId, submissions);
  }

  /** @returns nothing if they were removed since the ingestion has ended: it was parsed before, and comes again. */
  private async bytesOf(staged: DocumentStaged, signal: AbortSignal): Promise<Buffer | undefined> {
    try {
      return await this.stagedBytes(staged, signal);
    } catch (error) {
      const failure = classify(error);
      const areGone = failure.kind === 'permanent' && failure.reason === 'unreadable';
      if (areGone && (await this.ports.endings.hasEnded(staged.ingestionId))) return undefined;
      throw failure;
    }
  }

  private async stagedBytes({ stagingRef }: DocumentStaged, signal: AbortSignal): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of await this.ports.staging.read(stagingRef)) {
      signal.throwIfAborted();
      pieces.push(piece as Buffer);
    }
    return Buffer.concat(pieces);
  }
}

/** No more of the options than a reader needs: they are sent to it with each document. */
function measures(options: ParserOptions): Pick<ReadRequest, 'chunks' | 'limits'> {
  const { chunkTokens, chunkOverlapTokens, inflatedBytesMax, childrenMax } = options;
  return { chunks: { chunkTokens, chunkOverlapTokens }, limits: { inflatedBytesMax, childrenMax } };
}
