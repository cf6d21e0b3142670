import { Readable } from 'node:stream';

import type { DocumentSubmitted } from '#events';
import { PermanentFailure } from '#failure';
import type { RecordTypes } from '#records';

import { Source, type OpenedSource } from './source.js';

/** What fits in an event beside everything else; larger content goes to staging first. */
const contentBytesMax = 256 * 1024;

function contentOf({ content }: DocumentSubmitted): string {
  if (content === null || content === '') throw new PermanentFailure('the content is empty', { reason: 'empty' });
  if (Buffer.byteLength(content) > contentBytesMax) {
    throw new PermanentFailure('inline content is over 256 KiB', { reason: 'too-large' });
  }
  return content;
}

/** Content that came with the event. */
export class Inline extends Source {
  open(submitted: DocumentSubmitted): Promise<OpenedSource> {
    return Promise.resolve().then(() => ({ stream: Readable.from([Buffer.from(contentOf(submitted))]) }));
  }
}

/** A JSON object that came with the event; one of a type that is known must be as the type says. */
export class JsonRecord extends Source {
  constructor(private readonly types: RecordTypes) {
    super();
  }

  open(submitted: DocumentSubmitted): Promise<OpenedSource> {
    return Promise.resolve().then(() => {
      const content = contentOf(submitted);
      this.types.check(submitted.metadata, jsonObject(content));
      return { stream: Readable.from([Buffer.from(content)]) };
    });
  }
}

function jsonObject(content: string): object {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below, in the same words as another shape of JSON.
  }
  throw new PermanentFailure('the content of a record must be a JSON object', { reason: 'bad-json' });
}
