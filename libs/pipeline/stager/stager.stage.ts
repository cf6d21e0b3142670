import type { DocumentStaged, DocumentSubmitted } from '#events';
import { classify, PermanentFailure, type FailureDetails, type PenstockFailure } from '#failure';
import { StageHandler, type EventStageContext } from '#kafka';

import type { Admission } from './admission.js';
import { describedBy, shownLocation, stagingScheme } from './description.js';
import { sniffMediaType } from './sniff.js';
import { sourceNotes, type Sources } from './sources/source.js';
import type { StagedObject, Staging } from './staging.js';
import { checkSubmission, ingestionIdOf } from './submission.js';

/** Brings the bytes of a submitted document into staging. What is already staged is neither fetched nor copied. */
export class StagerStage extends StageHandler<'DocumentSubmitted', 'DocumentStaged'> {
  constructor(
    private readonly staging: Staging,
    private readonly sources: Sources,
    private readonly admission: Admission,
    /** Names what makes another document of the same bytes: models, prompts, parser, limits. */
    private readonly pipeline: string,
  ) {
    super();
  }

  async handle(submitted: DocumentSubmitted, context: EventStageContext): Promise<DocumentStaged[]> {
    const { event, nowMs } = context;
    checkSubmission(submitted);
    const ingestionId = ingestionIdOf(submitted, event.id);
    requireOwnUpload(submitted, ingestionId);
    const { version, over } = await this.admit(submitted, ingestionId);
    if (over) return [];
    const staged = await this.stage(submitted, ingestionId, context).catch((error: unknown) => {
      throw belongingTo({ ingestionId, version }, error);
    });
    const { namespace, documentId, source, title, metadata, submittedAt } = submitted;
    const mediaType = await this.mediaTypeOf(submitted, staged);
    const { sha256, sizeBytes, ref: stagingRef } = staged;
    const bytes = { sha256, sizeBytes, stagingRef };
    const content = {
      namespace,
      documentId,
      ingestionId,
      mediaType,
      ...bytes,
      validators: null,
      force: submitted.force,
    };
    const described = describedBy(submitted, this.pipeline);
    if ((await this.admission.compare({ ...content, described }, nowMs())) === 'unchanged') return [];
    const document = { namespace, documentId, ingestionId, version, source, location: shownLocation(submitted) };
    return [{ ...document, mediaType, title, metadata, submittedAt, ...bytes, stagedAt: nowMs() }];
  }

  /**
   * The HTTP API has admitted its submissions; whatever reached the topic on another way is admitted here. Both are
   * asked for, since anybody who writes to the topic can name an ingestionId.
   */
  private admit(submitted: DocumentSubmitted, ingestionId: string): ReturnType<Admission['admit']> {
    const { content: _content, force: _force, ...described } = submitted;
    return this.admission.admit({ ...described, ingestionId });
  }

  private async stage(
    submitted: DocumentSubmitted,
    ingestionId: string,
    { signal, triedForMs }: EventStageContext,
  ): Promise<StagedObject> {
    const source = this.sources.sourceOf(submitted.source);
    const isUploaded = isUpload(submitted);
    const staged = await this.staging.stat(ingestionId);
    if (staged !== undefined) return notEmpty(staged);
    if (isUploaded) throw new PermanentFailure('the upload is not in staging', { reason: 'unreadable' });
    const { bytesMax } = this.sources;
    const { stream, notes = {} } = await source.open(submitted, { bytesMax, signal, triedForMs });
    return notEmpty(await this.staging.put(ingestionId, stream, { bytesMax, signal, notes }));
  }

  private mediaTypeOf(submitted: DocumentSubmitted, { head, notes }: StagedObject): Promise<string> | string {
    if (submitted.source === 'json_record') return 'application/json';
    const { mediaType, location, metadata, title, documentId } = submitted;
    const names = [location, metadata['filename'] ?? '', title ?? '', documentId];
    return sniffMediaType(head, { mediaType: mediaType ?? notes[sourceNotes.mediaType] ?? null, names });
  }
}

function isUpload({ source, location }: DocumentSubmitted): boolean {
  return source === 'local_upload' && location.startsWith(stagingScheme);
}

/** An upload lies under the id of its own ingestion; any other reference would read what somebody else has staged. */
function requireOwnUpload(submitted: DocumentSubmitted, ingestionId: string): void {
  if (!isUpload(submitted) || submitted.location === `${stagingScheme}${ingestionId}`) return;
  const message = 'an upload may only be the one that was staged for this ingestion';
  throw new PermanentFailure(message, { reason: 'bad-staging-reference' });
}

function notEmpty(staged: StagedObject): StagedObject {
  if (staged.sizeBytes === 0) throw new PermanentFailure('the source is empty', { reason: 'empty' });
  return staged;
}

/** A submission that carried no id has one now: whoever gives it up must be able to name it. */
function belongingTo(ingestion: NonNullable<FailureDetails['ingestion']>, error: unknown): PenstockFailure {
  const failure = classify(error);
  if (failure.kind !== 'permanent') return failure;
  return new PermanentFailure(failure.message, { reason: failure.reason, ingestion, cause: error });
}
