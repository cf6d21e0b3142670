import type { ResolveAll } from './address-guard.js';
import { Frontapp } from './frontapp.js';
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
  readonly resolve?: ResolveAll;
}

/** All sources; `http` takes both schemes. */
export function makeSources(options: SourcesOptions): Sources {
  const byName = new Map<string, Source>([
    ['local_upload', new LocalUpload(options.uploadRoots)],
    ['http', new Http(httpOptions(options))],
    ['inline', new Inline()],
    ['json_record', new JsonRecord()],
    ['frontapp', new Frontapp()],
  ]);
  return new Sources(byName, options.uploadBytesMax);
}

function httpOptions({ resolve, ...options }: SourcesOptions): HttpOptions {
  return {
    allowPrivate: options.httpAllowPrivate,
    networks: options.httpNetworks,
    ports: options.httpPorts,
    timeoutMs: options.httpTimeoutMs,
    deadlineMs: options.httpDeadlineMs,
    ...(resolve === undefined ? {} : { resolve }),
  };
}
