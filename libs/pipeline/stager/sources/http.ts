import { pipeline, Readable, type Duplex } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

import { Agent, request, type Dispatcher } from 'undici';

import type { DocumentSubmitted } from '#events';
import { PermanentFailure } from '#failure';

import { checkedUrl, guardedLookup, type AddressPolicy, type ResolveAll } from './address-guard.js';
import { httpFailure, statusFailure } from './http-failure.js';
import { Source, type OpenLimits } from './source.js';

export interface HttpOptions extends AddressPolicy {
  /** Limit for one source, redirects and body included. */
  readonly timeoutMs: number;
  readonly resolve?: ResolveAll;
}

const redirectsMax = 3;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const inflaters: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};
const headers = {
  'user-agent': 'penstock',
  accept: 'text/html, text/markdown, text/plain, application/json;q=0.9, */*;q=0.1',
  'accept-encoding': 'gzip, deflate, br',
};

/**
 * Web addresses. No header of a caller is ever sent, so none can leak to another origin. What the server says of the
 * media type is not used: a redelivery that finds the bytes staged could not ask it again.
 */
export class Http extends Source {
  private readonly agent: Agent;

  constructor(private readonly options: HttpOptions) {
    super();
    const lookup = guardedLookup(options, options.resolve);
    const timeout = { headersTimeout: options.timeoutMs, bodyTimeout: options.timeoutMs };
    this.agent = new Agent({ connect: { lookup, timeout: options.timeoutMs }, ...timeout, maxHeaderSize: 32 * 1024 });
  }

  async open({ location }: DocumentSubmitted, { bytesMax, signal }: OpenLimits): Promise<Readable> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.options.timeoutMs)]);
    try {
      const response = await this.follow(location, limit);
      if (Number(response.headers['content-length'] ?? 0) > bytesMax) {
        await discard(response);
        throw new PermanentFailure(`the source is over ${bytesMax} bytes`, { reason: 'too-large' });
      }
      return inflated(response);
    } catch (error) {
      throw httpFailure(error);
    }
  }

  /** Redirects are followed by hand, since each hop must pass the same checks as the first address. */
  private async follow(location: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    let url = checkedUrl(location, undefined, this.options);
    for (let hop = 0; hop <= redirectsMax; hop += 1) {
      const response = await request(url, { dispatcher: this.agent, headers, signal, method: 'GET' });
      const { statusCode } = response;
      if (statusCode >= 200 && statusCode < 300) return response;
      await discard(response);
      const target = response.headers['location'];
      if (!redirectStatuses.has(statusCode)) throw statusFailure(statusCode, response.headers['retry-after']);
      if (typeof target !== 'string') throw statusFailure(statusCode, undefined);
      url = checkedUrl(target, url, this.options);
    }
    throw new PermanentFailure(`the address redirects more than ${redirectsMax} times`, { reason: 'http-status' });
  }
}

/** Closes the connection rather than reading a body nobody wants; its abort error is expected. */
async function discard({ body }: Dispatcher.ResponseData): Promise<void> {
  await body.dump({ limit: 16 * 1024 }).catch(() => undefined);
  body.destroy();
}

function inflated({ headers: received, body }: Dispatcher.ResponseData): Readable {
  const encoding = String(received['content-encoding'] ?? 'identity')
    .trim()
    .toLowerCase();
  if (encoding === 'identity' || encoding === '') return classified(body);
  const inflater = inflaters[encoding]?.();
  if (inflater === undefined) {
    body.destroy();
    throw new PermanentFailure(`content encoding ${encoding.slice(0, 32)} can't be read`, { reason: 'unsupported' });
  }
  // The consumer of the inflater sees any error; it counts inflated bytes, so a bomb ends at the limit.
  pipeline(body, inflater, () => undefined);
  return classified(inflater);
}

/** Errors that come while the body is read are classified here, at the driver's edge, and not by whoever reads. */
function classified(stream: Readable): Readable {
  return Readable.from(classifiedPieces(stream), { objectMode: false });
}

async function* classifiedPieces(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const piece of stream) yield piece as Buffer;
  } catch (error) {
    throw httpFailure(error);
  }
}
