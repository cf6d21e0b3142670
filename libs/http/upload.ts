import busboy from 'busboy';
import type { Request } from 'express';
import { v4 } from 'uuid';

import { PermanentFailure } from '#failure';
import type { Staging } from '#pipeline/stager';

import type { Submission } from './check-submission.js';

const fieldBytesMax = 64 * 1024;
const fieldsMax = 100;

export interface StagedUpload {
  readonly submission: Submission;
  /** Stands for the bytes in idempotency checks. */
  readonly sha256: string;
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
  request: Request,
  staging: Staging,
  options: { readonly ref: string; readonly bytesMax: number },
): Promise<StagedUpload> {
  const abort = new AbortController();
  try {
    const { file, fields } = await readForm(request, staging, { ...options, signal: abort.signal });
    if (file === undefined) throw new PermanentFailure('the form has no file', { reason: 'bad-request' });
    if (file.sizeBytes === 0) throw new PermanentFailure('the file is empty', { reason: 'empty' });
    return { submission: submissionOf(file, fields, options.ref), sha256: file.sha256 };
  } catch (error) {
    abort.abort();
    await staging.remove(options.ref);
    throw error;
  }
}

interface Form {
  readonly file: UploadedFile | undefined;
  readonly fields: Readonly<Record<string, string>>;
}

function readForm(
  request: Request,
  staging: Staging,
  { ref, bytesMax, signal }: { readonly ref: string; readonly bytesMax: number; readonly signal: AbortSignal },
): Promise<Form> {
  const { promise, resolve, reject } = Promise.withResolvers<Form>();
  const refuse = (message: string, reason = 'bad-request'): void => reject(new PermanentFailure(message, { reason }));
  const form = parserOf(request, bytesMax);
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  let file: Promise<UploadedFile> | undefined;
  form.on('field', (name, value, { valueTruncated }) => {
    if (valueTruncated) refuse(`field ${name.slice(0, 64)} is too long`);
    fields[name] = value;
  });
  form.on('file', (_field, stream, { filename, mimeType }) => {
    stream.on('limit', () => refuse(`the file is over ${bytesMax} bytes`, 'too-large'));
    // A stream may fail after the form did; the first error is the one that is told.
    stream.on('error', () => undefined);
    file = staging
      .put(ref, stream, { bytesMax, signal })
      .then((staged) => ({ ...staged, name: filename ?? '', mimeType }));
    file.catch(reject);
  });
  form.on('filesLimit', () => refuse('one file at a time'));
  form.on('fieldsLimit', () => refuse(`more than ${fieldsMax} fields`));
  form.on('error', (error) => refuse(`the multipart form is broken: ${(error as Error).message}`));
  form.on(
    'close',
    () => void (file ?? Promise.resolve(undefined)).then((done) => resolve({ file: done, fields }), reject),
  );
  request.on('aborted', () => refuse('the upload was cut off'));
  request.pipe(form);
  return promise.finally(() => {
    request.unpipe(form);
    request.resume();
  });
}

function parserOf(request: Request, bytesMax: number): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: { files: 1, fileSize: bytesMax + 1, fields: fieldsMax, fieldSize: fieldBytesMax, parts: fieldsMax + 1 },
    });
  } catch (error) {
    throw new PermanentFailure(`the multipart form is broken: ${(error as Error).message}`, { reason: 'bad-request' });
  }
}

function submissionOf(file: UploadedFile, fields: Readonly<Record<string, string>>, ref: string): Submission {
  const { namespace, documentId, title, mediaType, force } = fields;
  return {
    namespace: namespace ?? 'default',
    documentId: documentId ?? (file.name === '' ? v4() : file.name),
    source: 'local_upload',
    location: `staging:${ref}`,
    content: null,
    mediaType: mediaType ?? file.mimeType,
    title: title ?? null,
    metadata: { ...metadataOf(fields['metadata']), ...(file.name === '' ? {} : { filename: file.name }) },
    force: flagOf(force),
  };
}

function flagOf(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw new PermanentFailure('force must be true or false', { reason: 'bad-request' });
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
