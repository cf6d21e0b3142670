import type { DocumentStaged, DocumentSubmitted } from '#events';
import { classify, PermanentFailure, TransientFailure, type FailureDetails, type PenstockFailure } from '#failure';
import { StageHandler, type EventStageContext } from '#kafka';

import type { Admission } from './admission.js';
import { describedBy, shownLocation, stagingScheme } from './description.js';
import type { SniffMediaType } from './sniff-hints.js';
import { sourceNotes, type Sources } from './sources/source.js';
import type { StagedObject, Staging } from './staging.js';
import { isUpload, stageSource, validatorsOf } from './stage-source.js';
import { checkSubmission, ingestionIdOf } from './submission.js';

/** Brings the bytes of a submitted document into staging. What is already staged is neither fetched nor copied. */
export class StagerStage extends StageHandler<'DocumentSubmitted', 'DocumentStaged'> {
  constructor(
    readonly staging: Staging,
    readonly sources: Sources,
    readonly admission: Admission,
    /** Names what makes another document of the same bytes: models, prompts, parser, limits, the type of a record. */
    private readonly pipelineOf: (submitted: DocumentSubmitted) => string,
    private readonly sniff: SniffMediaType,
  ) {
    super();
  }

  async handle(submitted: DocumentSubmitted, context: EventStageContext): Promise<DocumentStaged[]> {
    checkSubmission(submitted);
    const { namespace, documentId, source, title, metadata, submittedAt, force } = submitted;
    const ingestionId = ingestionIdOf(submitted, context.event.id);
    requireOwnUpload(submitted, ingestionId);
    const { version, over } = await this.admit(submitted, ingestionId);
    if (over) return [];
    const ingestion = {
      namespace,
      documentId,
      ingestionId,
      described: describedBy(submitted, this.pipelineOf(submitted)),
    };
    const staged = await stageSource(this, submitted, ingestion, context).catch((error: unknown) => {
      throw belongingTo({ ingestionId, version }, error);
    });
    if (staged === undefined) return [];
    const { sha256, sizeBytes, ref: stagingRef, notes } = staged;
    const bytes = { sha256, sizeBytes, stagingRef, mediaType: await this.mediaTypeOf(submitted, staged) };
    const content = { ...ingestion, ...bytes, validators: validatorsOf(notes), force };
    if ((await this.admission.compare(content, context.nowMs())) === 'unchanged') return [];
    const document = { namespace, documentId, ingestionId, version, source, location: shownLocation(submitted) };
    const shownTitle = title ?? notes[sourceNotes.title] ?? null;
    return [{ ...document, title: shownTitle, metadata, submittedAt, ...bytes, stagedAt: context.nowMs() }];
  }

  /**
   * The HTTP API has admitted its submissions; whatever reached the topic on another way is admitted here. Both are
   * asked for, since anybody who writes to the topic can name an ingestionId.
   */
  private admit(submitted: DocumentSubmitted, ingestionId: string): ReturnType<Admission['admit']> {
    const { content: _content, force: _force, ...described } = submitted;
    return this.admission.admit({ ...described, ingestionId });
  }

  private mediaTypeOf(submitted: DocumentSubmitted, { head, notes }: StagedObject): Promise<string> | string {
    if (submitted.source === 'json_record') return 'application/json';
    const { mediaType, location, metadata, title, documentId } = submitted;
    const names = [location, metadata['filename'] ?? '', title ?? '', documentId];
    return this.sniff(head, { mediaType: mediaType ?? notes[sourceNotes.mediaType] ?? null, names });
  }
}

/** An upload lies under the id of its own ingestion; any other reference would read what somebody else has staged. */
function requireOwnUpload(submitted: DocumentSubmitted, ingestionId: string): void {
  if (!isUpload(submitted) || submitted.location === `${stagingScheme}${ingestionId}`) return;
  const message = 'an upload may only be the one that was staged for this ingestion';
  throw new PermanentFailure(message, { reason: 'bad-staging-reference' });
}

/** A submission that carried no id has one now: whoever gives it up must be able to name it. */
function belongingTo(ingestion: NonNullable<FailureDetails['ingestion']>, error: unknown): PenstockFailure {
  const failure = classify(error);
  const { message, reason, retryAfterMs, uncounted } = failure;
  if (failure.kind === 'permanent') return new PermanentFailure(message, { reason, ingestion, cause: error });
  if (failure.kind === 'poison') return failure;
  const waits = retryAfterMs === undefined ? { uncounted } : { uncounted, retryAfterMs };
  return new TransientFailure(message, { reason, ingestion, cause: error, ...waits });
}
