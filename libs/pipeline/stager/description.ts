import { createHash } from 'node:crypto';

import type { DocumentSubmitted } from '#events';

/** What a reader is shown of where a document came from; an upload came from nowhere. */
export function shownLocation({ location }: DocumentSubmitted): string | null {
  if (location === '' || location.startsWith(stagingScheme)) return null;
  // PostgreSQL refuses NUL and halves of characters.
  return location.replaceAll('\u0000', '').toWellFormed();
}

export const stagingScheme = 'staging:';

/**
 * Stands for all that makes two submissions of the same bytes the same document: what is shown of it, what its media
 * type is judged by, and what the pipeline makes of it.
 * @param pipeline names models, prompts, parser and limits; another text makes everything new.
 */
export function describedBy(submitted: DocumentSubmitted, pipeline: string): string {
  const { source, title, mediaType, metadata } = submitted;
  const fields = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  const whole = JSON.stringify([source, shownLocation(submitted), title, mediaType, fields, pipeline]);
  return createHash('sha256').update(whole).digest('hex');
}
