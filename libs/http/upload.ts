import type { IncomingMessage } from 'node:http';

import { v4 } from 'uuid';

import { PermanentFailure } from '#failure';
import type { Staging } from '#pipeline/stager';

import { checkedBody } from './checked-body.js';
import type { Submission } from './check-submission.js';
import { fileName } from './file-name.js';
import { UploadFields } from './submission.dto.js';
import { readForm } from './upload-form.js';

export interface StagedUpload {
  readonly submission: Submission;
  /** Stands for the bytes in idempotency checks. */
  readonly sha256: string;
}

interface UploadOptions {
  readonly ref: string;
  readonly uploadBytesMax: number;
  readonly uploadIdleMs: number;
}

interface UploadedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/**
 * Streams the one file of a multipart request to staging; it is never whole in memory, and its name
 * never becomes a path.
 * @throws PermanentFailure if the form is broken, has no file or several, or the file is empty or too large.
 */
export async function stageUpload(
  request: IncomingMessage,
  staging: Staging,
  { ref, uploadBytesMax: bytesMax, uploadIdleMs: idleMs }: UploadOptions,
): Promise<StagedUpload> {
  const abort = new AbortController();
  try {
    const { file, fields } = await readForm(request, { bytesMax, idleMs }, async ({ stream, name, mimeType }) => {
      const staged = await staging.put(ref, stream, { bytesMax, signal: abort.signal });
      return { ...staged, name: fileName(name), mimeType };
    });
    if (file === undefined) throw new PermanentFailure('the form has no file', { reason: 'bad-request' });
    if (file.sizeBytes === 0) throw new PermanentFailure('the file is empty', { reason: 'empty' });
    return { submission: submissionOf(file, fields, ref), sha256: file.sha256 };
  } catch (error) {
    abort.abort();
    await staging.remove(ref);
    throw error;
  }
}

function submissionOf(file: UploadedFile, fields: Readonly<Record<string, string>>, ref: string): Submission {
  const { namespace, documentId, title, mediaType, metadata, force } = checkedBody(UploadFields, { ...fields });
  return {
    namespace: namespace ?? 'default',
    documentId: documentId ?? (file.name === '' ? v4() : file.name),
    source: 'local_upload',
    location: `staging:${ref}`,
    content: null,
    mediaType: mediaType ?? file.mimeType.slice(0, 255),
    title: title ?? null,
    metadata: { ...metadataOf(metadata), ...(file.name === '' ? {} : { filename: file.name }) },
    force: force === 'true',
  };
}

function metadataOf(text: string | undefined): Record<string, string> {
  if (text === undefined || text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, string>;
  } catch {
    // Told below, in the same words as another shape of JSON.
  }
  throw new PermanentFailure('metadata must be a JSON object of strings', { reason: 'bad-metadata' });
}
