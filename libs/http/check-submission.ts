import { documentRefProblem, type DocumentSubmitted } from '#events';
import { PermanentFailure } from '#failure';

const inlineBytesMax = 256 * 1024;
const metadataEntriesMax = 64;
const metadataBytesMax = 8 * 1024;

/** What the doors accept, before an ingestion gets a version. */
export type Submission = Omit<DocumentSubmitted, 'ingestionId' | 'version' | 'submittedAt'>;

/**
 * Refuses what no stage could accept, while the caller is still there to hear it.
 * @throws PermanentFailure with a reason a program can match.
 */
export function checkSubmission(submission: Submission): void {
  const ref = documentRefProblem(submission);
  if (ref !== undefined) throw new PermanentFailure(ref, { reason: 'bad-document' });
  checkContent(submission);
  const entries = Object.entries(submission.metadata);
  if (entries.some(([, value]) => typeof value !== 'string')) {
    throw new PermanentFailure('metadata values must be strings', { reason: 'bad-metadata' });
  }
  const sizeBytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (entries.length > metadataEntriesMax || sizeBytes > metadataBytesMax) {
    throw new PermanentFailure(`metadata may have ${metadataEntriesMax} entries and ${metadataBytesMax} bytes`, {
      reason: 'bad-metadata',
    });
  }
}

function checkContent({ source, location, content }: Submission): void {
  if (source === 'inline' || source === 'json_record') {
    if (content === null || content.trim() === '') {
      throw new PermanentFailure(`${source} needs content that is not empty`, { reason: 'empty' });
    }
    if (Buffer.byteLength(content) > inlineBytesMax) {
      throw new PermanentFailure('inline content is over 256 KiB; upload it instead', { reason: 'too-large' });
    }
    return;
  }
  if (content !== null)
    throw new PermanentFailure(`${source} takes a location, not content`, { reason: 'bad-request' });
  if (location === '') throw new PermanentFailure(`${source} needs a location`, { reason: 'bad-request' });
  if (source === 'local_upload' && location.startsWith('staging:')) {
    throw new PermanentFailure('a staging reference is not a location', { reason: 'bad-request' });
  }
  if (source === 'http' && !/^https?:\/\//i.test(location)) {
    throw new PermanentFailure('location must be an http or https URL', { reason: 'bad-request' });
  }
}
