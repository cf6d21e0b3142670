import { classify, PermanentFailure, PoisonMessage, TransientFailure } from '#failure';

interface S3Error {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** True if the store says that nothing lies under the name; a bucket that is missing is another matter. */
export function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as S3Error;
  return name === 'NoSuchKey' || name === 'NotFound' || (name !== 'NoSuchBucket' && $metadata?.httpStatusCode === 404);
}

/** True if a write that was to be the first came second. */
export function isTaken(error: unknown): boolean {
  const status = (error as S3Error).$metadata?.httpStatusCode;
  return status === 412 || status === 409;
}

/**
 * Classifies what the S3 client throws. A store that refuses everything (keys, bucket) is a matter of its settings and
 * not of the document, so it counts as transient: documents wait until somebody mends it.
 */
export function s3Failure(error: unknown): Error {
  if (error instanceof PermanentFailure || error instanceof TransientFailure || error instanceof PoisonMessage)
    return error;
  const { name = '', code } = error as S3Error;
  if (name === 'AbortError') return classify(error);
  const message = `staging: ${code ?? (name === '' ? 'unknown error' : name)}`;
  return new TransientFailure(message, { reason: 'staging-unavailable', cause: error });
}
