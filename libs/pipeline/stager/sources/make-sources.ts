import { RecordTypes } from '#records';

import type { ResolveAll } from './address-guard.js';
import { Frontapp } from './frontapp.js';
import { FrontApi } from './front/front-api.js';
import { Http, type HttpOptions } from './http.js';
import { Inline, JsonRecord } from './inline.js';
import { LocalUpload } from './local-upload.js';
import { Sources, type Source } from './source.js';

export interface SourcesOptions {
  readonly uploadBytesMax: number;
  /** Folders from which local paths may be ingested; none allows none. */
  readonly uploadRoots: readonly string[];
  readonly httpAllowPrivate: boolean;
  readonly httpNetworks: readonly string[];
  readonly httpPorts: readonly number[];
  readonly httpTimeoutMs: number;
  readonly httpDeadlineMs: number;
  /** Without a token no Front account is connected. */
  readonly frontToken: string | undefined;
  readonly frontBaseUrl: string;
  readonly resolve?: ResolveAll;
}

type FetchOptions = Omit<SourcesOptions, 'uploadBytesMax' | 'uploadRoots'>;

/** All sources; `http` takes both schemes. */
export function makeSources(options: SourcesOptions, recordTypes = new RecordTypes()): Sources {
  const byName = new Map<string, Source>([
    ['local_upload', new LocalUpload(options.uploadRoots)],
    ['http', new Http(httpOptions(options))],
    ['inline', new Inline()],
    ['json_record', new JsonRecord(recordTypes)],
    ['frontapp', new Frontapp(makeFrontApi(options), options.httpDeadlineMs)],
  ]);
  return new Sources(byName, options.uploadBytesMax);
}

/**
 * Front's API, if an account is connected; where it sends on to is fetched under the rules of `http`.
 * @param triesMax how often a request is made that Front puts off.
 */
export function makeFrontApi(options: FetchOptions, triesMax = 1): FrontApi | undefined {
  const { frontToken: token, frontBaseUrl: baseUrl } = options;
  return token === undefined ? undefined : new FrontApi({ ...httpOptions(options), baseUrl, token, triesMax });
}

function httpOptions({ resolve, ...options }: FetchOptions): HttpOptions {
  return {
    allowPrivate: options.httpAllowPrivate,
    networks: options.httpNetworks,
    ports: options.httpPorts,
    timeoutMs: options.httpTimeoutMs,
    deadlineMs: options.httpDeadlineMs,
    ...(resolve === undefined ? {} : { resolve }),
  };
}
