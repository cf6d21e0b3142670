import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { Agent, request, type Dispatcher } from 'undici';

import type { DocumentSubmitted } from '#events';
import { PermanentFailure } from '#failure';

import type { SourceValidators } from '../admission.js';
import type { StagingNotes } from '../staging.js';
import { checkedUrl, guardedLookup, type AddressPolicy, type ResolveAll } from './address-guard.js';
import { headerOf, readableBody, type ReceivedHeaders } from './http-body.js';
import { httpFailure, statusFailure, unlessOverdue } from './http-failure.js';
import { Source, sourceNotes, type OpenedSource, type OpenLimits } from './source.js';

export interface HttpOptions extends AddressPolicy {
  /** Limit for one source, redirects and body included. */
  readonly timeoutMs: number;
  /** How long a server that does not answer is asked again, so that it can't hold up the documents behind it. */
  readonly deadlineMs: number;
  readonly resolve?: ResolveAll;
}

/** The last answer to a chain of redirects, and the address that gave it. */
interface Followed {
  readonly response: Dispatcher.ResponseData;
  readonly url: URL;
}

const redirectsMax = 3;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const notModified = 304;
const noteCharsMax = 256;
const headers = {
  'user-agent': 'penstock',
  accept: 'text/html, text/markdown, text/plain, application/json;q=0.9, */*;q=0.1',
  'accept-encoding': 'gzip, deflate, br',
};

/** Web addresses. No header of a caller is ever sent, so none can leak to another origin. */
export class Http extends Source {
  override readonly isConditional = true;
  private readonly agent: Agent;

  constructor(private readonly options: HttpOptions) {
    super();
    const lookup = guardedLookup(options, options.resolve);
    const timeout = { headersTimeout: options.timeoutMs, bodyTimeout: options.timeoutMs };
    this.agent = new Agent({ connect: { lookup, timeout: options.timeoutMs }, ...timeout, maxHeaderSize: 32 * 1024 });
  }

  async open({ location }: DocumentSubmitted, limits: OpenLimits): Promise<OpenedSource | 'unmodified'> {
    const { bytesMax, signal, triedForMs, validators } = limits;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.options.timeoutMs)]);
    const failure = (error: unknown): Error => unlessOverdue(httpFailure(error), triedForMs, this.options.deadlineMs);
    try {
      const { response, url } = await this.follow(location, validators, limit);
      if (response.statusCode === notModified) return 'unmodified';
      if (Number(headerOf(response.headers, 'content-length') ?? 0) > bytesMax) {
        await discard(response);
        throw new PermanentFailure(`the source is over ${bytesMax} bytes`, { reason: 'too-large' });
      }
      const pieces = classifiedPieces(readableBody(response.body, response.headers), failure);
      const stream = Readable.from(pieces, { objectMode: false });
      stream.once('close', () => response.body.destroy());
      return { stream, notes: notesOf(response.headers, url) };
    } catch (error) {
      throw failure(error);
    }
  }

  /** Redirects are followed by hand, since each hop must pass the same checks as the first address. */
  private async follow(
    location: string,
    validators: SourceValidators | undefined,
    signal: AbortSignal,
  ): Promise<Followed> {
    let url = checkedUrl(location, undefined, this.options);
    for (let hop = 0; hop <= redirectsMax; hop += 1) {
      const conditions = conditionsFor(url, validators);
      const asked = { ...headers, ...conditions };
      const response = await request(url, { dispatcher: this.agent, headers: asked, signal, method: 'GET' });
      const { statusCode } = response;
      // A body that is left unread, or given up, ends with an error that nobody needs and that would end the process.
      response.body.on('error', () => undefined);
      if (statusCode >= 200 && statusCode < 300) return { response, url };
      await discard(response);
      // A server that says so without having been asked says nothing.
      if (statusCode === notModified && Object.keys(conditions).length > 0) return { response, url };
      const target = headerOf(response.headers, 'location');
      if (!redirectStatuses.has(statusCode)) throw statusFailure(statusCode, headerOf(response.headers, 'retry-after'));
      if (target === undefined) throw statusFailure(statusCode, undefined);
      url = checkedUrl(target, url, this.options);
    }
    throw new PermanentFailure(`the address redirects more than ${redirectsMax} times`, { reason: 'http-status' });
  }
}

/**
 * Only the address that gave the validators is asked with them. One that it redirects to since may hold another
 * document, older than that date or with an equal tag, and would say that nothing changed.
 */
function conditionsFor(url: URL, validators: SourceValidators | undefined): Record<string, string> {
  if (validators?.addressHash !== addressHash(url)) return {};
  const { etag, lastModified } = validators;
  return {
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
  };
}

function addressHash({ href }: URL): string {
  return createHash('sha256').update(href).digest('hex');
}

/** What the server says of its answer; kept, so that a redelivery which finds the bytes staged knows it too. */
function notesOf(received: ReceivedHeaders, url: URL): StagingNotes {
  const said = {
    [sourceNotes.mediaType]: headerOf(received, 'content-type')?.split(';', 1)[0]?.trim(),
    [sourceNotes.etag]: headerOf(received, 'etag'),
    [sourceNotes.lastModified]: headerOf(received, 'last-modified'),
    [sourceNotes.addressHash]: addressHash(url),
  };
  const known = Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(known.filter(([, value]) => value !== '' && value.length <= noteCharsMax));
}

/** Closes the connection rather than reading a body nobody wants; its abort error is expected. */
async function discard({ body }: Dispatcher.ResponseData): Promise<void> {
  await body.dump({ limit: 16 * 1024 }).catch(() => undefined);
  body.destroy();
}

/** Errors that come while the body is read are classified here, at the driver's edge, and not by whoever reads. */
async function* classifiedPieces(stream: Readable, failure: (error: unknown) => Error): AsyncGenerator<Buffer> {
  try {
    for await (const piece of stream) yield piece as Buffer;
  } catch (error) {
    throw failure(error);
  }
}
