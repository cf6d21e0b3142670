import type { DocumentSubmitted } from '#events';
import { PermanentFailure } from '#failure';
import type { EventStageContext } from '#kafka';

import type { Admission, DescribedIngestion, SourceValidators } from './admission.js';
import { stagingScheme } from './description.js';
import { sourceNotes, type OpenedSource, type Source, type Sources } from './sources/source.js';
import type { StagedObject, Staging, StagingNotes } from './staging.js';

export interface StageSourcePorts {
  readonly staging: Staging;
  readonly sources: Sources;
  readonly admission: Admission;
}

/** True for a submission whose bytes its door has staged already. */
export function isUpload({ source, location }: DocumentSubmitted): boolean {
  return source === 'local_upload' && location.startsWith(stagingScheme);
}

/** What a source can be asked with next time, if it said anything of the kind. */
export function validatorsOf(notes: StagingNotes): SourceValidators | null {
  const etag = notes[sourceNotes.etag] ?? null;
  const lastModified = notes[sourceNotes.lastModified] ?? null;
  const addressHash = notes[sourceNotes.addressHash];
  if (etag === null && lastModified === null) return null;
  return { etag, lastModified, ...(addressHash === undefined ? {} : { addressHash }) };
}

/**
 * Brings the bytes of a submission into staging, unless they lie there or their source says that they are those of the
 * live version: then there is nothing to stage, and the ingestion is concluded.
 * @throws PermanentFailure or TransientFailure of the source, `empty`, or `unreadable` for an upload that is gone.
 */
export async function stageSource(
  { staging, sources, admission }: StageSourcePorts,
  submitted: DocumentSubmitted,
  ingestion: DescribedIngestion,
  { signal, triedForMs, nowMs }: EventStageContext,
): Promise<StagedObject | undefined> {
  const { ingestionId } = ingestion;
  const { bytesMax } = sources;
  const source = sources.sourceOf(submitted.source);
  const before = await staging.stat(ingestionId);
  if (before !== undefined) return notEmpty(before);
  if (isUpload(submitted)) throw new PermanentFailure('the upload is not in staging', { reason: 'unreadable' });
  const limits = { bytesMax, signal, triedForMs };
  const live = await liveSource(admission, source, submitted, ingestion);
  let opened = await source.open(submitted, live === undefined ? limits : { ...limits, validators: live.validators });
  if (opened === 'unmodified') {
    const same =
      live !== undefined && (await admission.unmodified({ ...ingestion, sameAs: live.ingestionId }, nowMs()));
    if (same === 'unchanged') return undefined;
    opened = await source.open(submitted, limits);
  }
  const { stream, notes = {} } = bytesOf(opened);
  return notEmpty(await staging.put(ingestionId, stream, { bytesMax, signal, notes }));
}

async function liveSource(
  admission: Admission,
  source: Source,
  { force }: DocumentSubmitted,
  { ingestionId, described }: DescribedIngestion,
): ReturnType<Admission['liveSource']> {
  return source.isConditional && !force ? admission.liveSource({ ingestionId, described }) : undefined;
}

function bytesOf(opened: OpenedSource | 'unmodified'): OpenedSource {
  if (opened !== 'unmodified') return opened;
  throw new PermanentFailure('the source gives no bytes, though nothing was known of it', { reason: 'http-status' });
}

function notEmpty(staged: StagedObject): StagedObject {
  if (staged.sizeBytes === 0) throw new PermanentFailure('the source is empty', { reason: 'empty' });
  return staged;
}
