import { Readable } from 'node:stream';

import type { DocumentSubmitted } from '#events';
import { PermanentFailure } from '#failure';

import { frontMail } from './front/front-mail.js';
import type { FrontApi } from './front/front-api.js';
import { frontName, isDraft } from './front/front-resources.js';
import { transcript } from './front/front-transcript.js';
import { httpFailure, unlessOverdue } from './http-failure.js';
import { Source, type OpenedSource, type OpenLimits } from './source.js';

const gone = (what: string): PermanentFailure => new PermanentFailure(`Front has no such ${what}`, { reason: 'gone' });

/**
 * Front: a message as an e-mail with its attachments, which so become documents of their own; an attachment by itself;
 * or a conversation as one text. What was staged with its submission is not asked for again.
 */
export class Frontapp extends Source {
  constructor(
    private readonly api: FrontApi | undefined,
    /** How long a Front that does not answer is asked again. */
    private readonly deadlineMs: number,
  ) {
    super();
  }

  async open({ location }: DocumentSubmitted, limits: OpenLimits): Promise<OpenedSource> {
    if (this.api === undefined) {
      const message = 'no Front account is connected; set PENSTOCK_FRONT_TOKEN';
      throw new PermanentFailure(message, { reason: 'unsupported' });
    }
    const failure = (error: unknown): Error => unlessOverdue(httpFailure(error), limits.triedForMs, this.deadlineMs);
    try {
      const { stream, ...opened } = await opening(this.api, location, limits);
      return { ...opened, stream: Readable.from(classified(stream, failure), { objectMode: false }) };
    } catch (error) {
      throw failure(error);
    }
  }
}

async function opening(api: FrontApi, location: string, { bytesMax, signal }: OpenLimits): Promise<OpenedSource> {
  const name = frontName(location);
  switch (name?.kind) {
    case 'message': {
      const message = await api.message(name.id, signal);
      if (message === undefined) throw gone('message');
      if (isDraft(message)) throw new PermanentFailure('the message is a draft', { reason: 'unsupported' });
      const stream = frontMail(message, (id) => api.download(id, signal), bytesMax);
      return { stream, notes: { title: (message.subject ?? '').slice(0, 256).toWellFormed() } };
    }
    case 'attachment': {
      const stream = await api.download(name.id, signal);
      if (stream === undefined) throw gone('attachment');
      return { stream };
    }
    case 'conversation': {
      const conversation = await api.conversation(name.id, signal);
      if (conversation === undefined || conversation.status === 'deleted') throw gone('conversation');
      return { stream: transcript(conversation, api.messages(name.id, signal)), notes: { mediaType: 'text/html' } };
    }
    case undefined:
      throw new PermanentFailure('the location names no message, attachment or conversation of Front', {
        reason: 'bad-location',
      });
  }
}

async function* classified(stream: Readable, failure: (error: unknown) => Error): AsyncGenerator<Buffer> {
  try {
    for await (const piece of stream) yield piece as Buffer;
  } catch (error) {
    throw failure(error);
  }
}
